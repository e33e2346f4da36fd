import { findApiKey, storedLogin } from '../access.ts';
import { type AuthFacts, authFacts } from '../auth-facts.ts';
import type { Context } from '../context.ts';
import { readUsableCredentials } from '../credentials.ts';
import { readable } from '../when.ts';
import { type Check, fail, failed, notChecked, pass, warn } from './check.ts';
import type { Examination } from './examination.ts';

/** Is there a credential, and does the server take it? */
export async function checkCredential(known: Examination): Promise<Check[]> {
  const { context, configured, offline, reachable } = known;
  if (!configured) return [notChecked('credential', 'it is not known for which server')];
  return [...(await credential()), ...pendingLogin(context)];

  async function credential(): Promise<Check[]> {
    try {
      const { auth } = authFacts(context);
      if (!auth) storedLogin(context); // throws why there is none
      if (offline) {
        known.authenticated = true;
        return [pass('credential', `There is ${described(context, auth!)}; the server was not asked.`)];
      }
      if (!reachable) return [notChecked('credential', 'no gateway answers')];
      const { me } = await import('../../shared/contracts/account.ts');
      const who = await context.call(me);
      known.authenticated = true;
      const name = who.key ? `the key "${who.key.name}" of ${who.organization.name}` : who.display_name;
      return [pass('credential', `The server knows ${described(context, auth!)}: ${name}.`)];
    } catch (error) {
      return [failed('credential', error, isDamaged(error) ? 'gateway doctor --fix --yes' : undefined)];
    }
  }
}

function isDamaged(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'credentials_corrupt';
}

function described(context: Context, { source, method, expires_at }: AuthFacts): string {
  if (source === 'environment') return 'GATEWAY_API_KEY';
  if (method === 'api_key') return 'an API key that you signed in with';
  const until = readable(String(expires_at), context.json ? undefined : context.width, context.now());
  return `a login (its token lives until ${until})`;
}

/** Sign-ins that were started and can never be completed: profile by profile. */
export function stalePendingLogins(context: Context): string[] {
  const { pending } = readUsableCredentials(context.configDir, () => {});
  return Object.entries(pending)
    .filter(([, login]) => login.expires_at <= context.now())
    .map(([profile]) => profile);
}

function pendingLogin(context: Context): Check[] {
  const stale = stalePendingLogins(context);
  if (stale.length === 0) return [];
  const names = stale.map((profile) => `"${profile}"`).join(', ');
  return [
    warn('pending_login', `A sign-in was started and never completed: profile ${names}.`, 'gateway doctor --fix'),
  ];
}

/** Is there an API key for requests to models, and does the server take it? */
export async function checkKey(known: Examination): Promise<Check[]> {
  const { context, configured, offline, reachable } = known;
  if (!configured) return [notChecked('key', 'it is not known for which server')];
  try {
    const found = await findApiKey(context);
    if (!found)
      return [fail('key', 'There is no API key for requests to models here.', 'gateway keys create --name myapp')];
    known.key = found.key;
    const which = `${found.key.slice(0, 10)}… (${FROM[found.source]})`;
    if (offline && (await import('../../shared/api-key.ts')).isMistypedApiKey(found.key)) {
      known.keyFault = KEY_FAULT;
      return [fail('key', `${which} looks mistyped: its checksum does not match.`, 'gateway auth status')];
    }
    if (offline) return [pass('key', `There is ${which}; the server was not asked.`)];
    if (!reachable) return [notChecked('key', 'no gateway answers')];
    const { me } = await import('../../shared/contracts/account.ts');
    const who = await context.call(me, {}, { bearer: { token: found.key } });
    known.keyWorks = true;
    return [pass('key', `${which} is active${who.key ? `: "${who.key.name}"` : ''}.`)];
  } catch (error) {
    known.keyFault = KEY_FAULT;
    return [failed('key', error, isDamaged(error) ? 'gateway doctor --fix --yes' : undefined)];
  }
}

const KEY_FAULT = 'the API key in use did not pass';

const FROM = {
  flag: '--key',
  environment: 'GATEWAY_API_KEY',
  login: 'signed in with',
  last_key: 'made here last',
} as const;
