import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readData } from '../setup/read-file.ts';
import { asObject, stringAt } from './data.ts';
import type { Effective, Integration, LaunchWiring, ReadFile, Scope, Surroundings, Wiring } from './integration.ts';
import { ownFolder } from './places.ts';

const AUTH = ['security', 'auth', 'selectedType'];
const BY_KEY = 'gemini-api-key';

/**
 * Gemini CLI: geminicli.com/docs/reference/configuration. It speaks Gemini's own format alone; address, key and model
 * are variables, which come from the shell, then from the nearest `.env`, and its settings must say that a key is used.
 */
export const gemini: Integration = {
  name: 'gemini',
  aliases: ['gemini-cli'],
  title: 'Gemini CLI',
  source: 'https://geminicli.com/docs/reference/configuration',
  format: 'gemini',
  prefers: [/^google\/gemini-[\d.]+-pro/, /^google\/gemini-/],
  program: { name: 'gemini', install: 'npm install -g @google/gemini-cli' },
  homes: (at) => [folder(at, 'user')],
  scopes: ['user', 'project'],
  files: (at, wiring) => [
    {
      path: join(folder(at, wiring.scope), 'settings.json'),
      format: 'jsonc',
      changes: [{ path: AUTH, value: BY_KEY }],
    },
    {
      path: join(folder(at, wiring.scope), '.env'),
      format: 'dotenv',
      secret: true,
      changes: Object.entries(variables(wiring)).map(([name, value]) => ({ path: [name], value })),
    },
  ],
  limits: [
    'It reads one `.env` alone, the nearest: in a folder with a `.env` of its own, run `gateway launch gemini` instead.',
    'In a folder that it does not trust it reads no variables from its files.',
    'While it is set to sign in with Google, `gateway launch gemini` runs it without its memory, extensions and past sessions.',
  ],
  effective,
  shadows: ['GOOGLE_API_KEY', 'GOOGLE_GENAI_USE_VERTEXAI', 'GOOGLE_GENAI_USE_GCA'],
  launch: async (at, wiring) => ({
    env: {
      ...variables(wiring),
      GOOGLE_API_KEY: undefined,
      GOOGLE_GENAI_USE_VERTEXAI: undefined,
      GOOGLE_GENAI_USE_GCA: undefined,
      ...(await signsInByKey(at, wiring)),
    },
  }),
};

function folder(at: Surroundings, scope: Scope): string {
  const parent = scope === 'user' ? ownFolder(at, 'GEMINI_CLI_HOME', '') : at.cwd;
  return join(parent, '.gemini');
}

function variables({ apiUrl, key, model }: Wiring): Record<string, string> {
  return { GEMINI_API_KEY: key, GOOGLE_GEMINI_BASE_URL: apiUrl, GEMINI_MODEL: model.id };
}

/**
 * How it signs in is said by settings alone, and those of a system must be root's. So a person whose own say something
 * else gets a HOME for this run, with a copy of the settings; which folders are trusted stays known.
 */
async function signsInByKey(at: Surroundings, { writeFile }: LaunchWiring): Promise<Record<string, string>> {
  const own = folder(at, 'user');
  const settings = asObject(await readData(join(own, 'settings.json'), 'jsonc'));
  if (stringAt(settings, AUTH) === BY_KEY) return {};
  const security = asObject(settings?.security);
  const auth = { ...asObject(security?.auth), selectedType: BY_KEY };
  const text = JSON.stringify({ ...settings, security: { ...security, auth } });
  return {
    GEMINI_CLI_HOME: dirname(dirname(await writeFile(join('.gemini', 'settings.json'), text))),
    GEMINI_CLI_TRUSTED_FOLDERS_PATH: at.env.GEMINI_CLI_TRUSTED_FOLDERS_PATH || join(own, 'trustedFolders.json'),
  };
}

async function effective(at: Surroundings, read: ReadFile): Promise<Effective> {
  const env = nearestEnv(at);
  const paths = [join(folder(at, 'project'), 'settings.json'), join(folder(at, 'user'), 'settings.json')];
  const [data, ...settings] = await Promise.all([
    env === undefined ? undefined : read(env, 'dotenv'),
    ...paths.map((path) => read(path, 'jsonc')),
  ]);
  const index = settings.findIndex((each) => stringAt(each, AUTH) !== undefined);
  const variable = (name: string) => {
    if (at.env[name]) return { value: at.env[name], from: name };
    const value = stringAt(data, [name]);
    return value === undefined ? undefined : { value, from: env! };
  };
  const says = stringAt(settings[index], AUTH);
  // takes no key, and does not go through the gateway
  const otherWay = says === undefined ? undefined : { value: says, from: paths[index]! };
  return {
    address: variable('GOOGLE_GEMINI_BASE_URL'),
    key: says === BY_KEY ? variable('GEMINI_API_KEY') : otherWay,
    model: variable('GEMINI_MODEL'),
  };
}

/** Upwards from the working folder, then HOME; in each folder `.gemini/.env` before `.env`. */
function nearestEnv(at: Surroundings): string | undefined {
  const folders = [at.cwd];
  while (dirname(folders.at(-1)!) !== folders.at(-1)) folders.push(dirname(folders.at(-1)!));
  folders.push(ownFolder(at, 'GEMINI_CLI_HOME', ''));
  return folders
    .flatMap((each) => [join(each, '.gemini', '.env'), join(each, '.env')])
    .find((path) => existsSync(path));
}
