import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayError } from '../../shared/errors.ts';

/** Where secrets are kept: `auto` is the keychain when it answers, else the file. */
export const CREDENTIAL_STORES = ['auto', 'file', 'keychain'] as const;
export type CredentialStore = (typeof CREDENTIAL_STORES)[number];

/** Whose variables and whose folder. */
export interface Place {
  env: NodeJS.ProcessEnv;
  configDir: string;
}

/** What the person chose: GATEWAY_CREDENTIAL_STORE, then `credential_store` in `config.json`. A project has no say in it. */
export function credentialStore({ env, configDir }: Place): CredentialStore {
  const fromEnvironment = env.GATEWAY_CREDENTIAL_STORE;
  const chosen = fromEnvironment || preferred(configDir) || 'auto';
  if (CREDENTIAL_STORES.includes(chosen as CredentialStore)) return chosen as CredentialStore;
  const where = fromEnvironment ? 'GATEWAY_CREDENTIAL_STORE' : 'credential_store in config.json';
  throw new GatewayError('usage', `${where} must be one of ${CREDENTIAL_STORES.join(', ')}.`, {
    hint: 'Set it to auto, or leave it out.',
  });
}

function preferred(configDir: string): unknown {
  try {
    return JSON.parse(readFileSync(join(configDir, 'config.json'), 'utf8')).credential_store;
  } catch {
    // a damaged file is told by whoever reads the settings
    return undefined;
  }
}
