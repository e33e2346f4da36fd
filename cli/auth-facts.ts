import { environmentKey } from './access.ts';
import type { Context } from './context.ts';
import { credentialsFile, type LoginRecord, readCredentials, readUsableCredentials } from './credentials.ts';

/** By which credential commands act, where its secret is kept, and until when it lives. */
export interface AuthFacts {
  method: 'oidc' | 'api_key';
  source: 'environment' | 'login';
  storage: 'environment' | 'keychain' | 'file';
  expires_at: string | null;
}

/** The credential in force and what should be known about it; no network. Undefined facts: there is none. */
export function authFacts(context: Context): {
  auth: AuthFacts | undefined;
  login: LoginRecord | undefined;
  warnings: string[];
} {
  const { configDir, profile, apiUrl } = context.settings;
  const key = environmentKey(context);
  const warnings: string[] = [];
  const { profiles, keychain_failed } = key
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
    return {
      auth: { method: 'api_key', source: 'environment', storage: 'environment', expires_at: null },
      login,
      warnings,
    };
  if (!login) return { auth: undefined, login, warnings };
  if (login.type === 'oidc' && login.refresh_token === null && login.expires_at <= context.now())
    warnings.push('The sign-in has ended. Run `gateway login`.');
  const storage = login.keychain === undefined ? ('file' as const) : ('keychain' as const);
  if (storage === 'file' && keychain_failed !== undefined)
    warnings.push(
      `${keychain_failed} Secrets are in ${credentialsFile(configDir)} instead. \`gateway login\` tries the keychain again; GATEWAY_CREDENTIAL_STORE=file does without it.`,
    );
  const expires_at = login.type === 'oidc' ? new Date(login.expires_at).toISOString() : null;
  return { auth: { method: login.type, source: 'login', storage, expires_at }, login, warnings };
}

/** Where a secret is kept, for people. */
export function storagePlace(context: Context, storage: AuthFacts['storage']): string {
  if (storage === 'environment') return 'GATEWAY_API_KEY';
  return storage === 'keychain' ? 'the keychain' : credentialsFile(context.settings.configDir);
}
