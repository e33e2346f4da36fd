/** The flags that every command takes, in any position. */
export interface Globals {
  json: boolean;
  /** Paths of `--fields a,b.c`; undefined: everything. */
  fields: readonly string[] | undefined;
  /** False when no prompt may be shown. */
  input: boolean;
  yes: boolean;
  dryRun: boolean;
  quiet: boolean;
  color: boolean;
  profile: string | undefined;
  apiUrl: string | undefined;
  timeoutMs: number;
  /** True for `--timeout`: it goes before the preference. */
  timeoutGiven?: boolean;
  debug: boolean;
}

/** One row a flag: what commander is told. */
export const GLOBAL_FLAGS = [
  { flags: '--json', summary: 'print one JSON value on stdout, and failures as one JSON line on stderr' },
  { flags: '--fields <paths>', summary: 'with --json: only these fields, such as id,limits.spent_usd' },
  { flags: '--no-input', summary: 'never ask; a missing answer is an error that names its flag' },
  { flags: '-y, --yes', summary: 'answer yes to confirmations' },
  { flags: '--dry-run', summary: 'show what would be changed, change nothing' },
  { flags: '-q, --quiet', summary: 'no progress and no hints on stderr' },
  { flags: '--no-color', summary: 'no colours' },
  { flags: '--profile <name>', summary: 'which stored login to use' },
  { flags: '--api-url <url>', summary: 'the server (default: GATEWAY_API_URL, then http://127.0.0.1:8787)' },
  { flags: '--timeout <s>', summary: 'seconds that a network call may take (default: 30)' },
  { flags: '--debug', summary: 'on a failure, print its stack on stderr' },
] as const;

const WITH_VALUE = new Set(['--fields', '--profile', '--api-url', '--timeout']);
const DEFAULT_TIMEOUT_MS = 30_000;

/** True for a variable that is set to anything but nothing, `0` and `false`. */
export function isOn(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value.toLowerCase() !== 'false';
}

/**
 * What must be known before the command line is parsed, so that also a parser error is told in the right form, and the
 * words that may name a command.
 */
export function scan(args: readonly string[], env: NodeJS.ProcessEnv): { globals: Globals; words: string[] } {
  const words: string[] = [];
  const flags = new Set<string>();
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--') break;
    if (!arg.startsWith('-')) words.push(arg);
    else {
      flags.add(arg.split('=', 1)[0]!);
      if (WITH_VALUE.has(arg)) i++;
    }
  }
  return {
    words,
    globals: {
      json: flags.has('--json') || flags.has('--fields') || isOn(env.GATEWAY_JSON),
      fields: undefined,
      input: !flags.has('--no-input'),
      yes: flags.has('-y') || flags.has('--yes'),
      dryRun: flags.has('--dry-run'),
      quiet: flags.has('-q') || flags.has('--quiet'),
      color: !flags.has('--no-color'),
      profile: undefined,
      apiUrl: undefined,
      timeoutMs: DEFAULT_TIMEOUT_MS,
      debug: flags.has('--debug'),
    },
  };
}
