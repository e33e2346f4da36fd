import { GatewayError } from '../../shared/errors.ts';
import type { Credential, LoginRecord, MadeHere } from '../credential-records.ts';
import type { Place } from './policy.ts';

/** What an entry of the keychain holds, as JSON. `api_url` binds it to its server, whatever the file says. */
export interface Sealed {
  api_url: string;
  access_token?: string;
  refresh_token?: string | null;
  expires_at?: number;
  api_key?: string;
  raw?: string;
}

/** The login with its secrets, wherever they are. Throws `not_logged_in` when its entry is gone from the keychain. */
export async function openLogin(place: Pick<Place, 'env'>, record: LoginRecord): Promise<Credential> {
  if (record.keychain === undefined) return record as Credential;
  const sealed = await fetchSealed(place, record.keychain, record.api_url);
  if (record.type === 'oidc' && sealed?.access_token !== undefined) {
    const { access_token, refresh_token = null, expires_at = record.expires_at } = sealed;
    return { ...record, access_token, refresh_token, expires_at };
  }
  if (record.type === 'api_key' && sealed?.api_key !== undefined) return { ...record, api_key: sealed.api_key };
  throw new GatewayError(
    'not_logged_in',
    `The keychain no longer holds the login of ${record.user.email ?? record.user.display_name}.`,
    { hint: 'Run `gateway login` to sign in again.' },
  );
}

/** The secret of a key that was made here, wherever it is. Throws `no_api_key` when its entry is gone from the keychain. */
export async function openKey(place: Pick<Place, 'env'>, apiUrl: string, made: MadeHere): Promise<string> {
  if (made.keychain === undefined) return made.raw!;
  const sealed = await fetchSealed(place, made.keychain, apiUrl);
  if (sealed?.raw !== undefined) return sealed.raw;
  throw new GatewayError('no_api_key', `The keychain no longer holds the key ${made.name} (${made.id}).`, {
    hint: 'Give it a new secret with `gateway keys rotate`, make another key, or set GATEWAY_API_KEY.',
    next: [
      { command: `gateway keys rotate ${made.id} --yes`, when: 'to get a new secret for this key' },
      { command: 'gateway keys create --name myapp', when: 'to make another key' },
    ],
  });
}

async function fetchSealed({ env }: Pick<Place, 'env'>, account: string, apiUrl: string): Promise<Sealed | undefined> {
  const { askKeychain } = await import('./keychain.ts');
  const [result] = await askKeychain(env, [{ op: 'get', account }]).catch((cause: Error) => {
    throw unavailable(cause.message, cause);
  });
  if (result!.error !== undefined) throw unavailable(`The keychain refused: ${result!.error}.`);
  return understood(result!.secret, apiUrl);
}

function understood(text: string | null | undefined, apiUrl: string): Sealed | undefined {
  if (!text) return undefined;
  try {
    const sealed = JSON.parse(text) as Sealed;
    return sealed.api_url === apiUrl ? sealed : undefined;
  } catch {
    return undefined;
  }
}

/** The keychain is needed and gives no answer. */
export function unavailable(why: string, cause?: Error): GatewayError {
  return new GatewayError('keychain_unavailable', why, { cause });
}
