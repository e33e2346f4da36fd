import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How long the system's keychain may take, from the moment it is asked. */
const LIMIT_MS = 3_000;
/** How long the process that asks it may take to start, on a machine that is busy. */
const START_LIMIT_MS = 20_000;

/** One thing to do with an entry of the service `gateway`. */
export interface Operation {
  op: 'get' | 'set' | 'delete';
  account: string;
  /** What `set` stores. */
  secret?: string;
}

/** What became of an operation: `secret` is null when there is no such entry. */
export interface Result {
  secret?: string | null;
  error?: string;
}

/** Why there was no answer. `absent`: there is no keychain on this machine, which is no trouble. */
export class KeychainFailure extends Error {
  readonly absent: boolean;
  constructor(message: string, absent = false) {
    super(message);
    this.absent = absent;
  }
}

/** False where there is certainly no keychain, as on a server without a D-Bus session. Costs nothing. */
export function mayHaveKeychain(env: NodeJS.ProcessEnv, platform = process.platform): boolean {
  if (platform !== 'linux' && platform !== 'freebsd') return platform === 'darwin' || platform === 'win32';
  if (env.DBUS_SESSION_BUS_ADDRESS) return true;
  return Boolean(env.XDG_RUNTIME_DIR) && existsSync(join(env.XDG_RUNTIME_DIR!, 'bus'));
}

/** Asks the keychain, in a process of its own that is killed when there is no answer in time. Throws `KeychainFailure`. */
export function askKeychain(env: NodeJS.ProcessEnv, operations: readonly Operation[]): Promise<Result[]> {
  if (!mayHaveKeychain(env)) return Promise.reject(new KeychainFailure('There is no keychain here.', true));
  const { NODE_OPTIONS: _, GATEWAY_API_KEY: __, ...childEnv } = env;
  const child = spawn(process.execPath, [fileURLToPath(new URL('./keychain-child.js', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: childEnv,
    windowsHide: true,
  });
  child.stdin.on('error', () => {});
  return new Promise<Result[]>((resolve, reject) => {
    const tooLate = () => reject(new KeychainFailure(`The keychain did not answer within ${LIMIT_MS / 1000} seconds.`));
    let timer = setTimeout(tooLate, START_LIMIT_MS);
    const done = (settle: () => void) => {
      clearTimeout(timer);
      settle();
    };
    const onLine = (line: { ready?: true; missing?: true; results?: Result[] }) => {
      if (line.missing) done(() => reject(new KeychainFailure('The library of the keychain is not installed.', true)));
      if (line.results) done(() => resolve(line.results!));
      if (!line.ready) return;
      clearTimeout(timer);
      timer = setTimeout(tooLate, LIMIT_MS);
      child.stdin.write(`${JSON.stringify(operations)}\n`);
    };
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (text + chunk).split('\n');
      text = lines.pop()!;
      for (const line of lines) onLine(JSON.parse(line));
    });
    const ended = () => done(() => reject(new KeychainFailure('The keychain could not be asked.')));
    child.once('error', ended);
    child.once('close', ended);
  }).finally(() => child.kill('SIGKILL'));
}
