import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The entry. `--version` and a `--help` that no terminal reads are answered before anything else is loaded, not even
 * another file of ours: they must cost what `node -e 0` costs. Everything else is in `run.ts`.
 */
declare const __GATEWAY_VERSION__: string;

const ROOT_HELP = new Set(['', '--help', '-h', 'help']);

/** Runs the command line of this process and ends it with the exit code. */
export async function main(): Promise<void> {
  const words = process.argv.slice(2);
  const text = words.length < 2 ? textWithoutLoading(words[0] ?? '') : undefined;
  if (text !== undefined) {
    // who closes the pipe has read enough
    process.stdout.on('error', () => {});
    process.stdout.write(text);
    return;
  }
  const { run } = await import('./run.ts');
  await run(process);
}

/** The build writes `help.txt`: what `run.ts` prints for a pipe. A terminal has a width and colours of its own. */
function textWithoutLoading(word: string): string | undefined {
  if (process.env.GATEWAY_JSON) return undefined;
  if (word === '--version' || word === '-V') return `${__GATEWAY_VERSION__}\n`;
  if (!ROOT_HELP.has(word) || process.stdout.isTTY || process.env.FORCE_COLOR) return undefined;
  return readFileSync(join(__dirname, 'help.txt'), 'utf8');
}
