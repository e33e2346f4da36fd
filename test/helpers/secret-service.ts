import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A real Secret Service with an unlocked keychain, on a D-Bus of its own, behind a socket that can be told to go silent. */
export interface SecretService {
  /** The variables that lead a command to it. */
  env: { DBUS_SESSION_BUS_ADDRESS: string };
  /** Connections that were made to it so far. */
  asked(): number;
  /** From now on connections are taken and nothing is answered, as on a bus that hangs. */
  silence(): void;
  /** The end of the silence. */
  speak(): void;
  /** What it keeps for `gateway`: the secret by the entry's name. */
  entries(): Promise<Record<string, string>>;
  /** Deletes every entry of `gateway`, as a person may. */
  wipe(): Promise<void>;
  close(): Promise<void>;
}

/** Starts one. The keyring daemon is told an empty password, which makes and unlocks its first keychain. */
export async function startSecretService(): Promise<SecretService> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-keychain-'));
  const behind = join(folder, 'bus');
  const env = { PATH: process.env.PATH!, HOME: folder, DBUS_SESSION_BUS_ADDRESS: `unix:path=${behind}` };
  const bus = spawn(
    'dbus-daemon',
    ['--session', '--nofork', '--print-address', '--address', env.DBUS_SESSION_BUS_ADDRESS],
    {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  await said(bus);
  const keyring = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  keyring.stdin!.end('\n');
  await said(keyring);

  let silent = false;
  let asked = 0;
  const open = new Set<Socket>();
  const front = createServer((socket) => {
    asked++;
    open.add(socket.on('error', () => {}));
    if (silent) return;
    const to = connect(behind).on('error', () => {});
    open.add(to);
    socket.pipe(to).pipe(socket);
  });
  const address = join(folder, 'front');
  await new Promise<void>((resolve) => front.listen(address, resolve));

  /** The library, in a process of its own, as it looks for the bus in its environment. */
  const ask = async (program: string): Promise<string> => {
    const library = `const { Entry, findCredentials } = require('@napi-rs/keyring');`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', library + program], { env });
    return stdout;
  };
  const list = `findCredentials('gateway')`;
  // the daemon says that it runs before it is on the bus, and makes its first keychain after that
  const probe = `const probe = new Entry('probe', 'probe'); probe.setPassword('x'); probe.deletePassword()`;
  while (!(await ask(probe).then(...yesOrNo))) await new Promise((resolve) => setTimeout(resolve, 50));
  return {
    env: { DBUS_SESSION_BUS_ADDRESS: `unix:path=${address}` },
    asked: () => asked,
    silence() {
      silent = true;
    },
    speak() {
      silent = false;
    },
    async entries() {
      const found: { account: string; password: string }[] = JSON.parse(
        await ask(`console.log(JSON.stringify(${list}))`),
      );
      return Object.fromEntries(found.map(({ account, password }) => [account, password]));
    },
    async wipe() {
      await ask(`for (const { account } of ${list}) new Entry('gateway', account).deleteCredential()`);
    },
    async close() {
      front.close();
      for (const socket of open) socket.destroy();
      for (const child of [keyring, bus]) {
        const ended = new Promise((resolve) => child.once('close', resolve));
        child.kill('SIGKILL');
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const yesOrNo = [() => true, () => false] as const;

/** Resolves at its first line. */
function said(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout!.once('data', () => resolve());
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${child.spawnfile} ended with ${code}`)));
  });
}
