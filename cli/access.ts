import { GatewayError } from '../shared/errors.ts';
import type { Context } from './context.ts';
import { credentialsFile, type LoginRecord, readCredentials } from './credentials.ts';
import { openKey, openLogin } from './keychain/open.ts';
import { ownFlags } from './own-flags.ts';
import { ENVIRONMENT_KEY_REFUSED } from './refused-key.ts';
import { readSecret } from './secret-input.ts';
import { DEFAULT_PROFILE } from './settings.ts';

/** Where a credential came from. */
type KeySource = 'flag' | 'environment' | 'login' | 'last_key';

/** The API key that requests to the data plane use. */
export interface ResolvedKey {
  key: string;
  source: KeySource;
}

/**
 * The API key in force: `--key -` or `--key @file`, then GATEWAY_API_KEY, then the key that the profile signed in with,
 * then the newest key that was made here for this server. Throws `no_api_key`.
 * @param flag the value of the command's own `--key`, if it has one and it was given.
 */
export async function resolveApiKey(context: Context, flag?: string): Promise<ResolvedKey> {
  const found = await findApiKey(context, flag);
  if (found && (await isMistyped(found.key)))
    context.warn(`The API key from ${PLACE[found.source]} looks mistyped: its checksum does not match.`);
  if (found) return found;
  throw new GatewayError('no_api_key', `There is no API key for ${context.settings.apiUrl} here.`);
}

const PLACE: Record<KeySource, string> = {
  flag: '--key',
  environment: 'GATEWAY_API_KEY',
  login: 'the stored login',
  last_key: 'the credentials',
};

async function isMistyped(key: string): Promise<boolean> {
  return (await import('../shared/api-key.ts')).isMistypedApiKey(key);
}

/** The same; undefined when there is none. */
export async function findApiKey(context: Context, flag?: string): Promise<ResolvedKey | undefined> {
  if (flag !== undefined) return { key: await readKey(context, flag, '--key'), source: 'flag' };
  const fromEnvironment = environmentKey(context);
  if (fromEnvironment) return { key: fromEnvironment, source: 'environment' };
  const { configDir, profile, apiUrl } = context.settings;
  const stored = readCredentials(configDir);
  const record = stored.profiles[profile];
  if (record?.type === 'api_key' && record.api_url === apiUrl) {
    const login = await openLogin(context, record);
    if (login.type === 'api_key') return { key: login.api_key, source: 'login' };
  }
  const last = stored.last_keys[apiUrl]?.[0];
  return last && { key: await openKey(context, apiUrl, last), source: 'last_key' };
}

/** GATEWAY_API_KEY, for a server that may have it. */
export function environmentKey(context: Context): string | undefined {
  const key = context.env.GATEWAY_API_KEY?.trim();
  if (!key) return undefined;
  refuseProjectServer(context, 'GATEWAY_API_KEY');
  return sendable(key, 'GATEWAY_API_KEY');
}

/** The credential that a flag names, for a server that may have it. */
export async function readKey(context: Context, source: string, flag: string): Promise<string> {
  refuseProjectServer(context, flag);
  return sendable(await readSecret(context, source, flag), flag);
}

/**
 * A server's address that came with a project (`.gateway.json`) gets no credential that was not issued by it: a cloned
 * repository could otherwise send it anywhere.
 */
function refuseProjectServer({ settings }: Context, what: string): void {
  const { apiUrl, apiUrlSource, projectFile } = settings;
  if (apiUrlSource !== 'project') return;
  throw new GatewayError('wrong_server', `${what} is not sent to ${apiUrl}, which only ${projectFile} names.`, {
    hint: `If you trust that server, set GATEWAY_API_URL=${apiUrl}.`,
    next: [],
  });
}

function sendable(key: string, where: string): string {
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new GatewayError('invalid_api_key', `${where} holds spaces or other characters that no API key has.`, {
    param: where.startsWith('--') ? where : undefined,
    ...(where === 'GATEWAY_API_KEY' ? ENVIRONMENT_KEY_REFUSED : {}),
  });
}

/** The profile's stored login for the server in force, as the file has it. Throws `not_logged_in` or, if it is for another server, `wrong_server`. */
export function storedLogin(context: Context): LoginRecord {
  const { apiUrl, profile, configDir } = context.settings;
  const stored = readCredentials(configDir).profiles[profile];
  if (!stored)
    throw new GatewayError(
      'not_logged_in',
      profile === DEFAULT_PROFILE ? 'You are not signed in.' : `There is no login in the profile "${profile}".`,
    );
  if (stored.api_url !== apiUrl) {
    const there = `gateway login --api-url ${apiUrl}${ownFlags(context)}`;
    throw new GatewayError(
      'wrong_server',
      `The login in ${credentialsFile(configDir)} is for ${stored.api_url}, not for ${apiUrl}.`,
      {
        hint: `Sign in there with \`${there}\`, or leave out the other address.`,
        next: [{ command: there, when: 'to sign in there' }],
      },
    );
  }
  return stored;
}
