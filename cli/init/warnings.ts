import type { Variables } from '../dotenv/variables.ts';
import type { WriteResult } from '../dotenv/write.ts';
import { isSecret } from './write.ts';

const PROVIDER = /^LLM_.+_(API_KEY|BASE_URL)$/;
const NO_PROVIDER =
  'No provider is configured: no model can be served. Add a key with gateway init --provider-key openai=@key.txt.';

/**
 * What somebody should know about the file: with it no model can be served, variables of the shell go before it, and
 * others may read the secrets in it. A mode that somebody chose is not changed: the server may be run by the group.
 */
export function warningsOf(
  env: NodeJS.ProcessEnv,
  all: Variables,
  wanted: Variables,
  { file, mode }: WriteResult,
): string[] {
  const hidden = Object.keys(wanted).filter((name) => env[name] !== undefined && env[name] !== wanted[name]);
  const isServing = [all, env].some((variables) =>
    Object.entries(variables).some(([name, value]) => PROVIDER.test(name) && value?.trim()),
  );
  const isOpen = process.platform !== 'win32' && (Number.parseInt(mode, 8) & 0o077) !== 0;
  return [
    ...(isServing ? [] : [NO_PROVIDER]),
    ...hidden.map((name) => `${name} is set in the shell, which goes before the file.`),
    ...(isOpen && Object.keys(all).some(isSecret)
      ? [`Other users of this machine may read ${file}, which holds secrets (mode ${mode}): chmod 600 it.`]
      : []),
  ];
}
