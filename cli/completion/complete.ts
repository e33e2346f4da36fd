import { Context } from '../context.ts';
import { scan } from '../globals.ts';
import { visible } from '../output.ts';
import { type Answer, answer } from './answer.ts';
import { splitLine } from './split-line.ts';

/** How long a person who types waits for the server, unless GATEWAY_COMPLETION_MS says another time. */
const PATIENCE_MS = 900;
/** However slow everything else is, the shell gets its prompt back. */
const BEYOND_MS = 1_100;
const LONGEST_ABOUT = 80;

/**
 * What the shells' scripts call: `gateway __complete <shell> …`. One candidate a line, `value<tab>about`; the last line is
 * `:nothing`, `:files` or `:command`, what the shell is to complete by itself. It is no command of the tree: whatever
 * happens it says nothing on stderr and ends with 0, as it would disturb somebody who is typing.
 */
export async function complete(process: NodeJS.Process): Promise<void> {
  const end = () => process.exit(0);
  for (const event of ['uncaughtException', 'unhandledRejection', 'SIGINT', 'SIGTERM']) process.on(event, end);
  process.stdout.on('error', end);
  const patienceMs = Number(process.env.GATEWAY_COMPLETION_MS) || PATIENCE_MS;
  setTimeout(end, patienceMs + BEYOND_MS).unref();
  try {
    const { before, current } = typedWords(process.argv.slice(3));
    const text = answerText(await answer(contextFor(process, before, patienceMs), before, current));
    process.stdout.write(text, end);
  } catch {
    end();
  }
}

/**
 * What was typed, without `gateway`: bash gives the line, PowerShell the words in base64, the others the words, each behind
 * a dot, as node would take a bare `--env-file` for its own.
 */
function typedWords([shell, ...rest]: readonly string[]): { before: string[]; current: string } {
  if (shell === 'bash') {
    const { before, current } = splitLine(rest[0] ?? '');
    return { before: before.slice(1), current };
  }
  const words =
    shell === 'powershell'
      ? Buffer.from(rest[0] ?? '', 'base64')
          .toString('utf8')
          .split('\0')
      : rest.map((word) => word.slice(1));
  return { before: words.slice(0, -1), current: words.at(-1) ?? '' };
}

/** The context that the command line would have, but silent and in a hurry. */
function contextFor(process: NodeJS.Process, before: readonly string[], timeoutMs: number): Context {
  const value = (flag: string) => {
    const at = before.findIndex((word) => word === flag || word.startsWith(`${flag}=`));
    return at < 0 ? undefined : before[at] === flag ? before[at + 1] : before[at]!.slice(flag.length + 1);
  };
  const { globals } = scan([], {});
  return new Context({
    env: process.env,
    cwd: process.cwd(),
    args: before,
    // opened when they are used: somebody waits for the answer to a TAB
    streams: process,
    signals: { release() {}, hold: (step) => step },
    globals: { ...globals, quiet: true, input: false, profile: value('--profile'), timeoutMs, timeoutGiven: true },
  });
}

function answerText({ candidates, besides }: Answer): string {
  const lines = candidates.map(({ value, about }) => {
    const short = about.length > LONGEST_ABOUT ? `${about.slice(0, LONGEST_ABOUT - 1)}…` : about;
    return short === '' ? value : `${value}\t${visible(short)}`;
  });
  return [...lines, `:${besides}`, ''].join('\n');
}
