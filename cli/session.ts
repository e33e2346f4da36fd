import { GatewayError } from '../shared/errors.ts';
import { storedLogin } from './access.ts';
import type { Context } from './context.ts';
import { changeCredentials, type OidcCredential } from './credentials.ts';
import { openLogin } from './keychain/open.ts';
import { credentialStore } from './keychain/policy.ts';

/** A token is renewed this long before it ends, so that it still lives when it arrives. */
const EARLY_MS = 30_000;

/**
 * An access token that still lives. The refresh token is spent under the credentials' lock and what is stored is read again
 * once the lock is had: of ten commands that start with an expired token one asks the issuer and nine use its answer.
 * @param refused a token that the server did not take although its time is not over.
 */
export async function freshAccessToken(context: Context, refused?: string): Promise<string> {
  const isFresh = (login: OidcCredential) =>
    login.access_token !== refused && login.expires_at - EARLY_MS > context.now();
  const stored = await openLogin(context, storedLogin(context));
  if (stored.type !== 'oidc') throw ended();
  if (isFresh(stored)) return stored.access_token;
  const { profile, apiUrl } = context.settings;
  return context.signals.hold(
    changeCredentials(
      context,
      async (credentials) => {
        const record = credentials.profiles[profile];
        if (record?.type !== 'oidc' || record.api_url !== apiUrl) throw ended();
        const login = (await openLogin(context, record)) as OidcCredential;
        if (isFresh(login)) return login.access_token;
        credentialStore(context); // a wrong setting is told before the refresh token is spent
        const renewed = await refresh(context, login);
        credentials.profiles[profile] = renewed;
        if (renewed.refresh_token === null) throw ended();
        return renewed.access_token;
      },
      { irreplaceable: true },
    ),
  );
}

/** The login with new tokens, or without a refresh token when the issuer has ended it. */
async function refresh(context: Context, login: OidcCredential): Promise<OidcCredential> {
  if (!login.refresh_token) throw ended();
  const [{ refreshTokenGrant }, { configure, oauthError, oauthFailure }] = await Promise.all([
    import('openid-client'),
    import('./oauth.ts'),
  ]);
  const { timeoutMs } = context.globals;
  try {
    const tokens = await refreshTokenGrant(configure(login, timeoutMs), login.refresh_token, {
      resource: login.resource,
    });
    return {
      ...login,
      access_token: tokens.access_token,
      refresh_token: tokens.refresh_token ?? login.refresh_token,
      expires_at: context.now() + (tokens.expires_in ?? 300) * 1000,
    };
  } catch (cause) {
    if (oauthFailure(cause, context.now()).error === 'invalid_grant') return { ...login, refresh_token: null };
    throw oauthError(cause, login.token_endpoint, context.now(), timeoutMs);
  }
}

function ended(): GatewayError {
  return new GatewayError('invalid_token', 'Your sign-in has ended.');
}
