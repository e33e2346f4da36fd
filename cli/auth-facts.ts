import { environmentKey } from './access.ts';
import type { Context } from './context.ts';
import { type Credential, credentialsFile, readCredentials, readUsableCredentials } from './credentials.ts';

/** By which credential commands act, where it is kept, and until when it lives. */
export interface AuthFacts {
  method: 'oidc' | 'api_key';
  source: 'environment' | 'login';
  /** The file, or null for a variable. */
  storage: string | null;
  expires_at: string | null;
}

/** The credential in force and what should be known about it; no network. Undefined facts: there is none. */
export function authFacts(context: Context): {
  auth: AuthFacts | undefined;
  login: Credential | undefined;
  warnings: string[];
} {
  const { configDir, profile, apiUrl } = context.settings;
  const key = environmentKey(context);
  const warnings: string[] = [];
  const { profiles } = key
    ? readUsableCredentials(configDir, (warning) => warnings.push(warning))
    : readCredentials(configDir);
  const stored = profiles[profile];
  const login = stored?.api_url === apiUrl ? stored : undefined;
  if (key && stored)
    warnings.push(
      `GATEWAY_API_KEY goes before the stored login of ${stored.user.email ?? stored.user.display_name}. Unset it to use the login.`,
    );
  if (stored && !login) warnings.push(`The stored login is for ${stored.api_url}, not for ${apiUrl}, and is not used.`);
  if (key)
    return { auth: { method: 'api_key', source: 'environment', storage: null, expires_at: null }, login, warnings };
  if (!login) return { auth: undefined, login, warnings };
  if (login.type === 'oidc' && !login.refresh_token && login.expires_at <= context.now())
    warnings.push('The sign-in has ended. Run `gateway login`.');
  const expires_at = login.type === 'oidc' ? new Date(login.expires_at).toISOString() : null;
  return {
    auth: { method: login.type, source: 'login', storage: credentialsFile(configDir), expires_at },
    login,
    warnings,
  };
}
