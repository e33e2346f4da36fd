import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { GatewayError } from '../shared/errors.ts';
import { readUsableCredentials } from './credentials.ts';

type Source = 'flag' | 'environment' | 'project' | 'user' | 'default';

/** What is in force for this command, and who said so: flag, environment, project config, user config, default. */
export interface Settings {
  /** Without a trailing slash. */
  apiUrl: string;
  apiUrlSource: Source;
  profile: string;
  profileSource: Source;
  /** GATEWAY_CONFIG_DIR or `~/.gateway`. */
  configDir: string;
  /** The `.gateway.json` that was found here or above. */
  projectFile: string | undefined;
}

interface Asker {
  env: NodeJS.ProcessEnv;
  cwd: string;
  globals: { apiUrl: string | undefined; profile: string | undefined };
  warn: (text: string) => void;
}

const DEFAULT_API_URL = 'http://127.0.0.1:8787';
export const DEFAULT_PROFILE = 'default';
const PROJECT_FILE = '.gateway.json';
const PROFILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The folder of credentials and preferences. */
export function configDirectory(env: NodeJS.ProcessEnv, cwd: string): string {
  return env.GATEWAY_CONFIG_DIR ? resolve(cwd, env.GATEWAY_CONFIG_DIR) : join(env.HOME || homedir(), '.gateway');
}

/** Reads the settings; throws `usage` or `config_invalid` naming who said what is wrong. */
export function readSettings(asker: Asker): Settings {
  const { env, cwd, globals } = asker;
  const configDir = configDirectory(env, cwd);
  const project = findProject(cwd);
  const user = readObject(join(configDir, 'config.json'));
  const profile = first(
    ['flag', globals.profile],
    ['environment', env.GATEWAY_PROFILE],
    ['project', project?.values.profile],
    ['user', user?.profile],
    ['default', DEFAULT_PROFILE],
  );
  checkProfileName(profile.value);
  const said = firstOf(
    ['flag', globals.apiUrl],
    ['environment', env.GATEWAY_API_URL],
    ['project', project?.values.api_url],
  );
  const url = said ?? storedUrl(asker, configDir, profile.value);
  return {
    apiUrl: apiUrl(url.value, url.source, project?.path),
    apiUrlSource: url.source,
    profile: profile.value,
    profileSource: profile.source,
    configDir,
    projectFile: project?.path,
  };
}

/** Throws `usage` for a name that cannot be a profile's. */
function checkProfileName(name: unknown): asserts name is string {
  if (typeof name === 'string' && PROFILE_NAME.test(name)) return;
  throw new GatewayError('usage', `"${String(name)}" cannot be the name of a profile.`, {
    param: '--profile',
    hint: 'Use letters, digits, dots, dashes and underscores, at most 64.',
  });
}

/**
 * The server that the profile signed in to is the user's configured server. A damaged file is told by the command that
 * needs a login; with GATEWAY_API_KEY none does, so here.
 */
function storedUrl({ env, warn }: Asker, configDir: string, profile: string): { value: unknown; source: Source } {
  const stored = readUsableCredentials(configDir, env.GATEWAY_API_KEY ? warn : () => {}).profiles[profile];
  return stored ? { value: stored.api_url, source: 'user' } : { value: DEFAULT_API_URL, source: 'default' };
}

function apiUrl(value: unknown, source: Source, projectPath: string | undefined): string {
  const where = {
    flag: '--api-url',
    environment: 'GATEWAY_API_URL',
    project: `api_url in ${projectPath}`,
    user: 'the stored server',
    default: 'the default',
  }[source];
  if (typeof value === 'string' && /^[\w.-]+(:\d+)?(\/|$)/.test(value)) {
    throw new GatewayError('usage', `${where} is not a server's address: ${value} has no scheme.`, {
      param: '--api-url',
      hint: `Add http:// in front of it: http://${value}.`,
    });
  }
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password) {
    throw new GatewayError('usage', `${where} is not a server's address.`, {
      param: '--api-url',
      hint: `It must look like ${DEFAULT_API_URL}, without a name or password in it.`,
    });
  }
  return (url.origin + url.pathname).replace(/\/+$/, '').replace(/\/v1$/, '');
}

function findProject(cwd: string): { path: string; values: Record<string, unknown> } | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, PROJECT_FILE);
    const values = readObject(path);
    if (values) return { path, values };
    if (folder === dirname(folder)) return undefined;
  }
}

function readObject(path: string): Record<string, unknown> | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new GatewayError('file_error', `${path} cannot be read (${code}).`, { cause });
  }
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // told below
  }
  throw new GatewayError('config_invalid', `${path} is not a JSON object.`, {
    hint: `Correct or delete ${path}, then run the command again.`,
  });
}

type Said = [source: Source, value: unknown];

function firstOf(...said: Said[]): { value: unknown; source: Source } | undefined {
  const found = said.find(([, value]) => value !== undefined && value !== '');
  return found && { source: found[0], value: found[1] };
}

function first(...said: Said[]): { value: unknown; source: Source } {
  return firstOf(...said)!;
}
