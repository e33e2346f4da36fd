import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Json } from '../documents/document.ts';
import type { Model } from '../offered-models.ts';
import { stringAt } from './data.ts';
import type { Effective, Integration, LaunchWiring, ReadFile, Said, Surroundings, Wiring } from './integration.ts';
import { has, perToken } from './model-facts.ts';

/**
 * Aider: aider.chat/docs/config. Variables of its env files go before the shell's and before its YAML, and the file that
 * `env-file` names is read last: the address and the key stand there, where a project's `.env` cannot change them.
 */
export const aider: Integration = {
  name: 'aider',
  title: 'Aider',
  source: 'https://aider.chat/docs/llms/openai-compat.html',
  format: 'openai',
  program: { name: 'aider', install: 'python -m pip install aider-install && aider-install' },
  homes: ({ home }) => [join(home, '.aider'), join(home, '.aider.conf.yml')],
  scopes: ['user'],
  files: (at, wiring) => [
    {
      path: join(at.home, '.aider.conf.yml'),
      format: 'yaml',
      changes: [
        { path: ['model'], value: nameOf(wiring.model) },
        { path: ['weak-model'], value: nameOf(wiring.smallModel) },
        { path: ['env-file'], value: envFile(at) },
      ],
    },
    {
      path: envFile(at),
      format: 'dotenv',
      secret: true,
      changes: Object.entries(variables(wiring)).map(([name, value]) => ({ path: [name], value })),
    },
    {
      path: join(at.home, '.aider.model.metadata.json'),
      format: 'json',
      changes: wiring.models.map((model) => ({ path: [nameOf(model)], value: metadata(model) })),
    },
  ],
  limits: ['With --model of another maker than openai/ it goes to that maker.'],
  effective,
  shadows: ['AIDER_MODEL', 'AIDER_WEAK_MODEL', 'AIDER_ENV_FILE'],
  launch,
};

function envFile({ home }: Surroundings): string {
  return join(home, '.aider', 'gateway.env');
}

/** `openai/` is the client that it takes. */
function nameOf({ id }: Model): string {
  return `openai/${id}`;
}

function variables({ apiUrl, key }: Wiring) {
  return { OPENAI_API_BASE: `${apiUrl}/v1`, OPENAI_API_KEY: key };
}

/** As LiteLLM tells them: prices are USD per token. */
function metadata(model: Model): Json {
  const { context_window, max_output_tokens, pricing } = model;
  const [input, output] = [perToken(pricing?.input), perToken(pricing?.output)];
  return {
    litellm_provider: 'openai',
    mode: 'chat',
    ...(context_window === null ? {} : { max_input_tokens: context_window }),
    ...(max_output_tokens === null ? {} : { max_tokens: max_output_tokens, max_output_tokens }),
    ...(input === undefined || output === undefined
      ? {}
      : { input_cost_per_token: input, output_cost_per_token: output }),
    supports_vision: has(model, 'vision'),
    supports_reasoning: has(model, 'reasoning'),
  };
}

async function launch(_at: Surroundings, wiring: LaunchWiring) {
  const { model, smallModel } = wiring;
  const own = variables(wiring);
  const text = Object.entries(own).map(([name, value]) => `${name}='${value}'\n`);
  const facts = Object.fromEntries([model, smallModel].map((each) => [nameOf(each), metadata(each)]));
  return {
    args: [
      `--model=${nameOf(model)}`,
      `--weak-model=${nameOf(smallModel)}`,
      `--env-file=${await wiring.writeFile('gateway.env', text.join(''))}`,
      `--model-metadata-file=${await wiring.writeFile('models.json', JSON.stringify(facts))}`,
    ],
    env: own,
  };
}

/** From HOME to the working folder, what is read later goes before; env files go before the shell, and both before YAML. */
async function effective(at: Surroundings, read: ReadFile): Promise<Effective> {
  const folders = [...new Set([at.home, repository(at.cwd), at.cwd])];
  const configs = await each(folders, '.aider.conf.yml');
  const yaml = (name: string) => last(configs, name);
  const envs = await each(folders, '.env');
  const named = at.env.AIDER_ENV_FILE || last(envs, 'AIDER_ENV_FILE')?.value || yaml('env-file')?.value;
  if (named) envs.push({ from: resolve(at.cwd, named), data: await read(resolve(at.cwd, named), 'dotenv') });
  const variable = (name: string): Said | undefined =>
    last(envs, name) ?? (at.env[name] ? { value: at.env[name], from: name } : undefined);
  const model = variable('AIDER_MODEL') ?? yaml('model');
  // any other maker has an address of its own
  if (!model?.value?.startsWith('openai/')) return { model };
  return {
    address: variable('OPENAI_API_BASE') ?? yaml('openai-api-base'),
    key: variable('OPENAI_API_KEY') ?? yaml('openai-api-key'),
    model: { ...model, value: model.value.slice('openai/'.length) },
  };

  function each(where: readonly string[], name: string) {
    const format = name === '.env' ? 'dotenv' : 'yaml';
    return Promise.all(where.map(async (at) => ({ from: join(at, name), data: await read(join(at, name), format) })));
  }
}

function last(files: readonly { from: string; data: Json | undefined }[], name: string): Said | undefined {
  const found = files.findLast(({ data }) => stringAt(data, [name]) !== undefined);
  return found && { value: stringAt(found.data, [name]), from: found.from };
}

/** The root of the repository around a folder; the folder itself where there is none. */
function repository(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return folder;
  }
}
