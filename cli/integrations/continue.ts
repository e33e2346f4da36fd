import { join } from 'node:path';
import type { Json } from '../documents/document.ts';
import type { Model } from '../offered-models.ts';
import { readData } from '../setup/read-file.ts';
import { asObject, stringAt } from './data.ts';
import type { Effective, Integration, ReadFile, Surroundings, Wiring } from './integration.ts';
import { has, speaksMessages } from './model-facts.ts';
import { ownFolder } from './places.ts';

const KEY = 'GATEWAY_API_KEY';
/** Before the names of our models in its lists. */
const PREFIX = 'Gateway ';
/** What the file must have besides models; a person's own values stay. */
const HEAD = { name: 'Gateway', version: '1.0.0', schema: 'v1' };

/**
 * Continue, its command line and its extensions: docs.continue.dev/reference. Claude models go through Anthropic's own
 * format; of the others, it sends GPT-5 and the like through Responses. A secret comes from the shell, then from `.env`.
 */
export const continueTool: Integration = {
  name: 'continue',
  aliases: ['cn'],
  title: 'Continue',
  source: 'https://docs.continue.dev/reference',
  format: 'openai',
  program: { name: 'cn', install: 'npm install -g @continuedev/cli' },
  homes: (at) => [folder(at)],
  scopes: ['user'],
  files: async (at, wiring) => [
    {
      path: configFile(at),
      format: 'yaml',
      changes: [
        ...missingHead(await readData(configFile(at), 'yaml')),
        ...entries(wiring).map((value) => ({ path: ['models', { where: 'name', is: value.name }], value })),
      ],
    },
    { path: join(folder(at), '.env'), format: 'dotenv', secret: true, changes: [{ path: [KEY], value: wiring.key }] },
  ],
  limits: [
    'It starts with the first model of its list, or with the one chosen last: choose a Gateway model once, with /model in cn.',
    'Completion while you type keeps the model that it has now.',
  ],
  effective,
  launch: async (_at, wiring) => ({
    args: [
      '--config',
      await wiring.writeFile('continue.yaml', JSON.stringify({ ...HEAD, models: entries(wiring) }, undefined, 2)),
    ],
    env: { [KEY]: wiring.key },
  }),
};

function folder(at: Surroundings): string {
  return ownFolder(at, 'CONTINUE_GLOBAL_DIR', '.continue');
}

function configFile(at: Surroundings): string {
  return join(folder(at), 'config.yaml');
}

/** What stands there with our value is ours from an earlier time. */
function missingHead(data: Json | undefined) {
  const known = asObject(data) ?? {};
  return Object.entries(HEAD)
    .filter(([name, value]) => known[name] === undefined || known[name] === value)
    .map(([name, value]) => ({ path: [name], value }));
}

function entries({ apiUrl, models }: Wiring): { name: string; [field: string]: Json }[] {
  return models.map((model) => ({
    name: nameOf(model),
    provider: speaksMessages(model) ? 'anthropic' : 'openai',
    model: model.id,
    apiBase: `${apiUrl}/v1`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is Continue that puts the secret in
    apiKey: '${{ secrets.GATEWAY_API_KEY }}',
    roles: ['chat', 'edit', 'apply'],
    capabilities: ['tool_use', ...(has(model, 'vision') ? ['image_input'] : [])],
    ...limits(model),
  }));
}

/** Unique, also where two providers offer a model of one name. */
function nameOf({ id }: Model): string {
  return PREFIX + id;
}

function limits({ context_window: contextLength, max_output_tokens: maxTokens }: Model): { [field: string]: Json } {
  if (contextLength === null && maxTokens === null) return {};
  return {
    defaultCompletionOptions: {
      ...(contextLength === null ? {} : { contextLength }),
      ...(maxTokens === null ? {} : { maxTokens }),
    },
  };
}

async function effective(at: Surroundings, read: ReadFile): Promise<Effective> {
  const from = configFile(at);
  const env = join(folder(at), '.env');
  const [config, variables] = await Promise.all([read(from, 'yaml'), read(env, 'dotenv')]);
  const list = asObject(config)?.models;
  // a person who has models of their own chooses one of ours, as `limits` says: it is these that are looked at
  const entries = Array.isArray(list) ? (list as Json[]) : [];
  const first = entries.find((each) => stringAt(each, ['name'])?.startsWith(PREFIX)) ?? entries[0];
  const said = (name: string) => {
    const value = stringAt(first, [name]);
    return value === undefined ? undefined : { value, from };
  };
  const key = said('apiKey');
  const secret = /^\$\{\{\s*secrets\.(\w+)\s*\}\}$/.exec(key?.value ?? '')?.[1];
  const behind = (name: string) =>
    at.env[name] ? { value: at.env[name], from: name } : { value: stringAt(variables, [name]), from: env };
  return { address: said('apiBase'), key: secret ? behind(secret) : key, model: said('model') };
}
