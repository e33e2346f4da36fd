/**
 * The process that talks to the keychain. A call may hang for ever (a prompt that nobody sees, a locked Secret Service, a
 * D-Bus that does not answer) and no thread that is inside one can be ended: a process can. One line of operations comes
 * on stdin, one line of results goes to stdout; `ready` before that is when the clock starts. Secrets are in neither the
 * arguments nor the environment.
 */
import type { Operation, Result } from './keychain.ts';

const SERVICE = 'gateway';
// the kernel's keyring, which the library would fall back to on Linux, is empty after the next start of the machine
const OPTIONS = { linux: { store: 'secret-service' } } as const;

// Ctrl-C at a terminal reaches this process, too: the one that started it decides
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.stdin.on('close', () => process.kill(process.pid, 'SIGKILL'));
process.stdout.on('error', () => process.kill(process.pid, 'SIGKILL'));

void answer();

async function answer(): Promise<void> {
  let Entry: typeof import('@napi-rs/keyring').AsyncEntry;
  try {
    ({ AsyncEntry: Entry } = await import('@napi-rs/keyring'));
  } catch {
    return say({ missing: true });
  }
  say({ ready: true });
  const results: Result[] = [];
  for (const operation of await read()) results.push(await attempt(Entry, operation));
  say({ results });
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function read(): Promise<Operation[]> {
  let text = '';
  return new Promise((resolve) => {
    process.stdin.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.endsWith('\n')) resolve(JSON.parse(text));
    });
  });
}

async function attempt(
  Entry: typeof import('@napi-rs/keyring').AsyncEntry,
  { op, account, secret }: Operation,
): Promise<Result> {
  try {
    const entry = new Entry(SERVICE, account, OPTIONS);
    if (op === 'get') {
      const found = await entry.getSecret();
      return { secret: found && Buffer.from(found).toString('utf8') };
    }
    if (op === 'set') await entry.setSecret(Buffer.from(secret!));
    else await entry.deleteCredential();
    return {};
  } catch (error) {
    return { error: (error as Error).message };
  }
}
