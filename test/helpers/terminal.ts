import { spawn } from 'node:child_process';
import { tempHome } from './cli.ts';
import { BIN } from './gateway.ts';

interface Typed {
  when: RegExp;
  keys: string;
}

export interface TerminalOptions {
  env?: Record<string, string | undefined>;
  home?: string;
  columns?: number;
  /** What the person types, once the screen shows this; of several, each once it came after what was typed before. */
  type?: Typed | readonly Typed[];
  /** Sees what the screen shows, each time that it changes. */
  watch?: (screen: string) => void;
  /** Stdout goes to a file of this name in HOME instead of the terminal; stderr stays on it. */
  stdoutTo?: string;
}

/** Runs the real command line on a pseudo-terminal, which `script` of util-linux makes. */
export function runOnTerminal(
  args: readonly string[],
  { env = {}, home = tempHome(), columns = 80, type, watch, stdoutTo }: TerminalOptions = {},
): Promise<{ exitCode: number | null; screen: string }> {
  const line = [process.execPath, BIN, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const to = stdoutTo === undefined ? '' : ` > '${stdoutTo}'`;
  const child = spawn('script', ['-qec', `stty cols ${columns} rows 40; exec ${line}${to}`, '/dev/null'], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home, TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let screen = '';
  const steps = [type ?? []].flat();
  let seen = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    watch?.(screen);
    if (!steps[0]?.when.test(screen.slice(seen))) return;
    seen = screen.length;
    child.stdin.write(steps.shift()!.keys);
  });
  child.stdin.on('error', () => {});
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, screen: screen.replaceAll('\r\n', '\n') }));
  });
}
