import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkEnvFile } from '../dotenv/check.ts';
import { readAll } from '../dotenv/readers.ts';
import { type Check, failed, notChecked, pass } from './check.ts';
import type { Examination } from './examination.ts';

const NAMES = /^(OPENAI|ANTHROPIC|GEMINI|GOOGLE_GEMINI|GATEWAY)_(API_KEY|AUTH_TOKEN|BASE_URL|API_URL)$/;

/** Is the env file of this folder, if it points SDKs here, as they read it? */
export async function checkEnvironmentFile({ context, configured, key, keyFault }: Examination): Promise<Check[]> {
  if (!configured) return [];
  const file = join(context.cwd, '.env');
  const { apiUrl } = context.settings;
  try {
    if (!isOurs(file, apiUrl))
      return [pass('env_file', `No .env here points to ${apiUrl}; gateway env write makes one that does.`)];
    // a file that is right would be called wrong, and the key that does not work be written into it
    if (keyFault) return [notChecked('env_file', keyFault)];
    const checks = await checkEnvFile({ file, apiUrl, key, families: undefined, env: context.env });
    const wrong = checks.filter(({ status }) => status !== 'pass');
    if (wrong.length === 0) return [pass('env_file', `${file} is as SDKs need it.`)];
    const status = wrong.some((each) => each.status === 'fail') ? 'fail' : 'warn';
    const [first] = wrong.toSorted((a, b) => (a.status === b.status ? 0 : a.status === 'fail' ? -1 : 1));
    const message = wrong.map((each) => `${each.name}: ${each.message}`).join(' ');
    return [{ name: 'env_file', status, message, fix: first!.fix ?? 'gateway env check' }];
  } catch (error) {
    return [failed('env_file', error, 'gateway env check')];
  }
}

/** True for an env file that means this server: it has its address, or a key of ours. */
export function isOurs(file: string, apiUrl: string): boolean {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return false;
  }
  return Object.entries(readAll(text).dotenv!).some(
    ([name, value]) => NAMES.test(name) && (value.startsWith('sk-gw-') || value.startsWith(apiUrl)),
  );
}
