/** Who signed in, as `/me` told at login. */
export interface StoredUser {
  id: string;
  display_name: string;
  email: string | null;
}

/** What has a secret: it stands in the record itself, or in the keychain under the name in `keychain`. */
export interface SecretHolder {
  keychain?: string;
}

/** A login by OIDC. It is only ever sent to `api_url`, the refresh token only to `token_endpoint`. */
interface OidcRecord extends SecretHolder {
  type: 'oidc';
  api_url: string;
  issuer: string;
  client_id: string;
  token_endpoint: string;
  revocation_endpoint: string | null;
  resource: string;
  access_token?: string;
  /** Null when there is none, wherever the secrets are. */
  refresh_token?: string | null;
  /** Unix milliseconds. */
  expires_at: number;
  user: StoredUser;
}

/** A login by API key. */
interface KeyRecord extends SecretHolder {
  type: 'api_key';
  api_url: string;
  api_key?: string;
  user: StoredUser;
}

/** A login as `credentials.json` has it. */
export type LoginRecord = OidcRecord | KeyRecord;

/** A login with its secrets at hand. */
export type OidcCredential = OidcRecord & { access_token: string; refresh_token: string | null };
export type Credential = OidcCredential | (KeyRecord & { api_key: string });

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
export interface MadeHere extends SecretHolder {
  id: string;
  name: string;
  /** The secret; missing when it is in the keychain. */
  raw?: string;
  /** The key that it hangs below, and is revoked with. */
  parent?: string | null;
}

/** `credentials.json`. */
export interface Credentials {
  version: 1;
  /** By profile. */
  profiles: Record<string, LoginRecord>;
  /** By profile. */
  pending: Record<string, PendingLogin>;
  /** By the server's address, newest first. */
  last_keys: Record<string, MadeHere[]>;
  /** Why secrets are in the file although the keychain was wanted: it is not asked again before the next login. */
  keychain_failed?: string;
  /** Entries of the keychain that nothing needs any more and that could not be deleted yet. */
  keychain_orphans?: string[];
}

/** The text of `credentials.json` as what it says; undefined when it is not ours. */
export function parseCredentials(text: string): Credentials | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value.version !== 1) return undefined;
  const { profiles, pending = {}, last_keys = {}, keychain_failed, keychain_orphans } = value;
  if (!isTable(profiles, isCredential) || !isTable(pending, isPending) || !isRecord(last_keys)) return undefined;
  // a server had one key here once, not a list
  const keys = Object.fromEntries(
    Object.entries(last_keys).map(([server, kept]) => [server, Array.isArray(kept) ? kept : [kept]]),
  );
  if (!Object.values(keys).flat().every(isMadeHere)) return undefined;
  return {
    version: 1,
    profiles,
    pending,
    last_keys: keys,
    ...(typeof keychain_failed === 'string' ? { keychain_failed } : {}),
    ...(Array.isArray(keychain_orphans) ? { keychain_orphans } : {}),
  } as Credentials;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const isTable = (value: unknown, test: (row: Record<string, unknown>) => boolean) =>
  isRecord(value) && Object.values(value).every((row) => isRecord(row) && test(row));
const strings = (row: Record<string, unknown>, ...names: string[]) =>
  names.every((name) => typeof row[name] === 'string');

const hasSecret = (row: Record<string, unknown>, name: string) => strings(row, name) || strings(row, 'keychain');

const isCredential = (row: Record<string, unknown>) =>
  strings(row, 'api_url') &&
  isRecord(row.user) &&
  (row.type === 'api_key'
    ? hasSecret(row, 'api_key')
    : row.type === 'oidc' &&
      strings(row, 'issuer', 'client_id', 'token_endpoint', 'resource') &&
      hasSecret(row, 'access_token') &&
      Number.isFinite(row.expires_at));
const isPending = (row: Record<string, unknown>) =>
  strings(row, 'api_url', 'device_code', 'user_code', 'verification_uri') &&
  Number.isFinite(row.expires_at) &&
  Number.isFinite(row.interval);
const isMadeHere = (row: unknown) => isRecord(row) && strings(row, 'id', 'name') && hasSecret(row, 'raw');
