import { spawn } from 'node:child_process';
import { tempHome } from './cli.ts';
import { BIN } from './gateway.ts';

export interface TerminalOptions {
  env?: Record<string, string | undefined>;
  home?: string;
  columns?: number;
  /** What the person types, once the screen shows this. */
  type?: { when: RegExp; keys: string };
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
  let typed = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    watch?.(screen);
    if (!type || typed || !type.when.test(screen)) return;
    typed = true;
    child.stdin.write(type.keys);
  });
  child.stdin.on('error', () => {});
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, screen: screen.replaceAll('\r\n', '\n') }));
  });
}
