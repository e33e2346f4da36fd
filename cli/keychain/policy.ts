import { GatewayError } from '../../shared/errors.ts';
import { CREDENTIAL_STORES, type CredentialStore, userPreference } from '../preference-table.ts';

/** Whose variables and whose folder. */
export interface Place {
  env: NodeJS.ProcessEnv;
  configDir: string;
}

/**
 * Where secrets are kept: GATEWAY_CREDENTIAL_STORE, then `credential_store` in `config.json`; a project has no say in it.
 * `auto` is the keychain when it answers, else the file.
 */
export function credentialStore({ env, configDir }: Place): CredentialStore {
  const said = env.GATEWAY_CREDENTIAL_STORE;
  if (!said) return userPreference(configDir, 'credential_store') as CredentialStore;
  if (isStore(said)) return said;
  throw new GatewayError('usage', `GATEWAY_CREDENTIAL_STORE must be one of ${CREDENTIAL_STORES.join(', ')}.`, {
    hint: 'Set it to auto, or leave it out.',
  });
}

function isStore(text: string): text is CredentialStore {
  return (CREDENTIAL_STORES as readonly string[]).includes(text);
}
