import { join } from 'node:path';
import { stringAt } from './data.ts';
import type { Effective, Integration, ReadFile, Surroundings, Wiring } from './integration.ts';
import { ownFolder } from './places.ts';

/** Codex: developers.openai.com/codex/config-reference. It speaks Responses alone; variables come from its own `.env`. */
export const codex: Integration = {
  name: 'codex',
  title: 'Codex',
  source: 'https://developers.openai.com/codex/config-reference',
  format: 'responses',
  // it knows the plain ones by name, with their windows and tools; of the -codex ones only some
  prefers: [/^openai\/gpt-[5-9][\d.]*$/, /^openai\/gpt-[\d.]+-codex/, /^openai\/gpt-/],
  program: { name: 'codex', install: 'npm install -g @openai/codex' },
  homes: (at) => [folder(at)],
  scopes: ['user'],
  files: (at, wiring) => [
    {
      path: join(folder(at), 'config.toml'),
      format: 'toml',
      changes: [
        { path: ['model'], value: wiring.model.id },
        { path: ['model_provider'], value: 'gateway' },
        ...(wiring.model.context_window === null
          ? []
          : [{ path: ['model_context_window'], value: wiring.model.context_window }]),
        { path: ['model_providers', 'gateway'], value: provider(wiring) },
      ],
    },
    {
      path: join(folder(at), '.env'),
      format: 'dotenv',
      secret: true,
      changes: [{ path: [KEY], value: wiring.key }],
    },
  ],
  effective,
  launch: (_at, wiring) => ({
    args: [
      ...setting('model', wiring.model.id),
      ...setting('model_provider', 'gateway'),
      ...Object.entries({ ...provider(wiring), env_key: RUN_KEY }).flatMap(([name, value]) =>
        setting(`model_providers.gateway.${name}`, value),
      ),
    ],
    env: { [RUN_KEY]: wiring.key },
  }),
};

const KEY = 'GATEWAY_API_KEY';
/** The `.env` goes before the shell: what stands there under the other name must not be what a run pays with. */
const RUN_KEY = 'GATEWAY_RUN_KEY';

function folder(at: Surroundings): string {
  return ownFolder(at, 'CODEX_HOME', '.codex');
}

function provider({ apiUrl }: Wiring) {
  return { name: 'Gateway', base_url: `${apiUrl}/v1`, env_key: KEY, wire_api: 'responses' };
}

/** `-c` takes TOML: a JSON string is one. */
function setting(name: string, value: string): string[] {
  return ['-c', `${name}=${JSON.stringify(value)}`];
}

/** Its `.env` goes before the variables of the shell. */
async function effective(at: Surroundings, read: ReadFile): Promise<Effective> {
  const file = join(folder(at), 'config.toml');
  const env = join(folder(at), '.env');
  const [config, variables] = await Promise.all([read(file, 'toml'), read(env, 'dotenv')]);
  const name = stringAt(config, ['model_provider']) ?? 'openai';
  const at_ = ['model_providers', name];
  const variable = stringAt(config, [...at_, 'env_key']);
  const said = (value: string | undefined, from: string) => (value === undefined ? undefined : { value, from });
  const key = variable === undefined ? undefined : said(stringAt(variables, [variable]), env);
  return {
    address: said(stringAt(config, [...at_, 'base_url']), file),
    key: key ?? (variable && at.env[variable] ? { value: at.env[variable], from: variable } : undefined),
    model: said(stringAt(config, ['model']), file),
  };
}
