import type { Context } from '../context.ts';
import type { Credential } from '../credentials.ts';

/** What became of a login's tokens: `nothing` is an API key, which its owner may still use elsewhere, or a session that had ended. */
export type Revocation = 'revoked' | 'failed' | 'nothing';

/** Ends the session at the issuer (RFC 7009). When the issuer could not be told (`failed`) the login is forgotten all the same. */
export async function revoke(context: Context, login: Credential): Promise<Revocation> {
  if (login.type !== 'oidc' || !login.refresh_token) return 'nothing';
  if (!login.revocation_endpoint) return 'failed';
  const [{ tokenRevocation }, { configure }] = await Promise.all([import('openid-client'), import('../oauth.ts')]);
  try {
    await tokenRevocation(configure(login, context.globals.timeoutMs), login.refresh_token, {
      token_type_hint: 'refresh_token',
    });
    return 'revoked';
  } catch {
    return 'failed';
  }
}

/** True when a session was ended at its issuer, and none was left alive. */
export function allRevoked(outcomes: readonly Revocation[]): boolean {
  return outcomes.includes('revoked') && !outcomes.includes('failed');
}
