import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayError } from '../../shared/errors.ts';
import type { Json } from '../documents/document.ts';
import { stringAt, valueAt } from './data.ts';
import type { Effective, Integration, LaunchWiring, ReadFile, Said, Surroundings, Wiring } from './integration.ts';
import { ownFolder } from './places.ts';

/**
 * Hermes Agent: hermes-agent.nousresearch.com/docs, configuration and managed scope. The key stands in its own `.env`.
 * The block of the model is written whole: it may be a mere name, and what it held belonged to another model.
 */
export const hermes: Integration = {
  name: 'hermes',
  aliases: ['hermes-agent'],
  title: 'Hermes Agent',
  source: 'https://hermes-agent.nousresearch.com/docs/integrations/providers',
  format: 'openai',
  program: { name: 'hermes', install: 'pip install hermes-agent' },
  homes: (at) => [folder(at)],
  scopes: ['user'],
  files: (at, wiring) => [
    {
      path: join(folder(at), 'config.yaml'),
      format: 'yaml',
      changes: [
        { path: ['model'], value: block(wiring, KEY) },
        { path: ['providers', 'gateway'], value: provider(wiring) },
      ],
    },
    {
      path: join(folder(at), '.env'),
      format: 'dotenv',
      secret: true,
      changes: [{ path: [KEY], value: wiring.key }],
    },
  ],
  limits: [
    'Its side tasks (auxiliary, delegation, voice, pictures) keep the providers that they have.',
    'A messaging gateway that runs already keeps what it has read, until `hermes gateway restart`.',
    '`gateway launch hermes` needs a version that knows managed scope (since June 2026).',
  ],
  effective,
  shadows: ['CUSTOM_BASE_URL', 'HERMES_INFERENCE_MODEL', 'HERMES_INFERENCE_PROVIDER'],
  launch,
};

const KEY = 'GATEWAY_API_KEY';
/** What an administrator says there goes before a person's own configuration. */
const MANAGED = '/etc/hermes';

function folder(at: Surroundings): string {
  const windows = at.platform === 'win32' && at.env.LOCALAPPDATA;
  return ownFolder(windows ? { ...at, home: windows } : at, 'HERMES_HOME', windows ? 'hermes' : '.hermes');
}

function block({ apiUrl, model }: Wiring, variable: string): Json {
  return {
    default: model.id,
    provider: 'custom',
    base_url: `${apiUrl}/v1`,
    api_key: `\${${variable}}`,
    ...(model.context_window === null ? {} : { context_length: model.context_window }),
  };
}

/** The windows of the others: it finds them by the address. */
function provider({ apiUrl, models }: Wiring): Json {
  const known = models.filter(({ context_window }) => context_window !== null);
  return {
    name: 'Gateway',
    base_url: `${apiUrl}/v1`,
    key_env: KEY,
    models: Object.fromEntries(known.map(({ id, context_window }) => [id, { context_length: context_window! }])),
  };
}

/** Above the person's configuration, memories and sessions, which stay in force, as an administrator's would. */
async function launch(at: Surroundings, wiring: LaunchWiring) {
  if (at.env.HERMES_MANAGED_DIR || existsSync(MANAGED))
    throw new GatewayError('conflict', `An administrator decides here how Hermes runs (${managedFolder(at)}).`, {
      hint: 'That stays in force: `gateway setup hermes` sets it up beside it.',
    });
  // a name of its own: what stands in the person's `.env` would go before the variable
  const variable = 'GATEWAY_LAUNCH_KEY';
  const file = await wiring.writeFile('config.yaml', JSON.stringify({ model: block(wiring, variable) }));
  return {
    env: {
      HERMES_MANAGED_DIR: join(file, '..'),
      HERMES_INFERENCE_MODEL: undefined,
      CUSTOM_BASE_URL: `${wiring.apiUrl}/v1`,
      [variable]: wiring.key,
    },
  };
}

function managedFolder({ env }: Surroundings): string {
  return env.HERMES_MANAGED_DIR || MANAGED;
}

/** An administrator's files go before the person's, and a variable before both; the `.env` goes before the shell. */
async function effective(at: Surroundings, read: ReadFile): Promise<Effective> {
  const folders = [managedFolder(at), folder(at)];
  const files = await Promise.all(
    folders.map(async (each) => ({
      config: { from: join(each, 'config.yaml'), data: await read(join(each, 'config.yaml'), 'yaml') },
      env: { from: join(each, '.env'), data: await read(join(each, '.env'), 'dotenv') },
    })),
  );
  const variable = (name: string): Said | undefined => {
    const file = files.find(({ env }) => stringAt(env.data, [name]));
    const value = file ? stringAt(file.env.data, [name]) : at.env[name];
    return value ? { value, from: file?.env.from ?? name } : undefined;
  };
  const config = (path: readonly string[]): Said | undefined => {
    const file = files.find((each) => typeof valueAt(each.config.data, path) === 'string');
    return file && { value: stringAt(file.config.data, path), from: file.config.from };
  };
  const key = config(['model', 'api_key']);
  const named = /^\$\{(?:env:)?(\w+)\}$/.exec(key?.value ?? '')?.[1];
  return {
    address: variable('CUSTOM_BASE_URL') ?? config(['model', 'base_url']),
    key: named === undefined ? key : variable(named),
    model: variable('HERMES_INFERENCE_MODEL') ?? config(['model', 'default']) ?? config(['model']),
  };
}
