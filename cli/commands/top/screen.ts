/** The terminal while something is drawn over all of it. */
import { writeSync } from 'node:fs';
import process from 'node:process';
import type { Streams } from '../../context.ts';

const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

export interface Screen {
  readonly columns: number;
  readonly rows: number;
  draw(lines: readonly string[]): void;
  /** Gives the terminal back as it was. It happens by itself whenever the process ends. */
  close(): void;
}

/**
 * Takes the terminal: another buffer, no cursor, lines that do not wrap, and keys as they are pressed.
 * @param onKey gets what is typed; Ctrl-C arrives here too, as U+0003.
 */
export function openScreen(
  { stdin, stdout }: Pick<Streams, 'stdin' | 'stdout'>,
  onKey: (key: string) => void,
  onResize: () => void,
): Screen {
  let open = true;
  const onData = (chunk: Buffer | string) => onKey(chunk.toString());
  const close = () => {
    if (!open) return;
    open = false;
    stdin.off('data', onData);
    stdout.off('resize', onResize);
    try {
      stdin.setRawMode(false);
    } catch {
      // the terminal is gone
    }
    stdin.pause();
    try {
      // at once: the process may be about to end, and what it says then belongs on the other buffer
      writeSync(1, LEAVE);
    } catch {
      // the terminal is gone
    }
  };
  // before those that tell of a crash
  process.prependListener('uncaughtException', close);
  process.prependListener('unhandledRejection', close);
  process.once('exit', close);
  stdin.setRawMode(true);
  stdin.resume();
  stdin.on('data', onData);
  stdout.on('resize', onResize);
  stdout.write(ENTER);
  return {
    get columns() {
      return stdout.columns || 80;
    },
    get rows() {
      return stdout.rows || 24;
    },
    draw(lines) {
      // cleared first: at the end of a full line that would take its last character
      if (open) stdout.write(HOME + lines.map((line) => CLEAR_LINE + line).join('\r\n') + CLEAR_BELOW);
    },
    close,
  };
}
