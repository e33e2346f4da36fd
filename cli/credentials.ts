import { readFileSync, renameSync, statSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GatewayError } from '../shared/errors.ts';

/** Who signed in, as `/me` told at login. */
export interface StoredUser {
  id: string;
  display_name: string;
  email: string | null;
}

/** A login by OIDC. It is only ever sent to `api_url`, the refresh token only to `token_endpoint`. */
export interface OidcCredential {
  type: 'oidc';
  api_url: string;
  issuer: string;
  client_id: string;
  token_endpoint: string;
  revocation_endpoint: string | null;
  resource: string;
  access_token: string;
  refresh_token: string | null;
  /** Unix milliseconds. */
  expires_at: number;
  user: StoredUser;
}

/** A login by API key. */
interface KeyCredential {
  type: 'api_key';
  api_url: string;
  api_key: string;
  user: StoredUser;
}

export type Credential = OidcCredential | KeyCredential;

/** A device login that was started and is not complete. */
export interface PendingLogin {
  api_url: string;
  device_code: string;
  user_code: string;
  verification_uri: string;
  verification_uri_complete: string | null;
  /** Unix milliseconds. */
  expires_at: number;
  /** Seconds. */
  interval: number;
}

/** An API key that was made here, for `env`, `test`, `models` and `exec`. */
export interface MadeHere {
  id: string;
  name: string;
  raw: string;
  /** The key that it hangs below, and is revoked with. */
  parent?: string | null;
}

/** `credentials.json`. */
export interface Credentials {
  version: 1;
  /** By profile. */
  profiles: Record<string, Credential>;
  /** By profile. */
  pending: Record<string, PendingLogin>;
  /** By the server's address, newest first. */
  last_keys: Record<string, MadeHere[]>;
}

const EMPTY: Credentials = { version: 1, profiles: {}, pending: {}, last_keys: {} };
const LOCK = {
  stale: 15_000,
  update: 2_000,
  realpath: false,
  retries: { retries: 600, factor: 1.1, minTimeout: 20, maxTimeout: 150, randomize: true },
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
  const found = parse(text);
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

function parse(text: string): Credentials | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value.version !== 1) return undefined;
  const { profiles, pending = {}, last_keys = {} } = value;
  if (!isTable(profiles, isCredential) || !isTable(pending, isPending) || !isRecord(last_keys)) return undefined;
  // a server had one key here once, not a list
  const keys = Object.fromEntries(
    Object.entries(last_keys).map(([server, kept]) => [server, Array.isArray(kept) ? kept : [kept]]),
  );
  if (!Object.values(keys).flat().every(isMadeHere)) return undefined;
  return { version: 1, profiles, pending, last_keys: keys } as Credentials;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const isTable = (value: unknown, test: (row: Record<string, unknown>) => boolean) =>
  isRecord(value) && Object.values(value).every((row) => isRecord(row) && test(row));
const strings = (row: Record<string, unknown>, ...names: string[]) =>
  names.every((name) => typeof row[name] === 'string');

const isCredential = (row: Record<string, unknown>) =>
  strings(row, 'api_url') &&
  isRecord(row.user) &&
  (row.type === 'api_key'
    ? strings(row, 'api_key')
    : row.type === 'oidc' &&
      strings(row, 'issuer', 'client_id', 'token_endpoint', 'resource', 'access_token') &&
      Number.isFinite(row.expires_at));
const isPending = (row: Record<string, unknown>) =>
  strings(row, 'api_url', 'device_code', 'user_code', 'verification_uri') &&
  Number.isFinite(row.expires_at) &&
  Number.isFinite(row.interval);
const isMadeHere = (row: unknown) => isRecord(row) && strings(row, 'id', 'name', 'raw');

/**
 * Changes the credentials under a lock that other processes respect: what is passed to `change` was read after the lock
 * was had. The file is written to a temporary file and renamed, 0600 in a 0700 folder; unchanged content is not written.
 */
export async function changeCredentials<T>(
  configDir: string,
  change: (credentials: Credentials) => T | Promise<T>,
): Promise<T> {
  const [{ default: lockfile }, { default: writeFileAtomic }] = await Promise.all([
    import('proper-lockfile'),
    import('write-file-atomic'),
  ]);
  const path = credentialsFile(configDir);
  const release = await withFolder(configDir, () => lockfile.lock(path, LOCK));
  try {
    const credentials = readCredentials(configDir);
    const before = JSON.stringify(credentials);
    let result: T;
    try {
      result = await change(credentials);
    } finally {
      // also what a failed change did to the credentials counts: a refused refresh token is worth nothing any more
      if (JSON.stringify(credentials) !== before) {
        await withFolder(configDir, () =>
          writeFileAtomic(path, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 }),
        );
      }
    }
    return result;
  } finally {
    await release().catch(() => {});
  }
}

async function withFolder<T>(configDir: string, write: () => Promise<T>): Promise<T> {
  try {
    await mkdir(configDir, { recursive: true, mode: 0o700 });
    // a folder that was named by GATEWAY_CONFIG_DIR may hold other things: its mode is not ours to change
    if (basename(configDir) === '.gateway' && (statSync(configDir).mode & 0o077) !== 0) await chmod(configDir, 0o700);
    return await write();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ELOCKED') {
      throw new GatewayError('file_error', `The credentials in ${configDir} are locked by another process.`, {
        cause,
        hint: 'Try again when it has ended.',
      });
    }
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
