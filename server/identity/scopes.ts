/** What a sign-in can ask for, and what that means to the person who approves it. */
const SCOPES = {
  api: 'Use this gateway as you: create, change and revoke API keys, see balance, usage and logs, ask for top-ups',
  openid: 'Know which account you signed in with',
  profile: 'See your name',
  email: 'See your e-mail address',
  offline_access: 'Stay signed in for 30 days after its last use, until you sign it out',
} as const;

/** The scope of the management API itself. A token for its audience always carries it. */
export const API_SCOPE = 'api';

/** Every scope, in the order they are explained. */
export const ALL_SCOPES = Object.keys(SCOPES) as (keyof typeof SCOPES)[];

/** The OpenID Connect scopes, which say what may be known about the person. */
export const OPENID_SCOPES = ALL_SCOPES.filter((scope) => scope !== API_SCOPE);

/** The scopes that are granted for a request: what it names and we know; everything when it names none (RFC 6749 §3.3). */
export function grantedScopes(requested: string | undefined): string[] {
  const names = new Set(requested?.split(' ').filter(Boolean));
  return ALL_SCOPES.filter((scope) => names.size === 0 || names.has(scope) || scope === API_SCOPE);
}

/** Scopes in plain words. */
export function explainScopes(scopes: readonly string[]): string[] {
  return ALL_SCOPES.filter((scope) => scopes.includes(scope)).map((scope) => SCOPES[scope]);
}
