import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Credentials, OidcCredential } from '../../cli/credentials.ts';

/** Where a HOME keeps its credentials. */
export function credentialsPath(home: string): string {
  return join(home, '.gateway', 'credentials.json');
}

/** Signs a HOME in, as `login` would have: by default for an hour, without a refresh token. */
export function storeLogin(home: string, apiUrl: string, fields: Partial<OidcCredential> = {}): void {
  const login: OidcCredential = {
    type: 'oidc',
    api_url: apiUrl,
    issuer: apiUrl,
    client_id: 'gateway-cli',
    token_endpoint: `${apiUrl}/token`,
    revocation_endpoint: `${apiUrl}/revoke`,
    resource: `${apiUrl}/api/v1`,
    access_token: 'access-1',
    refresh_token: null,
    expires_at: Date.now() + 3_600_000,
    user: { id: 'usr_ann', display_name: 'Ann', email: 'ann@example.com' },
    ...fields,
  };
  const stored: Credentials = { version: 1, profiles: { default: login }, pending: {}, last_keys: {} };
  mkdirSync(join(home, '.gateway'), { recursive: true, mode: 0o700 });
  writeFileSync(credentialsPath(home), JSON.stringify(stored), { mode: 0o600 });
}

/** What a HOME has stored. */
export function stored(home: string): Credentials {
  return JSON.parse(readFileSync(credentialsPath(home), 'utf8'));
}
