import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayError } from '../shared/errors.ts';

/** What a preference may hold in JSON. */
export type PreferenceValue = string | number | boolean;

/** A project as `gateway projects use` chose it: its id means nothing on another server or in another organisation. */
export interface ChosenProject {
  id: string;
  api_url: string;
  organization: string;
}

/** One preference: what it is for, what it may be, and what holds without it. */
export interface PreferenceRow {
  name: string;
  summary: string;
  /** May a project's `.gateway.json` say it? What decides about secrets is the user's alone. */
  inProject: boolean;
  /** The variable that goes before it, and the global flag that goes before both. */
  variable?: string;
  flag?: string;
  default: PreferenceValue | null;
  /** The value that a text stands for, or what it must be. */
  parse: (text: string) => PreferenceValue | { must: string };
}

export const CREDENTIAL_STORES = ['auto', 'file', 'keychain'] as const;
export type CredentialStore = (typeof CREDENTIAL_STORES)[number];

const pattern = (matches: RegExp, must: string) => (text: string) => (matches.test(text) ? text : { must });
const oneOf = (words: readonly string[]) => (text: string) =>
  words.includes(text) ? text : { must: `must be ${words.join(', ').replace(/, ([^,]+)$/, ' or $1')}` };

/** Every preference, in the order of `config list`. */
export const PREFERENCES: readonly PreferenceRow[] = [
  {
    name: 'api_url',
    summary: 'the server, where a profile has no login of its own',
    inProject: true,
    variable: 'GATEWAY_API_URL',
    flag: '--api-url',
    default: 'http://127.0.0.1:8787',
    parse: (text) => serverAddress(text) ?? { must: 'must be an address such as https://gateway.example.com' },
  },
  {
    name: 'profile',
    summary: 'which stored login to use',
    inProject: true,
    variable: 'GATEWAY_PROFILE',
    flag: '--profile',
    default: 'default',
    parse: pattern(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, dots, dashes and underscores'),
  },
  {
    name: 'project',
    summary: 'the id of the project that new keys and reports are for',
    inProject: true,
    default: null,
    parse: pattern(/^[A-Za-z0-9][\w.-]{0,99}$/, 'must be the id of a project'),
  },
  {
    name: 'default_model',
    summary: 'the model that `gateway test` and `gateway doctor` ask',
    inProject: true,
    default: null,
    parse: pattern(/^[\w.:/@-]{1,200}$/, 'must be the id of a model, such as openai/gpt-4o-mini'),
  },
  {
    name: 'timeout',
    summary: 'seconds that a network call may take',
    inProject: true,
    flag: '--timeout',
    default: 30,
    parse: (text) => {
      const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
      return value > 0 && value <= 86_400 ? value : { must: 'must be a number of seconds, such as 30' };
    },
  },
  {
    name: 'credential_store',
    summary: 'where credentials are kept: auto, file or keychain',
    inProject: false,
    variable: 'GATEWAY_CREDENTIAL_STORE',
    default: 'auto',
    parse: oneOf(CREDENTIAL_STORES),
  },
  {
    name: 'update_notice',
    summary: 'say when there is a newer version',
    inProject: false,
    default: true,
    parse: (text) => (text === 'true' ? true : text === 'false' ? false : { must: 'must be true or false' }),
  },
];

/** The row of a name; undefined when there is none. */
export function preferenceRow(name: string): PreferenceRow | undefined {
  return PREFERENCES.find((row) => row.name === name);
}

/**
 * The address of a server as it is stored, without a trailing slash or `/v1`. Undefined for what is none, or holds a name
 * and password.
 */
export function serverAddress(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password) return undefined;
  return (url.origin + url.pathname).replace(/\/+$/, '').replace(/\/v1$/, '');
}

/** The object in a config file; undefined when there is no file. What is no JSON object throws `config_invalid`. */
export function readConfigFile(path: string): Record<string, unknown> | undefined {
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
    next: [{ command: 'gateway doctor', when: 'to see what else is wrong' }],
  });
}

/** The choice in what a file says about a project; undefined for a plain id, which is meant wherever it is read. */
export function chosenProject(said: unknown): ChosenProject | undefined {
  if (said === null || typeof said !== 'object') return undefined;
  const { id, api_url, organization } = said as Record<string, unknown>;
  const isChoice = [id, api_url, organization].every((each) => typeof each === 'string');
  return isChoice ? (said as ChosenProject) : undefined;
}

/** A value from a config file, checked: undefined when the file does not say it. What it must not be throws `config_invalid`. */
export function checkedPreference(
  row: PreferenceRow,
  values: Record<string, unknown> | undefined,
  path: string | undefined,
  scope: 'user' | 'project',
): PreferenceValue | undefined {
  if (!values || !Object.hasOwn(values, row.name) || (scope === 'project' && !row.inProject)) return undefined;
  const said = values[row.name];
  const value = row.name === 'project' && scope === 'user' ? (chosenProject(said)?.id ?? said) : said;
  if (value === '' || value === null) return undefined;
  const parsed =
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? row.parse(String(value))
      : { must: 'is wrong' };
  if (typeof parsed !== 'object') return parsed;
  throw new GatewayError('config_invalid', `${row.name} in ${path} ${parsed.must}.`, {
    param: row.name,
    hint: `Correct it, or take it out with \`${unsetCommand(row.name, scope)}\`.`,
    next: [{ command: unsetCommand(row.name, scope), when: 'to take it out' }],
  });
}

/** One preference that only the user can say, from `config.json` alone, or its default. */
export function userPreference(configDir: string, name: string): PreferenceValue | null {
  const row = preferenceRow(name)!;
  const path = join(configDir, 'config.json');
  return checkedPreference(row, readConfigFile(path), path, 'user') ?? row.default;
}

function unsetCommand(name: string, scope: 'user' | 'project'): string {
  return `gateway config unset ${name}${scope === 'project' ? ' --scope project' : ''}`;
}
