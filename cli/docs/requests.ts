/** Topics about requests to models. Lines of two blanks and `gateway` are command lines: a test holds them against the tree. */
export const REQUESTS = {
  env: `Variables for SDKs and tools

  gateway env write             sets them in .env, keeps the rest of it
  gateway env write --for openai,anthropic for both SDKs
  gateway env check             as the programs that read it would
  gateway env undo              byte for byte as it was before
  gateway env --format export   prints them: eval "$(gateway env …)"
  gateway exec -- npm test      runs a command with them; no file

openai:     OPENAI_API_KEY, OPENAI_BASE_URL (ends with /v1)
anthropic:  ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN, ANTHROPIC_BASE_URL
gemini:     GEMINI_API_KEY, GOOGLE_GEMINI_BASE_URL
gateway:    GATEWAY_API_KEY, GATEWAY_API_URL

env write backs the file up, has git ignore it, and refuses one that git tracks.`,
  tools: `Coding agents and other tools

  gateway setup                        the tools, and which are found here
  gateway setup claude                 what would be written, as a diff
  gateway setup claude --install       writes it, then asks one request as the
                                       tool does
  gateway setup claude --check         where its requests go now, and why
  gateway setup claude --uninstall     exactly what was there before
  gateway setup --all --install        every tool that is found here

Files are changed in place: comments, order, links and modes stay, a second run
changes no byte. The key is named by reference where the tool can, else it
stands in a file that only you can read. What was there before is kept below
~/.gateway/setup. --scope project is for the folder you are in.

  gateway launch codex -- exec "fix the tests"   through the gateway; no file of
                                                 the tool is touched
  gateway claude --budget-usd 2        with a key of its own that dies with it,
                                       and a receipt

A project's file or a variable that goes before what was written is named by
--check; gateway doctor looks at every tool that was set up.`,
  formats: `Request formats

OpenAI SDKs:     base URL <server>/v1: chat completions, Responses (with
                 previous_response_id), embeddings, moderations
Anthropic SDKs:  base URL <server>: POST /v1/messages, and count_tokens
Gemini SDKs:     base URL <server>: POST /v1beta/models/<model>:generateContent,
                 :streamGenerateContent, :countTokens, :embedContent

Every model answers in every one of them, JSON and streaming: what its provider
does not speak is translated. Where both speak the same, the bytes pass as they
are. What the target has no place for and is only a hint is left out and named
in x-gateway-dropped; anything else is a 400 before the provider is called.

The cost of an answer is in its usage. A path without /v1, or with two of them,
is understood. The key goes as Authorization: Bearer, x-api-key, x-goog-api-key
or ?key=.

  gateway test --format responses          also: openai, anthropic, gemini
  gateway test --stream
  gateway api /v1/chat/completions --input @body.json

reasoning_effort, reasoning {effort, max_tokens}, thinking and thinkingConfig
are told to each model in its own way. service_tier is flex or priority where a
model has them. x-request-id of an answer is the id in gateway logs show.
x-source and x-session-id of a request group the reports; x-gateway-<anything>
is kept with the request.

These members of a body, in any format, are the gateway's own, and no provider
is sent them:

  routing            auto, price, throughput or latency: what counts most
  free_models_only   true: auto chooses among models that cost nothing
  no_reasoning       true: auto chooses among models that do not reason

The last two go with the model auto alone; with another they are a 400
(unsupported_parameter_combination).`,
  models: `Models

  gateway models   what is offered, with prices
  gateway models --search claude --max-price 5
  gateway models --capability embeddings
  gateway models show openai/gpt-4o-mini
  gateway models refresh   takes newer prices and models (the server's owner)

provider/model names the provider, provider/model:region a region of it; model
alone lets the server choose one, and auto the model, too (gateway docs
routing). Dots and dashes of versions are the same:
claude-sonnet-4.6, claude-sonnet-4-6. Offered is what has a provider key: the
server's own, or one of your organisation (gateway docs providers).

  gateway config set default_model openai/gpt-4o-mini   what test and doctor ask`,
  providers: `Providers

  gateway providers list         those that are called with a key here
  gateway providers list --all   every one that is known
  gateway providers add anthropic
  gateway providers add acme --base-url https://llm.example.com/v1 --key @file
  gateway providers test acme    one call with it
  gateway providers remove acme

add asks for the key, or takes it from --key @file or --key -. Keys of your
organisation are stored encrypted, are used before the server's, and cost no
credit; limits of keys hold all the same. A name that is not known, with a base
URL, is an OpenAI-compatible provider of your own: acme/<any model>. Only the
server's owner may add one in the server's private network.`,
  routing: `How a provider is chosen

A model without a provider goes to the best of those that serve it. Each is
compared with the best of them in price (weight 0.6), uptime (0.5), throughput
(0.05), for streams latency (0.025), and from 5,000 prompt tokens on whether it
caches prompts (0.2). Below 95 % uptime a penalty is added that grows fast: 0.07
at 90 %, 5.6 at 50 %. A priority of 0 keeps a provider out; 1 is usual. What
was measured counts for an hour, the last minute most.

The one that was chosen is kept for an hour while it is at most 0.15 behind the
best and above 85 % uptime. One request in a hundred tries another one.

  gateway route explain --model gpt-4o-mini "Hi"   where it would go, and why
  gateway logs show req_1                          where it went
  gateway projects routing show web                every setting
  gateway projects routing set web weights.price=0.8 retry.max_retries=1
  gateway projects routing set web priorities.openai=0
  gateway projects routing reset web

routing: price, throughput or latency in the body makes one thing count 90 %.
provider/model pins the provider, unless its uptime is below 90 %.

The model auto chooses the model, too: the last question is SIMPLE, MEDIUM,
COMPLEX or REASONING, and the cheapest healthy model that is trusted with that,
can do what is asked and may be used by the key answers. A session stays at its
model while that is good enough. A project may name the models itself:

  gateway test --model auto
  gateway projects routing set web auto.models.SIMPLE=gpt-4o-mini

A failure of a provider (5xx, timeout, no connection, 429) before the first
content is tried again elsewhere, twice at most; every attempt is in the log.
x-no-fallback: true keeps a request where it was sent. x-timeout-ms,
x-connect-timeout-ms, x-first-byte-timeout-ms and x-idle-timeout-ms ask for less
time than the project's timeouts.

An answer tells of it: x-gateway-provider, x-gateway-model, x-gateway-routing
(the reason, where there was a choice), x-gateway-attempts (where one failed),
server-timing, and metadata.routing in a body that has no metadata of its own.

A session keeps a conversation at one provider and one key, so that its prompt
cache stays warm. It is the first there is of the headers x-session-id,
x-session-affinity and x-claude-code-session-id, then of prompt_cache_key, user
and metadata.user_id in the body (of its session_id, as Claude Code sends it).

A signed thought (signature, thoughtSignature, encrypted_content) goes back to
the provider that made it, byte for byte. Another provider would refuse it: the
conversation goes on there without it.`,
  cache: `The response cache

A project may have its answers kept. A request that is the same byte for byte is
then answered by the gateway, streamed or not, in the format it was asked in: no
provider is called, and it costs nothing. It is off unless it is switched on.

  gateway projects update web --response-cache 1h    10s to 365d
  gateway projects update web --response-cache off

x-gateway-cache says hit or miss. A hit has zero tokens and cost in its usage,
an empty metadata.routing, and the id of the first answer in its body; its
x-request-id and its line in the log are its own. The same holds for embeddings
and moderations.

The same means: same project, path and body, and the same anthropic-version,
anthropic-beta and openai-beta. Another project never gets it, and a key gets
only what a provider and model gave that the key may use now. A hit counts as a
request for rate limits, and a key or an organisation with no money left is
refused as ever (402). A shorter time, or off, counts at once for what is kept.

Requests that are the same and come at the same time wait for the first one's
answer. When that fails, the next one asks.

cache-control: no-cache asks the provider and keeps the new answer;
cache-control: no-store leaves the cache alone.

Kept are whole answers of at most 1 MiB whose usage the provider reported: none
that broke off, or was cut short for want of money. An answer of the Responses
API is one as long as one can go on from it (until it is deleted); a request
that goes on from what only the provider knows is not looked up.

Each process keeps up to GATEWAY_RESPONSE_CACHE_MB (64) in memory. With
REDIS_URL all processes have them, encrypted; while Redis is down, each its own.

This is not the prompt cache of providers, which makes the beginning of similar
prompts cheaper: usage tells of that as tokens_cached.`,
  usage: `What was used and spent

  gateway usage                           the last 30 days
  gateway usage --range 24h --by hour
  gateway usage --by key                  also: provider, source, session, day
  gateway usage sources                   which programs asked
  gateway logs --status error --limit 5   the latest that failed
  gateway logs --follow                   as they come
  gateway logs show req_1                 one request, its tokens and its cost
  gateway top                             balance, spending and requests, live

Every token is counted once, also when a caller hangs up or the server is
killed.`,
  api: `Calling the API

  gateway api /api/v1/me                         GET, as you
  gateway api /api/v1/me/keys --paginate         every page, as one list
  gateway api /api/v1/me/keys -f name=ci -f limit_usd:=5   fields make a POST
  gateway api /api/v1/me/keys/key_1 -X PATCH --input @body.json
  gateway api /openapi.json                      what there is

-f name=text, name:=json, name=@file. --dry-run shows what would be sent. The
credential only ever goes to the server in force.`,
} as const;
