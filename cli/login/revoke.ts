import type { Context } from '../context.ts';
import type { Credential, LoginRecord } from '../credentials.ts';
import { openLogin } from '../keychain/open.ts';

/** What became of a login's tokens: `nothing` is an API key, which its owner may still use elsewhere, or a session that had ended. */
export type Revocation = 'revoked' | 'failed' | 'nothing';

/** A login that is being forgotten, with its secrets; without them when the keychain does not give them. */
export function openLeaving(context: Context, record: LoginRecord): Promise<LoginRecord> {
  return openLogin(context, record).catch(() => record);
}

/**
 * Ends the session at the issuer (RFC 7009): the refresh token, and the access token that came with it. When the issuer
 * could not be told (`failed`) the login is forgotten all the same.
 */
export async function revoke(context: Context, login: LoginRecord): Promise<Revocation> {
  if (login.type !== 'oidc' || login.refresh_token === null) return 'nothing';
  const { revocation_endpoint, access_token, refresh_token } = login as Partial<Credential> & typeof login;
  if (!revocation_endpoint || !refresh_token) return 'failed';
  const [{ tokenRevocation }, { configure, oauthFailure }] = await Promise.all([
    import('openid-client'),
    import('../oauth.ts'),
  ]);
  const end = (token: string, token_type_hint: string) =>
    tokenRevocation(configure(login, context.globals.timeoutMs), token, { token_type_hint });
  const ends = [end(refresh_token, 'refresh_token')];
  if (access_token) {
    const ended = end(access_token, 'access_token').catch((error: unknown) => {
      // an issuer whose access tokens cannot be revoked lets them end with the session, or by themselves
      if (oauthFailure(error, context.now()).error !== 'unsupported_token_type') throw error;
    });
    ends.push(ended);
  }
  const outcomes = await Promise.allSettled(ends);
  return outcomes.every(({ status }) => status === 'fulfilled') ? 'revoked' : 'failed';
}

/** True when a session was ended at its issuer, and none was left alive. */
export function allRevoked(outcomes: readonly Revocation[]): boolean {
  return outcomes.includes('revoked') && !outcomes.includes('failed');
}
