import { join } from 'node:path';
import type { Model } from '../offered-models.ts';
import { stringAt } from './data.ts';
import type { Effective, Integration, ReadFile, Surroundings, Wiring } from './integration.ts';
import { has } from './model-facts.ts';
import { configFolder } from './places.ts';

/** The name of the provider: Zed shows it, and reads the key from the variable that follows from it. */
const PROVIDER = 'Gateway';
const KEY = 'GATEWAY_API_KEY';
/** Zed needs a window for every model; this one is for those whose own is not known. */
const USUAL_WINDOW = 128_000;

/** Zed: zed.dev/docs/ai/llm-providers, "OpenAI API compatible". JSON with comments; keys are in the system's keychain. */
export const zed: Integration = {
  name: 'zed',
  title: 'Zed',
  source: 'https://zed.dev/docs/ai/use-api-access#openai-compatible',
  format: 'openai',
  program: { name: 'zed', install: 'curl -f https://zed.dev/install.sh | sh' },
  homes: (at) => [folder(at)],
  scopes: ['user'],
  files: (at, wiring) => [
    {
      path: join(folder(at), 'settings.json'),
      format: 'jsonc',
      changes: [
        { path: ['language_models', 'openai_compatible', PROVIDER], value: provider(wiring) },
        { path: ['agent', 'default_model'], value: { provider: PROVIDER, model: wiring.model.id } },
      ],
    },
  ],
  manual: () => [
    '`gateway setup zed --copy key` copies the key.',
    `In Zed run "agent: open settings" from the command palette, open ${PROVIDER} below LLM Providers, paste the key and press Enter. Zed keeps it in the keychain.`,
    `Or start Zed from a shell where ${KEY} is set: that goes before the keychain.`,
  ],
  limits: [
    'Predictions while you type, external agents and agents in terminals have models of their own and do not go through the gateway.',
  ],
  effective,
};

function folder(at: Surroundings): string {
  const { env, home, platform } = at;
  if (platform === 'win32') return join(env.APPDATA || join(home, 'AppData', 'Roaming'), 'Zed');
  // on macOS it does not look at XDG_CONFIG_HOME
  return platform === 'darwin' ? join(home, '.config', 'zed') : configFolder(at, 'zed');
}

function provider({ apiUrl, models }: Wiring) {
  return { api_url: `${apiUrl}/v1`, available_models: models.map(facts) };
}

function facts(model: Model) {
  const { id, name, context_window, max_output_tokens } = model;
  return {
    name: id,
    display_name: name,
    max_tokens: context_window ?? USUAL_WINDOW,
    ...(max_output_tokens === null ? {} : { max_output_tokens }),
    capabilities: {
      tools: true,
      images: has(model, 'vision'),
      parallel_tool_calls: true,
      prompt_cache_key: true,
    },
  };
}

async function effective(at: Surroundings, read: ReadFile): Promise<Effective> {
  const from = join(folder(at), 'settings.json');
  const data = await read(from, 'jsonc');
  const name = stringAt(data, ['agent', 'default_model', 'provider']) ?? '';
  const address = stringAt(data, ['language_models', 'openai_compatible', name, 'api_url']);
  const model = stringAt(data, ['agent', 'default_model', 'model']);
  return {
    address: address === undefined ? undefined : { value: address, from },
    key: at.env[KEY] ? { value: at.env[KEY], from: KEY } : { value: undefined, from: "Zed's keychain" },
    model: model === undefined ? undefined : { value: model, from },
  };
}
