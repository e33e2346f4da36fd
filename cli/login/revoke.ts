import type { Context } from '../context.ts';
import type { Credential } from '../credentials.ts';

/** Ends the session at the issuer (RFC 7009). False when the issuer could not be told; the login is forgotten all the same. */
export async function revoke(context: Context, login: Credential): Promise<boolean> {
  if (login.type !== 'oidc' || !login.refresh_token) return true;
  if (!login.revocation_endpoint) return false;
  const [{ tokenRevocation }, { configure }] = await Promise.all([import('openid-client'), import('../oauth.ts')]);
  try {
    await tokenRevocation(configure(login, context.globals.timeoutMs), login.refresh_token, {
      token_type_hint: 'refresh_token',
    });
    return true;
  } catch {
    return false;
  }
}
