import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BIN } from './gateway.ts';

const homes = new Set<string>();
const running = new Set<ChildProcess>();

/** An empty HOME. `forgetHomes` removes them all. */
export function tempHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'gateway-home-'));
  homes.add(home);
  return home;
}

/** Removes every temporary HOME and ends every command that is still running. Call it after all tests of a file. */
export function forgetHomes(): void {
  for (const child of running) child.kill('SIGKILL');
  for (const home of homes) rmSync(home, { recursive: true, force: true });
  homes.clear();
}

export interface CliOptions {
  /** Variables besides PATH and HOME; nothing of the test's own environment gets through. */
  env?: Record<string, string | undefined>;
  /** What stdin holds; null leaves it open. */
  stdin?: string | null;
  home?: string;
  cwd?: string;
  /** Another command line than the clone's. */
  bin?: string;
  /** Runs it as this user. */
  uid?: number;
  /** Puts something before the command line, such as a pseudo-terminal. */
  wrap?: (command: readonly string[]) => readonly string[];
}

export interface CliResult {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A command that may still be running. */
export interface RunningCli {
  child: ChildProcess;
  /** What came on stdout and stderr so far. */
  output(): { stdout: string; stderr: string };
  /** Resolves once stdout or stderr matches. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  done: Promise<CliResult>;
}

/** Starts the real command line as a process without a terminal. */
export function startCli(
  args: readonly string[],
  { env = {}, stdin = '', home = tempHome(), cwd = home, bin = BIN, uid, wrap = (command) => command }: CliOptions = {},
): RunningCli {
  const [file, ...rest] = wrap([process.execPath, bin, ...args]);
  const child = spawn(file!, rest, {
    cwd,
    // the keychain of whoever runs the tests is not for them
    env: { PATH: process.env.PATH, HOME: home, GATEWAY_CREDENTIAL_STORE: 'file', ...env },
    stdio: 'pipe',
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  running.add(child);
  const output = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      for (const watch of watchers) watch();
    });
  }
  child.stdin.on('error', () => {});
  if (stdin !== null) child.stdin.end(stdin);
  const done = new Promise<CliResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      running.delete(child);
      resolve({ exitCode, signal, ...output });
    });
  });
  const said = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const watch = () => {
        const match = pattern.exec(output.stdout) ?? pattern.exec(output.stderr);
        if (!match) return;
        watchers.delete(watch);
        resolve(match);
      };
      watchers.add(watch);
      watch();
      void done.then(({ exitCode }) =>
        reject(new Error(`ended with ${exitCode} before it said ${pattern}: ${output.stdout}${output.stderr}`)),
      );
    });
  return { child, output: () => output, said, done };
}

/** Runs the real command line to its end. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startCli(args, options).done;
}

/** The one JSON line of a failure in JSON mode. Throws when stderr is anything else. */
export function failure({ stderr }: CliResult): {
  code: string;
  message: string;
  hint: string;
  exit_code: number;
  http_status: number | null;
  [fact: string]: unknown;
} {
  if (!/^\{"error":\{.*\}\}\n$/.test(stderr)) throw new Error(`stderr is not one failure line: ${stderr}`);
  return JSON.parse(stderr).error;
}
