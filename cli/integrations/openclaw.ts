import { existsSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { Change, Json } from '../documents/document.ts';
import { stringAt, valueAt } from './data.ts';
import type { Effective, Integration, LaunchWiring, ReadFile, Said, Surroundings, Wiring } from './integration.ts';
import { keyIn } from './key-command.ts';
import { piProvider } from './pi-provider.ts';

/**
 * OpenClaw: docs.openclaw.ai/gateway, custom providers and secrets. JSON5 with a strict schema: one unknown key and it
 * takes nothing. It reads the key from our file, which must be its owner's alone.
 */
export const openclaw: Integration = {
  name: 'openclaw',
  title: 'OpenClaw',
  source: 'https://docs.openclaw.ai/gateway/config-tools/custom-providers',
  format: 'openai',
  program: { name: 'openclaw', install: 'npm install -g openclaw' },
  homes: (at) => [folder(at)],
  scopes: ['user'],
  files: (at, wiring) => [
    {
      path: configFile(at),
      format: 'json5',
      changes: changes(wiring),
    },
  ],
  limits: [
    '`gateway launch openclaw` does not reach an OpenClaw gateway that runs already: that has its own configuration.',
    'An agent with a model of its own (agents.entries) keeps it.',
    'Where agents.defaults.modelPolicy.allow lists models, add "gateway/*" to it to switch among them.',
  ],
  effective,
  shadows: ['OPENCLAW_AGENT_DIR'],
  launch,
};

const KEY = 'GATEWAY_API_KEY';
/** Not the name that the person's configuration has: the two would become one. */
const LAUNCHED = 'gateway-launch';

function changes(wiring: Wiring): Change[] {
  const key = { source: 'file', provider: 'gateway', id: 'value' };
  return [
    { path: ['secrets', 'providers', 'gateway'], value: { source: 'file', path: wiring.keyFile, mode: 'singleValue' } },
    { path: ['models', 'providers', 'gateway'], value: piProvider(wiring, key) },
    // whole, as it may be a mere string; and its fallbacks would go elsewhere
    { path: ['agents', 'defaults', 'model'], value: { primary: `gateway/${wiring.model.id}` } },
  ];
}

function folder(at: Surroundings): string {
  const { OPENCLAW_STATE_DIR, OPENCLAW_HOME, OPENCLAW_PROFILE } = at.env;
  if (OPENCLAW_STATE_DIR) return fromHome(OPENCLAW_STATE_DIR, at);
  const home = OPENCLAW_HOME ? fromHome(OPENCLAW_HOME, at) : at.home;
  return join(home, OPENCLAW_PROFILE ? `.openclaw-${OPENCLAW_PROFILE}` : '.openclaw');
}

function configFile(at: Surroundings): string {
  const own = at.env.OPENCLAW_CONFIG_PATH;
  return own ? fromHome(own, at) : join(folder(at), 'openclaw.json');
}

function fromHome(path: string, { home, cwd }: Surroundings): string {
  return resolve(cwd, path.replace(/^~(?=[/\\]|$)/, home));
}

/** A file for this run that takes the person's in, and says otherwise where the gateway is meant. */
async function launch(at: Surroundings, wiring: LaunchWiring) {
  const own = configFile(at);
  const config = {
    ...(existsSync(own) ? { $include: own } : {}),
    models: { providers: { [LAUNCHED]: piProvider(wiring, `\${${KEY}}`) } },
    agents: { defaults: { model: { primary: `${LAUNCHED}/${wiring.model.id}` } } },
  };
  const roots = [at.env.OPENCLAW_INCLUDE_ROOTS, dirname(own)].filter(Boolean).join(delimiter);
  return {
    env: {
      OPENCLAW_CONFIG_PATH: await wiring.writeFile('openclaw.json', JSON.stringify(config)),
      OPENCLAW_INCLUDE_ROOTS: roots,
      [KEY]: wiring.key,
    },
  };
}

/** The main agent's own model goes before that of all. */
async function effective(at: Surroundings, read: ReadFile): Promise<Effective> {
  const from = configFile(at);
  const [config, variables] = await Promise.all([read(from, 'json5'), read(join(folder(at), '.env'), 'dotenv')]);
  const model = modelAt(config, ['agents', 'entries', 'main']) ?? modelAt(config, ['agents', 'defaults']) ?? '';
  const [name = ''] = model.split('/', 1);
  const provider = ['models', 'providers', name];
  const said = (value: string | undefined): Said | undefined => (value === undefined ? undefined : { value, from });
  const apiKey = valueAt(config, [...provider, 'apiKey']);
  const variable = (id: string) => at.env[id] || stringAt(variables, [id]) || stringAt(config, ['env', 'vars', id]);
  return {
    address: said(stringAt(config, [...provider, 'baseUrl'])),
    key: apiKey === undefined ? undefined : { value: await keyBehind(apiKey, config, variable), from },
    model: said(model.slice(name.length + 1) || undefined),
  };
}

function modelAt(config: Json | undefined, agent: readonly string[]): string | undefined {
  return stringAt(config, [...agent, 'model', 'primary']) ?? stringAt(config, [...agent, 'model']);
}

/** A key, `${NAME}`, `$NAME`, or where a variable or a file has it. */
async function keyBehind(apiKey: Json, config: Json | undefined, variable: (id: string) => string | undefined) {
  if (typeof apiKey === 'string') {
    const [, braced, bare] = /^\$(?:\{(\w+)\}|(\w+))$/.exec(apiKey) ?? [];
    return braced || bare ? variable((braced ?? bare)!) : apiKey;
  }
  const [source, provider, id] = ['source', 'provider', 'id'].map((name) => stringAt(apiKey, [name]) ?? '');
  if (source === 'env') return variable(id!);
  const file = stringAt(config, ['secrets', 'providers', provider!, 'path']);
  return source === 'file' && id === 'value' && file ? keyIn(file) : undefined;
}
