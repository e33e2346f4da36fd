import { GatewayError } from '../shared/errors.ts';
import { storedLogin } from './access.ts';
import type { Context } from './context.ts';
import { changeCredentials, type OidcCredential } from './credentials.ts';

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
  const stored = storedLogin(context);
  if (stored.type !== 'oidc') throw ended();
  if (isFresh(stored)) return stored.access_token;
  const { configDir, profile, apiUrl } = context.settings;
  return context.signals.hold(
    changeCredentials(configDir, async (credentials) => {
      const login = credentials.profiles[profile];
      if (login?.type !== 'oidc' || login.api_url !== apiUrl) throw ended();
      if (!isFresh(login)) await refresh(context, login);
      return login.access_token;
    }),
  );
}

async function refresh(context: Context, login: OidcCredential): Promise<void> {
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
    login.access_token = tokens.access_token;
    login.refresh_token = tokens.refresh_token ?? login.refresh_token;
    login.expires_at = context.now() + (tokens.expires_in ?? 300) * 1000;
  } catch (cause) {
    if (oauthFailure(cause, context.now()).error === 'invalid_grant') {
      login.refresh_token = null;
      throw ended(cause);
    }
    throw oauthError(cause, login.token_endpoint, context.now(), timeoutMs);
  }
}

function ended(cause?: unknown): GatewayError {
  return new GatewayError('invalid_token', 'Your sign-in has ended.', { cause });
}
