import type { Access } from '../shared/contracts/endpoint.ts';
import { GatewayError } from '../shared/errors.ts';
import { environmentKey, storedLogin } from './access.ts';
import type { Outgoing } from './client.ts';
import type { Context } from './context.ts';
import { readCredentials } from './credentials.ts';
import { isOn } from './globals.ts';
import { openLogin } from './keychain/open.ts';
import { agentVariable } from './prompt.ts';
import { RemoteError } from './remote-error.ts';
import { freshAccessToken } from './session.ts';

/** What proves who is asking. */
export interface Bearer {
  token: string;
  /** Gets another token once the server has refused this one; missing for an API key. */
  renew?: () => Promise<string>;
}

/**
 * The credential for a call to the management API: GATEWAY_API_KEY, then the profile's login. A call that only a person
 * may make uses the login even when GATEWAY_API_KEY is set, as no key could make it. Undefined for public calls.
 */
export async function bearerFor(context: Context, access: Access): Promise<Bearer | undefined> {
  if (access === 'public') return undefined;
  const key = environmentKey(context);
  if (key && access !== 'person') return { token: key };
  if (key && !isPersonThere(context)) throw personNeeded(context, 'GATEWAY_API_KEY is set, but');
  const login = storedLogin(context);
  if (login.type === 'api_key' && access === 'person')
    throw personNeeded(context, 'You are signed in with an API key, but');
  if (login.type === 'api_key') {
    const opened = await openLogin(context, login);
    if (opened.type === 'api_key') return { token: opened.api_key };
  }
  const token = await freshAccessToken(context);
  return { token, renew: () => freshAccessToken(context, token) };
}

function isPersonThere(context: Context): boolean {
  return readCredentials(context.settings.configDir).profiles[context.settings.profile]?.type === 'oidc';
}

/** In CI nobody approves a sign-in; an agent can start one, which a person approves. */
function personNeeded({ env }: Context, because: string): GatewayError {
  const message = `${because} an API key cannot do this: a person must be signed in.`;
  if (isOn(env.CI))
    return new GatewayError('not_logged_in', message, {
      hint: 'A person must do this, at a terminal of their own: nobody can sign in in CI.',
      next: [{ command: 'gateway whoami', when: 'to see what the API key belongs to' }],
    });
  if (agentVariable(env) === undefined)
    return new GatewayError('not_logged_in', message, { hint: 'Run `gateway login`.' });
  return new GatewayError('not_logged_in', message, {
    hint: 'Ask the person you work for: they must approve a sign-in in the browser, or do this themselves.',
    next: [{ command: 'gateway login --start', when: 'to get a page and a code for the person to approve' }],
  });
}

/** Sends with the credential; once more with a new token when the server does not take the one at hand any more. */
export async function sendAs<T>(
  bearer: Bearer | undefined,
  outgoing: Outgoing,
  send: (outgoing: Outgoing) => Promise<T>,
): Promise<T> {
  const as = (token: string | undefined) =>
    send({ ...outgoing, headers: { ...outgoing.headers, ...(token ? { authorization: `Bearer ${token}` } : {}) } });
  return as(bearer?.token).catch(async (error: unknown) => {
    // the token ended early, by another clock than ours
    if (!(error instanceof RemoteError) || error.status !== 401 || !bearer?.renew) throw error;
    return as(await bearer.renew());
  });
}
