/**
 * How a program uses gateway: what `llms.txt` and the agent skill say. Every command line here works as it stands, and
 * is run by a test.
 */

/** What this is, in two sentences. */
export const PURPOSE =
  'One key for every large language model. An OpenAI- and Anthropic-compatible proxy with budgets and exact accounting, a management API, and a command line made for agents.';

/** One step of the way from nothing to a paid request. */
export interface GuideStep {
  command: string;
  tells: string;
}

/** From nothing to a first answer. */
export const FLOW: readonly GuideStep[] = [
  {
    command: 'gateway whoami --json',
    tells:
      'who you are here. Exit 1 with `not_logged_in`: go on with the next line. With `GATEWAY_API_KEY` set no login is needed: go on with `gateway env write`.',
  },
  {
    command: 'gateway login --start --json',
    tells: 'hand `verification_uri_complete` and `user_code` to the person, who approves in a browser.',
  },
  {
    command: 'gateway login --complete --wait 300 --json',
    tells: 'waits for the approval. Exit 4: not approved yet, run it again.',
  },
  {
    command: 'gateway keys ensure --name myapp --limit-usd 5 --write-env .env --json',
    tells:
      'makes the key if there is none of this name, and puts OPENAI_API_KEY and OPENAI_BASE_URL into `.env`; the secret never passes through your transcript. Safe to repeat; where its secret is not kept here any more, the failure names the command that makes a new one.',
  },
  {
    command: 'gateway env write --json',
    tells:
      'sets them again later, by GATEWAY_API_KEY or the key made last. Comments, order and line endings stay; `gateway env undo` takes it back exactly.',
  },
  { command: 'gateway test --json', tells: 'one real completion end to end; `cost_usd` says what it cost.' },
];

/** What else is often needed. */
export const LATER: readonly GuideStep[] = [
  { command: 'gateway models --json --fields id,pricing', tells: 'the models offered, and what they cost.' },
  { command: 'gateway balance --json', tells: 'the credit left.' },
  { command: 'gateway usage --days 7 --by model --json', tells: 'what was used and spent.' },
  { command: 'gateway logs list --status error --limit 5 --json', tells: 'the requests that failed last, and why.' },
  {
    command: 'gateway exec --budget-usd 2 -- npm test',
    tells: 'runs a command with a key of its own that cannot spend more and dies with it.',
  },
  {
    command: 'gateway setup claude --install --json',
    tells:
      'wires a coding tool to the gateway and proves it with one request; `gateway setup --json` lists the tools, `--uninstall` takes it back exactly.',
  },
  {
    command: 'gateway topup --amount 5 --json',
    tells: 'a `checkout_url` for the person. It never pays, and neither do you.',
  },
];

/** What holds for every command. */
export const RULES: readonly string[] = [
  'Add `--json`. Success is one JSON value on stdout. A failure is one JSON line on stderr, with nothing on stdout: `{"error":{"code","message","hint","exit_code","retryable","retry_after_s","next":[{"command","when"}]}}`. Read `code`, then run what fits of `next`.',
  'Nothing hangs: without a terminal no question is asked; a missing answer is `input_required` and names its flag. `--yes` confirms.',
  'Never pay. Hand `checkout_url` to the person, then `gateway topup status <id>`.',
  '402 `insufficient_balance` or `key_limit_reached`: do not retry. Ask the person for a top-up or a higher limit.',
  '429 and exit 2: wait (`retry_after_s`), then retry with back-off. Exit 3: retry once. Exit 4: a person must act; run it again later.',
  'Secrets come from the environment, a file (`@path`) or stdin (`-`), never from a flag; do not print them.',
  '`--dry-run` shows what a command would change. `--fields a,b.c` keeps only these fields. `--idempotency-key <key>` on what creates something makes a repeat answer the first result.',
  '`gateway commands --json` lists the commands, `gateway commands <path> --json` describes one (flags, output, errors, examples), `gateway schema <path>` is its JSON Schema.',
];
