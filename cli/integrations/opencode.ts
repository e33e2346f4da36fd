import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayError } from '../../shared/errors.ts';
import type { Json } from '../documents/document.ts';
import { formats } from '../documents/index.ts';
import type { Model } from '../offered-models.ts';
import { stringAt } from './data.ts';
import type {
  Effective,
  FileWiring,
  Integration,
  LaunchWiring,
  ReadFile,
  Scope,
  Surroundings,
  Wiring,
} from './integration.ts';
import { keyIn } from './key-command.ts';
import { has, perMillion, speaksMessages } from './model-facts.ts';
import { configFolder } from './places.ts';

/**
 * OpenCode, and its desktop app, which reads the same files: opencode.ai/docs/config and /providers. Claude models go
 * through Anthropic's own format, the others through chat completions.
 */
export const opencode: Integration = {
  name: 'opencode',
  aliases: ['opencode-desktop'],
  title: 'OpenCode',
  source: 'https://opencode.ai/docs/providers',
  format: 'openai',
  program: { name: 'opencode', install: 'npm install -g opencode-ai' },
  homes: (at) => [configFolder(at, 'opencode')],
  scopes: ['user', 'project'],
  files: (at, wiring) => openCodeFiles(openCodePlaces(at), wiring, at.cwd),
  effective: (at, read) => openCodeEffective(at, read, openCodePlaces(at)),
  shadows: ['OPENCODE_CONFIG', 'OPENCODE_CONFIG_CONTENT'],
  launch: (_at, wiring) => launchOpenCode(wiring, 'OPENCODE_CONFIG_CONTENT'),
};

/** Where a tool that was made from OpenCode keeps its configuration. */
export interface OpenCodePlaces {
  /** The person's folder. */
  folder: string;
  /** The name of the file without its ending. */
  file: string;
  /** The variable that holds a whole document, and goes before every file. */
  variable: string;
  /** The schema that the tool names in its file where none is named. Ours then goes again; the tool's would stay. */
  schema?: string;
}

const openCodePlaces = (at: Surroundings): OpenCodePlaces => ({
  folder: configFolder(at, 'opencode'),
  file: 'opencode',
  variable: 'OPENCODE_CONFIG_CONTENT',
  schema: 'https://opencode.ai/config.json',
});

/** What OpenCode and those made from it need: one file, with the key behind a reference. */
export function openCodeFiles(places: OpenCodePlaces, wiring: Wiring, cwd: string): FileWiring[] {
  return [
    {
      path: configFile(places, wiring.scope, cwd),
      format: 'jsonc',
      changes: [
        ...(places.schema === undefined ? [] : [{ path: ['$schema'], value: places.schema }]),
        ...openCodeChanges(wiring, `{file:${wiring.keyFile}}`),
      ],
    },
  ];
}

function openCodeChanges(wiring: Wiring, apiKey: string) {
  const { model, smallModel } = wiring;
  return [
    ...Object.entries(providers(wiring, apiKey)).map(([name, value]) => ({ path: ['provider', name], value })),
    { path: ['model'], value: nameOf(model) },
    { path: ['small_model'], value: nameOf(smallModel) },
  ];
}

/** The same as one document in a variable, which holds the name of another that has the key. */
export function launchOpenCode(wiring: LaunchWiring, variable: string) {
  const { model, smallModel } = wiring;
  const config = {
    provider: providers(wiring, '{env:GATEWAY_API_KEY}'),
    model: nameOf(model),
    small_model: nameOf(smallModel),
  };
  return { env: { [variable]: JSON.stringify(config), GATEWAY_API_KEY: wiring.key } };
}

const PACKAGES = { gateway: '@ai-sdk/openai-compatible', 'gateway-claude': '@ai-sdk/anthropic' };

function providerOf(model: Model): keyof typeof PACKAGES {
  return speaksMessages(model) ? 'gateway-claude' : 'gateway';
}

function nameOf(model: Model): string {
  return `${providerOf(model)}/${model.id}`;
}

