import { join } from 'node:path';
import type { Change } from '../documents/document.ts';
import type { Model } from '../offered-models.ts';
import { stringAt } from './data.ts';
import type { Effective, Integration, LaunchWiring, ReadFile, Said, Surroundings, Wiring } from './integration.ts';
import { has, speaksMessages } from './model-facts.ts';
import { ownFolder } from './places.ts';

/** Kimi Code: moonshotai.github.io/kimi-code. A key stands in its file, or in a variable of the shell: it has no other way. */
export const kimi: Integration = {
  name: 'kimi',
  aliases: ['kimi-code'],
  title: 'Kimi Code',
  source: 'https://moonshotai.github.io/kimi-code/en/configuration/config-files',
  format: 'openai',
  program: { name: 'kimi', install: 'npm install -g @moonshot-ai/kimi-code' },
  homes: (at) => [folder(at)],
  scopes: ['user'],
  files: (at, wiring) => [
    { path: join(folder(at), 'config.toml'), format: 'toml', secret: true, changes: changes(wiring) },
  ],
  effective,
  shadows: ['KIMI_MODEL_NAME'],
  launch: (_at, wiring) => ({ env: variables(wiring) }),
};

/** It must be told a window; where none is known, one that nearly every model has. */
const LEAST_WINDOW = 128_000;

function folder(at: Surroundings): string {
  return ownFolder(at, 'KIMI_CODE_HOME', '.kimi-code');
}

/** A provider speaks one format. */
function providerOf(model: Model): { name: string; type: string; path: string } {
  return speaksMessages(model)
    ? { name: 'gateway-claude', type: 'anthropic', path: '' }
    : { name: 'gateway', type: 'openai', path: '/v1' };
}

function aliasOf({ id }: Model): string {
  return `gateway/${id}`;
}

function changes({ apiUrl, key, model, models }: Wiring): Change[] {
  const providers = new Map(models.map((each) => [providerOf(each).name, providerOf(each)]));
  return [
    { path: ['default_model'], value: aliasOf(model) },
    ...[...providers.values()].map(({ name, type, path }) => ({
      path: ['providers', name],
      value: { type, base_url: apiUrl + path, api_key: key },
    })),
    ...models.map((each) => ({
      path: ['models', aliasOf(each)],
      value: {
        provider: providerOf(each).name,
        model: each.id,
        display_name: each.name,
        max_context_size: each.context_window ?? LEAST_WINDOW,
        ...(each.max_output_tokens === null ? {} : { max_output_size: each.max_output_tokens }),
        capabilities: capabilities(each),
      },
    })),
  ];
}

function capabilities(model: Model): string[] {
  return ['tool_use', ...(has(model, 'reasoning') ? ['thinking'] : []), ...(has(model, 'vision') ? ['image_in'] : [])];
}

/** They stand for a provider and a model of this run alone. */
function variables({ apiUrl, key, model }: LaunchWiring): Record<string, string | undefined> {
  const { type, path } = providerOf(model);
  return {
    KIMI_MODEL_NAME: model.id,
    KIMI_MODEL_PROVIDER_TYPE: type,
    KIMI_MODEL_BASE_URL: apiUrl + path,
    KIMI_MODEL_API_KEY: key,
    KIMI_MODEL_DISPLAY_NAME: model.name,
    KIMI_MODEL_MAX_CONTEXT_SIZE: String(model.context_window ?? LEAST_WINDOW),
    KIMI_MODEL_MAX_OUTPUT_SIZE: model.max_output_tokens === null ? undefined : String(model.max_output_tokens),
    KIMI_MODEL_CAPABILITIES: capabilities(model).join(','),
  };
}

/** The model that variables describe goes before the file's. */
async function effective(at: Surroundings, read: ReadFile): Promise<Effective> {
  const variable = (name: string): Said | undefined => {
    const value = at.env[name];
    return value ? { value, from: name } : undefined;
  };
  if (at.env.KIMI_MODEL_NAME)
    return {
      address: variable('KIMI_MODEL_BASE_URL'),
      key: variable('KIMI_MODEL_API_KEY'),
      model: variable('KIMI_MODEL_NAME'),
    };
  const from = join(folder(at), 'config.toml');
  const config = await read(from, 'toml');
  const said = (path: readonly string[]): Said | undefined => {
    const value = stringAt(config, path);
    return value === undefined ? undefined : { value, from };
  };
  const model = ['models', stringAt(config, ['default_model']) ?? ''];
  const provider = ['providers', stringAt(config, [...model, 'provider']) ?? ''];
  const named = stringAt(config, [...provider, 'api_key_env']);
  return {
    address: said([...provider, 'base_url']),
    key: named === undefined ? said([...provider, 'api_key']) : variable(named),
    model: said([...model, 'model']),
  };
}
