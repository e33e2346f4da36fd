import { expect, test } from 'vitest';
import type { Json } from '../../../cli/documents/document.ts';
import { cline } from '../../../cli/integrations/cline.ts';
import { continueTool } from '../../../cli/integrations/continue.ts';
import { gemini } from '../../../cli/integrations/gemini.ts';
import type { FileWiring, Integration, Surroundings, Wiring } from '../../../cli/integrations/integration.ts';
import { kilo } from '../../../cli/integrations/kilo.ts';
import { mimo } from '../../../cli/integrations/mimo.ts';
import { zed } from '../../../cli/integrations/zed.ts';
import type { Model } from '../../../cli/offered-models.ts';
import { MODELS } from '../setup/world.ts';

const models = MODELS.slice(0, 5) as unknown as Model[];
const [claude, haiku, gpt] = models as [Model, Model, Model];
const at: Surroundings = { env: {}, cwd: '/nowhere/work', home: '/nowhere/ann', platform: 'linux' };
const wiring: Wiring = {
  scope: 'user',
  apiUrl: 'https://gw.example',
  key: 'sk-gw-secret',
  keyFile: '/nowhere/ann/.gateway/setup/keys/x',
  model: claude,
  smallModel: haiku,
  models,
};

async function files(tool: Integration, where = at, what = wiring): Promise<readonly FileWiring[]> {
  return tool.files!(where, what);
}

async function valueAt(tool: Integration, path: string): Promise<Json | undefined> {
  const [file] = await files(tool);
  return file!.changes.find((change) => JSON.stringify(change.path) === JSON.stringify(path.split('.')))?.value;
}

test('Continue gets every model with its limits, Claude in its own format, and the key by reference', async () => {
  const [config, env] = await files(continueTool);
  const written = config!.changes.map(({ value }) => value);
  expect(written.slice(0, 3)).toEqual(['Gateway', '1.0.0', 'v1']);
  expect(written.slice(3)).toMatchObject([
    { provider: 'anthropic', model: claude.id, apiBase: 'https://gw.example/v1' },
    { provider: 'anthropic', model: haiku.id },
    {
      name: `Gateway ${gpt.id}`,
      provider: 'openai',
      model: gpt.id,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Continue's own form
      apiKey: '${{ secrets.GATEWAY_API_KEY }}',
      capabilities: ['tool_use', 'image_input'],
      defaultCompletionOptions: { contextLength: 400_000, maxTokens: 128_000 },
    },
    {},
    {},
  ]);
  expect(env).toMatchObject({ secret: true, changes: [{ path: ['GATEWAY_API_KEY'], value: wiring.key }] });
});

test('Cline gets all that its file must have, or it would be ignored without a word', async () => {
  const [file] = await files(cline);
  expect(file).toMatchObject({ path: '/nowhere/ann/.cline/data/settings/providers.json', secret: true });
  expect(await valueAt(cline, 'version')).toBe(1);
  expect(await valueAt(cline, 'lastUsedProvider')).toBe('openai-compatible');
  expect(await valueAt(cline, 'providers.openai-compatible')).toEqual({
    settings: { provider: 'openai-compatible', apiKey: wiring.key, model: claude.id, baseUrl: 'https://gw.example/v1' },
    updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    tokenSource: 'manual',
  });
});

test.each([
  [kilo, '/nowhere/ann/.config/kilo/kilo.json'],
  [mimo, '/nowhere/ann/.config/mimocode/mimocode.json'],
])('those made from OpenCode have its shape in files of their own (%#)', async (tool, path) => {
  const [file] = await files(tool);
  expect(file!.path).toBe(path);
  expect(await valueAt(tool, 'model')).toBe(`gateway-claude/${claude.id}`);
  expect(await valueAt(tool, 'provider.gateway')).toMatchObject({
    options: { baseURL: 'https://gw.example/v1', apiKey: `{file:${wiring.keyFile}}` },
  });
});

test('Gemini CLI gets the address without a version, as it adds its own', async () => {
  const [settings, env] = await files(gemini, { ...at, env: { GEMINI_CLI_HOME: '/nowhere/else' } });
  expect(settings).toMatchObject({
    path: '/nowhere/else/.gemini/settings.json',
    changes: [{ path: ['security', 'auth', 'selectedType'], value: 'gemini-api-key' }],
  });
  expect(env!.changes).toEqual([
    { path: ['GEMINI_API_KEY'], value: wiring.key },
    { path: ['GOOGLE_GEMINI_BASE_URL'], value: 'https://gw.example' },
    { path: ['GEMINI_MODEL'], value: claude.id },
  ]);
});

test('Zed gets every model with its window, and the one to start with', async () => {
  expect(await valueAt(zed, 'language_models.openai_compatible.Gateway')).toMatchObject({
    api_url: 'https://gw.example/v1',
    available_models: [
      { name: claude.id, max_tokens: 200_000, max_output_tokens: 64_000, capabilities: { tools: true, images: true } },
      {},
      {},
      { name: 'openai/gpt-5-mini', capabilities: { images: false } },
      {},
    ],
  });
  expect(await valueAt(zed, 'agent.default_model')).toEqual({ provider: 'Gateway', model: claude.id });
});

test.each([
  [zed, { env: { XDG_CONFIG_HOME: '/x' } }, '/x/zed/settings.json'],
  [zed, { env: { XDG_CONFIG_HOME: '/x' }, platform: 'darwin' }, '/nowhere/ann/.config/zed/settings.json'],
  [zed, { env: { APPDATA: '/appdata' }, platform: 'win32' }, '/appdata/Zed/settings.json'],
  [mimo, { env: { MIMOCODE_HOME: '/m' } }, '/m/config/mimocode.json'],
  [continueTool, { env: { CONTINUE_GLOBAL_DIR: 'c' } }, '/nowhere/work/c/config.yaml'],
  [cline, { env: { CLINE_DATA_DIR: '/c' } }, '/c/settings/providers.json'],
  [cline, { env: { CLINE_PROVIDER_SETTINGS_PATH: '/p.json' } }, '/p.json'],
] satisfies [Integration, Partial<Surroundings>, string][])(
  'a tool that was moved is followed (%#)',
  async (tool, moved, path) => {
    const [file] = await files(tool, { ...at, ...moved } as Surroundings);
    expect(file!.path).toBe(path);
  },
);

test('a file of the project is not the person’s', async () => {
  const paths = async (tool: Integration) =>
    (await files(tool, at, { ...wiring, scope: 'project' })).map(({ path }) => path);
  expect(await paths(kilo)).toEqual(['/nowhere/work/kilo.json']);
  expect(await paths(gemini)).toEqual(['/nowhere/work/.gemini/settings.json', '/nowhere/work/.gemini/.env']);
});
