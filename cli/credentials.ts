import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayError } from '../shared/errors.ts';
import { type Credentials, parseCredentials } from './credential-records.ts';
import type { Place } from './keychain/policy.ts';
import { makeOwnFolder } from './own-folder.ts';
import type { Waiting } from './take-lock.ts';

export type {
  Credential,
  Credentials,
  LoginRecord,
  MadeHere,
  OidcCredential,
  PendingLogin,
  StoredUser,
} from './credential-records.ts';

const EMPTY: Credentials = { version: 1, profiles: {}, pending: {}, last_keys: {} };
const LOCK = {
  stale: 15_000,
  update: 2_000,
  realpath: false,
  // the machine slept, or this process was stopped, and another one took over
  onCompromised: (cause: Error) => {
    throw new GatewayError('conflict', 'Another process took over the credentials meanwhile.', {
      cause,
      hint: 'Run the command again.',
    });
  },
};

/** Where credentials are kept. */
export function credentialsFile(configDir: string): string {
  return join(configDir, 'credentials.json');
}

/** The stored credentials; empty when there are none. A file that is not ours throws `credentials_corrupt`, never is it replaced. */
export function readCredentials(configDir: string): Credentials {
  const path = credentialsFile(configDir);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return structuredClone(EMPTY);
    throw new GatewayError('file_error', `The credentials in ${path} cannot be read (${code}).`, { cause });
  }
  const found = parseCredentials(text);
  if (!found)
    throw new GatewayError('credentials_corrupt', `The credentials file ${path} is damaged. Nothing was changed.`);
  return found;
}

/**
 * The same for whoever can do without: a file that is damaged or cannot be read counts as absent, and `warn` is told.
 * Nothing may be written to it then.
 */
export function readUsableCredentials(configDir: string, warn: (text: string) => void): Credentials {
  try {
    return readCredentials(configDir);
  } catch (error) {
    if (!isUnusable(error)) throw error;
    const what = error.code === 'credentials_corrupt' ? 'is damaged' : 'cannot be read';
    warn(
      `The credentials file ${credentialsFile(configDir)} ${what} and is not used. Run \`gateway logout --all\` to start afresh.`,
    );
    return structuredClone(EMPTY);
  }
}

/** True for the failure of a credentials file that is there and of no use. */
export function isUnusable(error: unknown): error is GatewayError {
  return error instanceof GatewayError && (error.code === 'credentials_corrupt' || error.code === 'file_error');
}

/**
 * Changes the credentials under a lock that other processes respect: what is passed to `change` was read after the lock
 * was had. Secrets that `change` puts into the records move to the keychain where that is wanted and it answers; entries
 * there that no record needs any more are deleted. The file is written to a temporary file and renamed, 0600 in a 0700
 * folder; unchanged content is not written.
 * @param irreplaceable what was changed cannot be had again, such as the tokens for a spent refresh token: it goes to the
 * file rather than be lost, also for a person who wants the keychain alone, until the next change.
 */
export async function changeCredentials<T>(
  place: Place & Waiting,
  change: (credentials: Credentials) => T | Promise<T>,
  { irreplaceable = false }: { irreplaceable?: boolean } = {},
): Promise<T> {
  const { takeLock } = await import('./take-lock.ts');
  const release = await withFolder(place.configDir, () => takeLock(place, credentialsFile(place.configDir), LOCK));
  try {
    const credentials = readCredentials(place.configDir);
    const before = structuredClone(credentials);
    let result: T;
    try {
      result = await change(credentials);
    } finally {
      // also what a failed change did to the credentials counts: a refused refresh token is worth nothing any more
      const isChanged = JSON.stringify(credentials) !== JSON.stringify(before);
      if (isChanged || credentials.keychain_orphans) await store(place, before, credentials, irreplaceable);
    }
    return result;
  } finally {
    await release().catch(() => {});
  }
}

/** At every moment what the file names is in the keychain: an entry is made before, and deleted after, the file is written. */
async function store(
  place: Place,
  before: Credentials,
  credentials: Credentials,
  irreplaceable: boolean,
): Promise<void> {
  const { discard, entriesOf, hasNewSecrets, seal } = await import('./keychain/seal.ts');
  if (hasNewSecrets(before, credentials)) await seal(place, credentials, irreplaceable);
  await write(place.configDir, credentials);
  if (await discard(place, entriesOf(before), credentials)) await write(place.configDir, credentials);
}

async function write(configDir: string, credentials: Credentials): Promise<void> {
  const { default: writeFileAtomic } = await import('write-file-atomic');
  const text = `${JSON.stringify(credentials, null, 2)}\n`;
  await withFolder(configDir, () => writeFileAtomic(credentialsFile(configDir), text, { mode: 0o600 }));
}

async function withFolder<T>(configDir: string, write: () => Promise<T>): Promise<T> {
  try {
    makeOwnFolder(configDir);
    return await write();
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    throw new GatewayError(
      'file_error',
      `The credentials cannot be written to ${configDir} (${code ?? (cause as Error).message}).`,
      {
        cause,
        hint: 'Make the folder writable for you, or set GATEWAY_CONFIG_DIR to another folder.',
      },
    );
  }
}

/** Puts the credentials file out of the way, whatever is in it; returns where it went. */
export function setAside(configDir: string, now: number): string {
  const path = credentialsFile(configDir);
  const aside = `${path}.damaged-${now}`;
  renameSync(path, aside);
  return aside;
}
