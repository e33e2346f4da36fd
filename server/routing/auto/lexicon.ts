import { type Kind, WORDS } from './words.ts';

/** How many different words of each kind a text has. */
export type Counts = Record<Kind, number>;

interface Entry {
  kind: Kind;
  /** The words that must follow. */
  rest: readonly string[];
}

interface Lexicon {
  /** By first word. */
  words: ReadonlyMap<string, readonly Entry[]>;
  /** By the first `STEM_LETTERS` letters: the beginning that a word must have. */
  stems: ReadonlyMap<string, readonly { kind: Kind; stem: string }[]>;
  /** What is written without blanks. */
  inside: readonly { kind: Kind; text: string }[];
}

const STEM_LETTERS = 4;
const ENTRY = /"[^"]+"|\S+/g;
/** Chinese, Japanese and Korean letters. */
const CJK = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]/;
const SEPARATORS = /[^\p{L}\p{N}+#]+/u;
/** Accents of Latin letters; Cyrillic й is a letter of its own. */
const ACCENTS = /(?<=[a-z])[\u0300-\u036f]+/g;

const BEYOND_ASCII = /[\u0080-\uffff]/;

const LEXICON = compile();

function compile(): Lexicon {
  const words = new Map<string, Entry[]>();
  const stems = new Map<string, { kind: Kind; stem: string }[]>();
  const inside: { kind: Kind; text: string }[] = [];
  for (const [kind, list] of Object.entries(WORDS) as [Kind, string][]) {
    for (const entry of new Set(list.match(ENTRY))) {
      const text = entry.replaceAll('"', '');
      if (CJK.test(text)) inside.push({ kind, text });
      else if (text.endsWith('*')) add(stems, text.slice(0, STEM_LETTERS), { kind, stem: text.slice(0, -1) });
      else {
        const [first, ...rest] = text.split(/[ '-]/);
        add(words, first!, { kind, rest });
      }
    }
  }
  return { words, stems, inside };
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const there = map.get(key);
  if (there) there.push(value);
  else map.set(key, [value]);
}

/** The words of a text, as the lists spell them. */
export function wordsOf(text: string): string[] {
  const lower = text.toLowerCase();
  const plain = BEYOND_ASCII.test(lower) ? lower.normalize('NFD').replace(ACCENTS, '').normalize('NFC') : lower;
  return plain.replaceAll('ß', 'ss').split(SEPARATORS);
}

/** Counts each word of a list once, however often it stands. */
export function count(text: string, words: readonly string[]): Counts {
  const counts: Counts = {
    code: 0,
    mathematics: 0,
    reasoning: 0,
    work: 0,
    expertise: 0,
    ask: 0,
    writing: 0,
    steps: 0,
    limits: 0,
    simple: 0,
  };
  const met = new Set<object>();
  const meet = (entry: { kind: Kind }) => {
    if (met.has(entry)) return;
    met.add(entry);
    counts[entry.kind]++;
  };
  words.forEach((word, at) => {
    for (const entry of LEXICON.words.get(word) ?? []) {
      if (entry.rest.every((next, ahead) => words[at + 1 + ahead] === next)) meet(entry);
    }
    for (const entry of LEXICON.stems.get(word.slice(0, STEM_LETTERS)) ?? []) {
      if (word.startsWith(entry.stem)) meet(entry);
    }
  });
  if (CJK.test(text)) for (const entry of LEXICON.inside) if (text.includes(entry.text)) meet(entry);
  return counts;
}
