import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { GatewayError } from '../shared/errors.ts';
import { readUsableCredentials } from './credentials.ts';
import {
  checkedPreference,
  chosenProject,
  type PreferenceValue,
  preferenceRow,
  readConfigFile,
  serverAddress,
} from './preference-table.ts';

/** Who said a value. `login` is the stored login of the profile in force: the server that it was issued by. */
export type Source = 'flag' | 'environment' | 'project' | 'login' | 'user' | 'default';

/** A config file that was found, and what is in it. */
interface ConfigFile {
  path: string;
  values: Record<string, unknown>;
}

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
  /** What the two config files say; `preference` reads them. */
  files: { project: ConfigFile | undefined; user: ConfigFile | undefined };
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
  const user = configFile(join(configDir, 'config.json'));
  const profile = first(
    ['flag', globals.profile],
    ['environment', env.GATEWAY_PROFILE],
    ['project', project?.values.profile],
    ['user', user?.values.profile],
    ['default', DEFAULT_PROFILE],
  );
  checkProfileName(profile.value);
  const said = firstOf(
    ['flag', globals.apiUrl],
    ['environment', env.GATEWAY_API_URL],
    ['project', project?.values.api_url],
  );
  // A profile belongs to the server that issued its login: that goes before the user's `api_url`, which is for the rest.
  const url = said ??
    storedUrl(asker, configDir, profile.value) ??
    firstOf(['user', user?.values.api_url]) ?? { source: 'default' as const, value: DEFAULT_API_URL };
  return {
    apiUrl: apiUrl(url.value, url.source, (url.source === 'project' ? project : user)?.path),
    apiUrlSource: url.source,
    profile: profile.value,
    profileSource: profile.source,
    configDir,
    projectFile: project?.path,
    files: { project, user },
  };
}

/** A preference in force and who said it; null where nobody did and there is no default. Throws `config_invalid`. */
export function preference(settings: Settings, name: string): { value: PreferenceValue | null; source: Source } {
  if (name === 'api_url') return { value: settings.apiUrl, source: settings.apiUrlSource };
  if (name === 'profile') return { value: settings.profile, source: settings.profileSource };
  const row = preferenceRow(name)!;
  for (const scope of ['project', 'user'] as const) {
    const file = settings.files[scope];
    const value = checkedPreference(row, file?.values, file?.path, scope);
    if (value !== undefined && !isOfAnotherServer(settings, name, file)) return { value, source: scope };
  }
  return { value: row.default, source: 'default' };
}

/** True for the project that was chosen on another server than the one in force. */
function isOfAnotherServer({ apiUrl }: Settings, name: string, file: ConfigFile | undefined): boolean {
  const chosen = name === 'project' ? chosenProject(file?.values.project) : undefined;
  return chosen !== undefined && chosen.api_url !== apiUrl;
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
function storedUrl({ env, warn }: Asker, configDir: string, profile: string): Found | undefined {
  const stored = readUsableCredentials(configDir, env.GATEWAY_API_KEY ? warn : () => {}).profiles[profile];
  return firstOf(['login', stored?.api_url]);
}

function apiUrl(value: unknown, source: Source, path: string | undefined): string {
  const where = {
    flag: '--api-url',
    environment: 'GATEWAY_API_URL',
    project: `api_url in ${path}`,
    login: 'the stored server',
    user: `api_url in ${path}`,
    default: 'the default',
  }[source];
  if (typeof value === 'string' && /^[\w.-]+(:\d+)?(\/|$)/.test(value)) {
    throw new GatewayError('usage', `${where} is not a server's address: ${value} has no scheme.`, {
      param: '--api-url',
      hint: `Add http:// in front of it: http://${value}.`,
    });
  }
  const address = typeof value === 'string' ? serverAddress(value) : undefined;
  if (address === undefined) {
    throw new GatewayError('usage', `${where} is not a server's address.`, {
      param: '--api-url',
      hint: `It must look like ${DEFAULT_API_URL}, without a name or password in it.`,
    });
  }
  return address;
}

/** The `.gateway.json` here or above. */
export function findProject(cwd: string): ConfigFile | undefined {
  for (const path of projectFiles(cwd)) {
    const found = configFile(path);
    if (found) return found;
  }
  return undefined;
}

/** Where a project's file may be: here, then in each folder above. */
export function projectFiles(cwd: string): string[] {
  const paths = [join(cwd, PROJECT_FILE)];
  for (let folder = cwd; folder !== dirname(folder); folder = dirname(folder))
    paths.push(join(dirname(folder), PROJECT_FILE));
  return paths;
}

function configFile(path: string): ConfigFile | undefined {
  const values = readConfigFile(path);
  return values && { path, values };
}

interface Found {
  value: unknown;
  source: Source;
}

type Said = [source: Source, value: unknown];

function firstOf(...said: Said[]): Found | undefined {
  const found = said.find(([, value]) => value !== undefined && value !== '');
  return found && { source: found[0], value: found[1] };
}

function first(...said: Said[]): Found {
  return firstOf(...said)!;
}
