import { GatewayError } from '../../shared/errors.ts';
import type { Context } from '../context.ts';
import type { Variables } from '../dotenv/variables.ts';
import { keyFault, providerVariable, refuse, SETTINGS, urlFault } from './settings.ts';
import { secretReader } from './source.ts';

/** What the flags said, by the option's name. */
export interface Flags {
  providerKey: string[];
  providerUrl: string[];
  [option: string]: string | string[] | undefined;
}

/** The variables that were given as flags. Secrets are read from where the flags say. */
export async function givenVariables(context: Context, flags: Flags): Promise<Variables> {
  const secret = secretReader(context);
  const given: Variables = {};
  for (const { name, flag, secret: isSecret, fault } of SETTINGS) {
    const said = flags[optionOf(flag)];
    if (typeof said !== 'string') continue;
    given[name] = refuse(flag, isSecret ? await secret(said, flag) : said.trim(), fault);
  }
  for (const said of flags.providerKey) {
    const [provider, source] = pair(said, '--provider-key', 'openai=@key.txt');
    const name = providerVariable(provider, 'API_KEY');
    given[name] = refuse('--provider-key', await secret(source, '--provider-key'), keyFault);
  }
  for (const said of flags.providerUrl) {
    const [provider, url] = pair(said, '--provider-url', 'acme=https://llm.acme.example/v1');
    given[providerVariable(provider, 'BASE_URL')] = refuse('--provider-url', url, urlFault);
  }
  return given;
}

/** `--public-url` is `publicUrl` to commander. */
function optionOf(flag: string): string {
  return flag.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** A value without a name may be the secret itself: it is not repeated. */
function pair(said: string, flag: string, example: string): [name: string, value: string] {
  const at = said.indexOf('=');
  if (at > 0 && at < said.length - 1) return [said.slice(0, at), said.slice(at + 1)];
  throw new GatewayError('usage', `${flag} must look like ${example}.`, { param: flag });
}
