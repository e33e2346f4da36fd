import { randomBytes } from 'node:crypto';
import type { Credentials, LoginRecord, MadeHere } from '../credential-records.ts';
import { askKeychain, KeychainFailure, mayHaveKeychain } from './keychain.ts';
import { type Sealed, unavailable } from './open.ts';
import { credentialStore, type Place } from './policy.ts';

/** A record that has a secret, and the server that it is for. */
interface Holder {
  apiUrl: string;
  record: LoginRecord | MadeHere;
}

function holders({ profiles, last_keys }: Credentials): Holder[] {
  return [
    ...Object.values(profiles).map((record) => ({ apiUrl: record.api_url, record })),
    ...Object.entries(last_keys).flatMap(([apiUrl, keys]) => keys.map((record) => ({ apiUrl, record }))),
  ];
}

/** The secret that stands in the record itself. */
function exposed({ apiUrl, record }: Holder): Sealed | undefined {
  if ('raw' in record && record.raw !== undefined) return { api_url: apiUrl, raw: record.raw };
  if ('api_key' in record && record.api_key !== undefined) return { api_url: apiUrl, api_key: record.api_key };
  if (!('access_token' in record) || record.access_token === undefined) return undefined;
  const { access_token, refresh_token = null, expires_at } = record;
  return { api_url: apiUrl, access_token, refresh_token, expires_at };
}

/** True when there are secrets in the records that were not there before. */
export function hasNewSecrets(before: Credentials, after: Credentials): boolean {
  const texts = (of: Credentials) => holders(of).map((holder) => JSON.stringify(exposed(holder)));
  const known = new Set([undefined, ...texts(before)]);
  return texts(after).some((text) => !known.has(text));
}

/**
 * Moves the secrets in the records to the keychain, if that is wanted and it answers; what stays in the records is in the
 * file then, and `keychain_failed` says why. Throws `keychain_unavailable` for a person who wants no secret in the file,
 * unless what is new is `irreplaceable`.
 */
export async function seal(place: Place, credentials: Credentials, irreplaceable: boolean): Promise<void> {
  const store = credentialStore(place);
  const open = holders(credentials).filter((holder) => exposed(holder));
  const ask = store === 'keychain' || (mayHaveKeychain(place.env) && credentials.keychain_failed === undefined);
  // an entry that was read a moment ago is written again also after a failure of others
  const wanted = store === 'file' ? [] : open.filter(({ record }) => ask || record.keychain !== undefined);
  for (const { record } of open) if (store === 'file') delete record.keychain;
  if (store === 'file' || ask) delete credentials.keychain_failed;
  if (wanted.length === 0) return;
  const failed = await storeAll(place, credentials, wanted);
  if (failed === undefined) return;
  if (store === 'keychain' && !irreplaceable) throw unavailable(failed.message, failed);
  if (!failed.absent) credentials.keychain_failed = failed.message;
}

/** Stores what it can; the failure of the others, if there are any. */
async function storeAll(
  place: Place,
  credentials: Credentials,
  wanted: Holder[],
): Promise<KeychainFailure | undefined> {
  const operations = wanted.map((holder) => ({
    op: 'set' as const,
    account: holder.record.keychain ?? `${holder.apiUrl} ${randomBytes(8).toString('hex')}`,
    secret: JSON.stringify(exposed(holder)),
  }));
  let failed: KeychainFailure | undefined;
  const results = await askKeychain(place.env, operations).catch((error: KeychainFailure) => {
    failed = error;
    // without an answer nobody knows whether they were stored
    if (!error.absent)
      addOrphans(
        credentials,
        operations.map(({ account }) => account),
      );
    return [];
  });
  wanted.forEach(({ record }, at) => {
    const error = results[at]?.error;
    if (results[at] && error === undefined) takeOut(record, operations[at]!.account);
    else delete record.keychain;
    if (error !== undefined) failed = new KeychainFailure(`The keychain refused: ${error}.`, isAbsent(error));
  });
  return failed;
}

/** What the library says where D-Bus has nobody who keeps secrets: such a machine has no keychain. */
function isAbsent(error: string): boolean {
  return /DBus error|ServiceUnknown|no secret service/i.test(error);
}

function takeOut(record: LoginRecord | MadeHere, entry: string): void {
  if ('raw' in record) delete record.raw;
  if ('api_key' in record) delete record.api_key;
  if ('access_token' in record) {
    delete record.access_token;
    if (record.refresh_token !== null) delete record.refresh_token;
  }
  record.keychain = entry;
}

/** The names of the entries that the records need. */
export function entriesOf(credentials: Credentials): string[] {
  return holders(credentials).flatMap(({ record }) => record.keychain ?? []);
}

/**
 * Deletes the entries that the records needed before and do not any more, and those that were left over earlier; what
 * cannot be deleted is noted in the records. A keychain that gave no answer a moment ago is not asked again.
 * @returns true when the notes have changed.
 */
export async function discard(place: Place, before: readonly string[], after: Credentials): Promise<boolean> {
  const needed = new Set(entriesOf(after));
  const noted = after.keychain_orphans ?? [];
  const unneeded = [...new Set([...before, ...noted])].filter((entry) => !needed.has(entry));
  if (unneeded.length === 0) return false;
  const left = after.keychain_failed === undefined ? await deleteAll(place, unneeded) : unneeded;
  delete after.keychain_orphans;
  addOrphans(after, left);
  return left.join() !== noted.join();
}

function addOrphans(credentials: Credentials, entries: readonly string[]): void {
  if (entries.length > 0) credentials.keychain_orphans = [...(credentials.keychain_orphans ?? []), ...entries];
}

/** Returns those that could not be deleted. */
async function deleteAll({ env }: Place, entries: readonly string[]): Promise<string[]> {
  const results = await askKeychain(
    env,
    entries.map((account) => ({ op: 'delete', account })),
  ).catch(() => []);
  return entries.filter((_, at) => !results[at] || results[at].error !== undefined);
}
