/**
 * Words that tell what kind of work is asked for, as data: one list for each kind, in English, Chinese, Japanese, Korean,
 * Spanish, Portuguese, French, German, Italian and Russian. Lower case, without accents that writers leave out. A phrase
 * is words with blanks between; `prov*` is any word that begins so; what is written without blanks (Chinese, Japanese)
 * counts wherever it stands.
 */
export const WORDS = {
  /** Programs and what is around them. */
  code: `
    code codes coding function functions method class classes variable array loop recursion recursive regex sql query
    python javascript typescript java kotlin swift golang rust c++ c# php ruby bash html css react vue angular django flask
    node npm git docker api endpoint json yaml xml csv script program compile compiler compiles bug bugs debug debugging
    refactor refactoring unittest pytest jest test tests stacktrace traceback exception segfault null undefined async
    await thread mutex database schema migration repository commit branch merge dockerfile pandas dataframe numpy webpack
    import library module typeerror nullpointer leetcode linter repo codebase
    funcion codigo programa programar clase consulta fonction programme requete klasse funktion programm programmiere*
    skript datenbank funzione programma codice funcao codigo функци* код кода коде программ* скрипт* класс* запрос*
    函数 代码 程序 编程 脚本 接口 数据库 算法 报错 単体テスト 関数 コード プログラム スクリプト 実装 バグ 코드 함수 프로그램 버그`,
  /** Numbers, proofs and what is derived. */
  mathematics: `
    integral integrals derivative derivatives equation equations theorem lemma proof proofs prove proves irrational prime
    primes matrix matrices eigenvalue eigenvalues polynomial logarithm probability probabilities combinatorics permutations
    modulo congruent convergence converges converge sqrt calculus algebra topology geometry triangle angles hypotenuse bounded sequence continuous reals variance
    bayesian expectation stochastic differential inequality vector gradient manifold isomorphic bijection cardinality
    gcd divisible remainder coprime closed-form asymptotic asymptotics recurrence "integers" integers
    ecuacion ecuaciones teorema demuestra demostrar demuestre probabilidad matriz integral derivada
    theoreme demontrer demontre demontrez recurrence entier entiers equation probabilite matrice integrale derivee
    gleichung* beweis* satz vollstandige* induktion ungerade* wahrscheinlichkeit* ableitung primzahl* teiler
    equazione dimostra dimostrare teorema probabilita equacao prove demonstre probabilidade
    докаж* доказ* уравнен* теорем* интеграл* производн* вероятност* матриц* простых делит*
    证明 方程 积分 导数 定理 概率 矩阵 质数 素数 求解 不等式 証明 方程式 積分 微分 確率 行列 素数 증명 방정식 적분 확률`,
  /** Thought that goes over several steps, or weighs one thing against another. */
  reasoning: `
    prove proves proof derive derivation deduce infer generalize rigorous rigorously formally optimal optimally optimum
    "step by step" step-by-step "think carefully" "think through" "reason through" "show your work" "show your reasoning" "chain of thought"
    paradox puzzle riddle strategy counterexample contradiction induction necessary sufficient
    "worst case" "trade-off" "trade offs" tradeoff tradeoffs "trade-offs" "pros and cons" "root cause" "why does" "why is" "why would"
    "what if" hypothesis falsify implications infeasible feasible constraints constraint satisfy satisfies schedule maximise
    maximize minimise minimize minimum maximum at-most
    demuestra demuestre "paso a paso" razona optimo deduce demontrer demontrez "etape par etape" raisonne raisonnement optimal
    beweis* zeige "schritt fur schritt" begrund* herleiten leite abwagen widerspruch
    dimostra "passo dopo passo" "passo a passo" ottimale
    докаж* "шаг за шагом" пошагов* рассужд* обоснуй* обоснуйте оптимальн* противореч* вывед*
    证明 推导 推理 逐步 一步一步 论证 权衡 最优 反例 証明 導出 段階的 推論 最適 根拠 矛盾 증명 단계별 추론 최적`,
  /** Work of some size: to be planned, analysed, compared, built. */
  work: `
    analyze analyse analysis evaluate assess compare recommend recommendation comparison contrast design architect architecture implement implementation
    optimize optimise investigate diagnose critique review synthesize develop build plan roadmap migrate troubleshoot refactor
    proposal strategy comprehensive detailed thorough in-depth end-to-end production-ready scalable
    analiza analizar compara comparar disena disenar implementa implementar evalua desarrolla detallado
    analyse analyser comparez compare concois concevoir conception evaluer developpe detaille
    analysier* vergleich* entwirf entwerfen entwick* implementier* bewert* ausfuhrlich* konzept* machbarkeit vor-
    analizza confronta progetta sviluppa analise compare projete desenvolva implemente
    проанализ* сравн* разработ* спроектир* реализ* оцени* подробн*
    重构 补充 分析 比较 对比 设计 实现 优化 评估 详细 方案 架构 分析して 比較 設計 最適化 評価 詳細 분석 비교 설계 구현 최적화`,
  /** Terms of a trade, that shallow answers get wrong. */
  expertise: `
    distributed concurrency concurrent deadlock consensus raft paxos kubernetes microservice microservices sharding replication
    idempotent latency throughput consistency transactional cryptographic encryption tls oauth kernel compiler complexity
    cache scheduler index sequential goroutine goroutines handshake threat security risk risks compliance revenue margin regulation gpu cuda transformer neural backpropagation quantum entropy thermodynamic* relativity enzyme genome
    pharmacokinetic* diagnosis differential clinical pathophysiology contraindication* legal liability jurisdiction* statute*
    contractual gdpr fiduciary antitrust derivative* hedging amortization valuation dcf macroeconomic monetary inflation
    epistemolog* ontolog* hermeneutic* bayesian regression heteroskedastic* causal confounding
    verteilte* nebenlaufig* datenschutz* haftung* vertrag* distribuido concurrencia cifrado distribue* concurrence chiffrement
    распредел* шифрован* параллельн* юридическ* договор*
    分布式 并发 一致性 加密 量子 神经网络 合同 诊断 分散システム 並行 暗号 量子 契約 診断 분산 동시성 암호화 양자`,
  /** What takes a paragraph or a page: to explain, to write, to suggest. */
  ask: `
    explain explains describe write rewrite create generate suggest recommend advise discuss outline draft prepare improve
    recipe itinerary difference differences example examples benefits causes "how does" "how do" "how can" "how to" "how would"
    "come up" "pros and cons" brainstorm advice email letter cover-letter names ideas
    explica explicar describe escribe escribir redacta crea sugiere correo carta diferencia como
    explique expliquer expliquez decris decrire ecris ecrire redige cree propose lettre courriel
    erklare erklaren beschreibe schreibe schreiben erstelle schlage unterschied bewerbung brief
    spiega spiegare descrivi scrivi scrivere crea suggerisci differenza escreva escrever explique descreva crie carta diferenca
    объясн* напиш* опиш* состав* предлож* письмо придума* расскаж* разниц* поздравлен*
    解释 说明 写一 寫一 写个 介绍 描述 举例 例子 建议 区别 怎么 如何 計画 説明 書いて 挙げて 教えて 違い 作って 方法 例を
    설명 써 작성 추천 차이 예시 방법`,
  /** Something to be written at some length. */
  writing: `
    essay story poem novel chapter blog article screenplay speech report whitepaper newsletter dialogue lyrics
    ensayo cuento historia articulo informe redacta essai histoire article rapport redige aufsatz geschichte artikel bericht
    saggio racconto articolo ensaio historia эссе рассказ* стать* доклад* сочинен*
    文章 故事 小说 作文 报告 论文 物語 小説 記事 レポート エッセイ 이야기 소설 보고서`,
  /** What follows what. */
  steps: `
    first firstly second secondly third then next afterwards finally lastly "after that" also additionally
    primero luego despues finalmente ademas premierement ensuite puis enfin zuerst dann danach schliesslich anschliessend
    primo poi infine primeiro depois сначала затем потом наконец
    首先 然后 接着 最后 其次 まず 次に それから 最後に 먼저 그다음 마지막으로`,
  /** What an answer must keep to. */
  limits: `
    must "must not" exactly "at least" "at most" "no more than" ensure without unless except "such that" required requirement
    requirements only each every given assume
    debe exactamente "al menos" sin doit exactement "au moins" sans muss mussen genau mindestens hochstens ohne
    deve esattamente "almeno" должен должна должно ровно "не менее" "не более" без
    必须 至少 最多 不超过 要求 假设 必ず 以上 以下 条件 仮定 반드시 이상 이하 조건`,
  /** Small things: greetings, facts, translations, one-word answers. */
  simple: `
    hi hello hey thanks thank bye "good morning" "good night" ok okay "what is" "what's" "whats" "who is" "who was" "where is"
    "when was" "when is" "when did" "how old" "how many" "how do you say" "capital of" define definition meaning synonym translate
    translation spell spelling joke "yes or no" "true or false" summarize summarise tldr
    rephrase paraphrase capitalize uppercase lowercase "in one word" "one sentence" classify sentiment extract
    "fix the typo" typo grammar
    hola gracias "como se dice" "quien es" "cual es" "donde esta" traduce traducir bonjour salut merci "qu'est" "quelle est" "quel est"
    "qui est" traduis traduire hallo danke "was ist" "wer ist" "wo ist" "wie heisst" ubersetze ubersetzen
    ciao grazie "che cos'e" "qual e" traduci ola obrigado "o que e" traduza
    привет спасибо "что такое" "кто такой" "где находится" "сколько будет" "как будет" перевед* столиц*
    你好 谢谢 什么是 是什么 是谁 在哪 翻译 首都 几点 こんにちは ありがとう とは何 翻訳 訳して 首都 おはよう 안녕 고마워 번역 수도`,
} as const;

export type Kind = keyof typeof WORDS;

/** A whole message that only says that it goes on: what was asked before is what is asked. */
export const CONTINUATIONS =
  /^\W*(?:yes|yep|yeah|y|sure|ok(?:ay)?|go (?:on|ahead)|continue|proceed|do it|please do|next|try again|again|more|keep going|si|sigue|continua|adelante|oui|vas-y|continue[rz]?|ja|weiter|mach(?: das)?|да|давай|продолжай|дальше|是的?|好的?|继续|可以|はい|続けて|お願いします|네|계속)(?:[ ,]+(?:please|it|on|do it|bitte|por favor|s'il (?:te|vous) pla[iî]t|пожалуйста))?[\s.!。！]*$/iu;

/** What coding tools put around the words of their users: notes for the model, the state of the editor. */
export const HARNESS_TAGS = [
  'system-reminder',
  'environment_context',
  'environment_details',
  'user_instructions',
  'additional_data',
  'attached_files',
  'local-command-caveat',
  'local-command-stdout',
  'ide_opened_file',
];
