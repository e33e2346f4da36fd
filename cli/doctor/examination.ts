import type { Context } from '../context.ts';
import { checkBalance } from './balance.ts';
import type { Check } from './check.ts';
import { checkConfig, checkPermissions, checkVariables } from './config.ts';
import { checkCredential, checkKey } from './credential.ts';
import { checkEnvironmentFile } from './env-file.ts';
import { checkModel, checkRequest } from './model.ts';
import { checkProviderKeys } from './provider-keys.ts';
import { checkServer } from './server.ts';
import { checkTools } from './tools.ts';

/** What is known so far: each step relies on those before it. */
export interface Examination {
  context: Context;
  /** No server is asked. */
  offline: boolean;
  /** One token is paid for. */
  request: boolean;
  /** False once the config files cannot be read: then it is not known whom to ask. */
  configured: boolean;
  /** True once the server answered. */
  reachable: boolean;
  /** True once a credential was found, and the server took it unless it was not asked. */
  authenticated: boolean;
  /** The API key that requests would use. */
  key: string | undefined;
  /** Whether the key can be used; undefined until it is known. */
  keyWorks: boolean;
  /** Why the key must not get into a file: the server refused it, or it could not be read. */
  keyFault: string | undefined;
  /** The model that the request would go to. */
  model: string | undefined;
}

/** The order is what each relies on. A step without anything to say says nothing. */
const STEPS: readonly ((known: Examination) => Promise<Check[]> | Check[])[] = [
  checkConfig,
  checkPermissions,
  checkVariables,
  checkServer,
  checkCredential,
  checkKey,
  checkBalance,
  checkProviderKeys,
  checkModel,
  checkRequest,
  checkEnvironmentFile,
  checkTools,
];

/** Looks at everything between here and an answer of a model, cheapest first. Changes nothing. */
export async function examine(context: Context, wishes: { offline: boolean; request: boolean }): Promise<Check[]> {
  const known: Examination = {
    context,
    ...wishes,
    configured: false,
    reachable: false,
    authenticated: false,
    key: undefined,
    keyWorks: false,
    keyFault: undefined,
    model: undefined,
  };
  const checks: Check[] = [];
  for (const step of STEPS) checks.push(...(await step(known)));
  return checks;
}
