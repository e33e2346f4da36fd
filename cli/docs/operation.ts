import { EXIT_CODES } from '../../shared/exit-codes.ts';
import { FLOW, RULES } from '../guide.ts';
import { indented } from '../indented.ts';

/** Topics about running it, in CI, by agents. Lines of two blanks and `gateway` are command lines: a test holds them against the tree. */
export const OPERATION = {
  config: `Preferences

  gateway config list                            in force, and who said so
  gateway config set timeout 60                  for you
  gateway config set project prj_1 --scope project   for this folder
  gateway config unset timeout
  gateway config path                            where the file is

The order: a flag, the environment, .gateway.json here or above, your
config.json, the default. A profile's own server (where its login is from) goes
before your api_url, which is for profiles without a login. .gateway.json has no
say in where secrets are kept, and GATEWAY_API_KEY is never sent to a server
that only it names.

Variables: GATEWAY_API_URL, GATEWAY_API_KEY, GATEWAY_PROFILE, GATEWAY_JSON,
GATEWAY_NO_INPUT, GATEWAY_CONFIG_DIR (default ~/.gateway),
GATEWAY_CREDENTIAL_STORE (auto, file or keychain).`,
  server: `Running a server

  gateway init                 asks, and writes .env in this folder
  gateway init --provider-key openai=@openai.key --port 8787
  gateway serve                reads .env here; the environment goes first
  gateway serve --only proxy   requests to models alone

Data is in an embedded database in ~/.gateway/server (GATEWAY_DATA_DIR), or in
Postgres (DATABASE_URL), which several processes can share: then GATEWAY_SECRET
must be the same for all of them. With REDIS_URL they count rate limits together
and share measurements and cached answers. Provider keys: LLM_OPENAI_API_KEY,
LLM_ANTHROPIC_API_KEY, LLM_GOOGLE_AI_STUDIO_API_KEY …, several with commas
between. LLM_ACME_BASE_URL is an OpenAI-compatible provider of your own:
acme/<any model>.

Without SMTP_URL sign-in codes are in the log. SIGTERM lets running streams end.
GET /healthz and /readyz are for whatever watches it; GET /openapi.json
describes the API, <server>/llms.txt says the same to programs.`,
  errors: `When something fails

With --json a failure is one line on stderr, and stdout is empty:
  {"error":{"code","message","hint","exit_code","retryable","retry_after_s","next"}}
next names the commands that help, and when.

Exit codes
${EXIT_CODES.map(({ code, meaning }) => indented(`${code}`.padEnd(5), meaning)).join('\n')}

  gateway exit-codes                    the same, with what to do about each
  gateway doctor                        finds out what is wrong
  gateway commands keys create --json   the errors that a command can give`,
  ci: `In CI

One variable is enough: GATEWAY_API_KEY, a key made for it, and GATEWAY_API_URL.

  gateway keys create --name ci --limit-usd 20 --expires 90d

In the job:

  gateway doctor --no-request               fails the job early, and says why
  gateway exec -- npm test                  with the variables; no file
  gateway exec --budget-usd 2 -- npm test   the same, and no more
  gateway env --format github               for $GITHUB_ENV

exec --budget-usd makes a key of its own: it needs a key with --permission
manage. With CI set nothing is asked: a missing answer is input_required.`,
  agents: `For agents and programs

${FLOW.map(({ command, tells }) => `  ${command}\n${indented('      ', tells)}`).join('\n')}

Rules
${RULES.map((rule) => indented('- ', rule)).join('\n')}

  gateway skill install   writes this where coding agents read it`,
} as const;
