import type { Context } from '../context.ts';
import { type Credential, changeCredentials, type StoredUser } from '../credentials.ts';
import type { Discovery } from './discover.ts';
import type { Tokens } from './wait-for-approval.ts';

/** The result of every form of `login`. */
export interface LoggedIn {
  logged_in: true;
  user: StoredUser;
}

/** Asks the server who the tokens belong to and stores the login. */
export async function finish(context: Context, discovery: Discovery, tokens: Tokens): Promise<LoggedIn> {
  const user = await askWho(context, tokens.access_token);
  return store(context, {
    type: 'oidc',
    api_url: context.settings.apiUrl,
    issuer: discovery.issuer,
    client_id: discovery.client_id,
    token_endpoint: discovery.token_endpoint,
    revocation_endpoint: discovery.revocation_endpoint,
    resource: discovery.resource,
    access_token: tokens.access_token,
    refresh_token: tokens.refresh_token ?? null,
    expires_at: context.now() + (tokens.expires_in ?? 300) * 1000,
    user,
  });
}

/** Checks an API key with the server and stores it as the profile's login. */
export async function finishWithKey(context: Context, key: string): Promise<LoggedIn> {
  const user = await askWho(context, key);
  return store(context, { type: 'api_key', api_url: context.settings.apiUrl, api_key: key, user });
}

async function askWho(context: Context, token: string): Promise<StoredUser> {
  const { me } = await import('../../shared/contracts/account.ts');
  const { id, display_name, email } = await context.call(me, {}, { bearer: { token } });
  return { id, display_name, email };
}

async function store(context: Context, credential: Credential): Promise<LoggedIn> {
  const { profile } = context.settings;
  await context.signals.hold(
    changeCredentials(context, (credentials) => {
      delete credentials.keychain_failed; // a login asks it again
      credentials.profiles[profile] = credential;
      delete credentials.pending[profile];
    }),
  );
  return { logged_in: true, user: credential.user };
}