function providers({ apiUrl, models }: Wiring, apiKey: string): Record<string, Json> {
  const all = Object.entries(PACKAGES).map(([name, npm]) => {
    const own = models.filter((model) => providerOf(model) === name);
    const title = name === 'gateway' ? 'Gateway' : 'Gateway (Claude)';
    const options = { baseURL: `${apiUrl}/v1`, apiKey };
    return [
      name,
      { npm, name: title, options, models: Object.fromEntries(own.map((model) => [model.id, facts(model)])) },
    ];
  });
  return Object.fromEntries(all.filter(([, value]) => Object.keys((value as { models: object }).models).length > 0));
}

/** As models.dev tells them. */
function facts(model: Model): Json {
  const { name, context_window, max_output_tokens, pricing } = model;
  return {
    name,
    ...(context_window === null || max_output_tokens === null
      ? {}
      : { limit: { context: context_window, output: max_output_tokens } }),
    tool_call: true,
    reasoning: has(model, 'reasoning'),
    attachment: has(model, 'vision'),
    modalities: { input: has(model, 'vision') ? ['text', 'image'] : ['text'], output: ['text'] },
    ...costOf(pricing),
  };
}

/** USD per million tokens; nothing where the server names no price. */
function costOf(pricing: Model['pricing']): { cost?: Json } {
  if (pricing === null) return {};
  const { input, output, cached_input, cache_write } = pricing;
  const all = Object.entries({ input, output, cache_read: cached_input, cache_write });
  const cost = Object.fromEntries(
    all.flatMap(([name, price]) => {
      const known = perMillion(price);
      return known === undefined ? [] : [[name, known]];
    }),
  );
  return 'input' in cost && 'output' in cost ? { cost } : {};
}

/** The `.jsonc` goes before the `.json` where there are both. */
function configFile({ folder, file }: OpenCodePlaces, scope: Scope, cwd: string): string {
  const path = join(scope === 'user' ? folder : cwd, file);
  return existsSync(`${path}.jsonc`) ? `${path}.jsonc` : `${path}.json`;
}

/** The document in a variable; `file_error` for what is none. */
function documentIn(text: string, variable: string): Json {
  try {
    return formats.jsonc.read(text) as Json;
  } catch (cause) {
    throw new GatewayError('file_error', `${variable} holds no JSON: ${(cause as Error).message}`, {
      hint: `Correct it, or unset ${variable}.`,
      cause,
    });
  }
}

/** A project's file goes before the person's, and a variable with a document before both. */
export async function openCodeEffective(at: Surroundings, read: ReadFile, places: OpenCodePlaces): Promise<Effective> {
  const paths = [configFile(places, 'project', at.cwd), configFile(places, 'user', at.cwd)];
  const documents = await Promise.all(paths.map(async (from) => ({ from, data: await read(from, 'jsonc') })));
  const inline = at.env[places.variable];
  if (inline) documents.unshift({ from: places.variable, data: documentIn(inline, places.variable) });
  const find = (path: readonly string[]) => {
    const found = documents.find(({ data }) => stringAt(data, path) !== undefined);
    return found && { value: stringAt(found.data, path)!, from: found.from };
  };
  const model = find(['model']);
  const [provider = ''] = model?.value.split('/', 1) ?? [];
  const key = find(['provider', provider, 'options', 'apiKey']);
  return {
    address: find(['provider', provider, 'options', 'baseURL']),
    key: key && { ...key, value: await behind(key.value, at) },
    model: model && { ...model, value: model.value.slice(provider.length + 1) },
  };
}

/** `{file:path}` and `{env:NAME}` stand for what is in them. */
async function behind(value: string, at: Surroundings): Promise<string | undefined> {
  const [, kind, name = ''] = /^\{(file|env):(.+)\}$/.exec(value) ?? [];
  if (kind === 'env') return at.env[name];
  if (kind === 'file') return keyIn(name.replace(/^~(?=\/)/, at.home));
  return value;
}
