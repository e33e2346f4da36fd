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
  formats: `Request formats

OpenAI SDKs:     base URL <server>/v1, any path of chat completions
Anthropic SDKs:  base URL <server>, POST /v1/messages

Both stream, both carry the cost of the answer in usage.cost. A path without
/v1, or with two of them, is understood. The key goes as Authorization: Bearer,
or as x-api-key.

  gateway test --format anthropic          one tiny request in that format
  gateway test --stream
  gateway models show openai/gpt-4o-mini   says which formats a model answers
  gateway api /v1/chat/completions --input @body.json

x-request-id of an answer is the id in gateway logs show. x-source and
x-session-id of a request group the reports; x-gateway-<anything> is kept with
the request.`,
  models: `Models

  gateway models   what is offered, with prices
  gateway models --search claude --max-price 5
  gateway models show openai/gpt-4o-mini

provider/model names the provider; model alone lets the server choose one. Dots
and dashes of versions are the same: claude-sonnet-4.6, claude-sonnet-4-6. Only
models whose provider has a key on the server are offered (gateway docs server).

  gateway config set default_model openai/gpt-4o-mini   what test and doctor ask`,
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
