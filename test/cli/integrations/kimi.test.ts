import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { kimi } from '../../../cli/integrations/kimi.ts';
import { forgetHomes } from '../../helpers/cli.ts';
import { KEY } from '../setup/world.ts';
import { effectiveOf, filesOf, launched, put, somewhere, URL, wiringOf } from './situation.ts';

afterAll(forgetHomes);

test('each format is a provider of its own, and each model has the limits that it must have', async () => {
  const { '.kimi-code/config.toml': file } = await filesOf(kimi, somewhere(), 'openai/gpt-5');
  expect(file).toMatchObject({ format: 'toml', secret: true });
  const value = (...path: string[]) =>
    file!.changes.find((change) => JSON.stringify(change.path) === JSON.stringify(path))?.value;
  expect(value('default_model')).toBe('gateway/openai/gpt-5');
  expect(value('providers', 'gateway')).toEqual({ type: 'openai', base_url: `${URL}/v1`, api_key: KEY });
  expect(value('providers', 'gateway-claude')).toEqual({ type: 'anthropic', base_url: URL, api_key: KEY });
  expect(value('models', 'gateway/anthropic/claude-haiku-4-5')).toEqual({
    provider: 'gateway-claude',
    model: 'anthropic/claude-haiku-4-5',
    display_name: 'anthropic/claude-haiku-4-5',
    max_context_size: 200_000,
    max_output_size: 64_000,
    capabilities: ['tool_use', 'image_in'],
  });
});

test('a model without known limits gets a window, as it must have one, and no more', async () => {
  const at = somewhere();
  const wiring = wiringOf(kimi, at, 'openai/gpt-5');
  const model = { ...wiring.model, context_window: null, max_output_tokens: null };
  const [file] = await kimi.files!(at, { ...wiring, model, models: [model] });
  expect(file!.changes.at(-1)!.value).toMatchObject({ max_context_size: 128_000 });
  expect(file!.changes.at(-1)!.value).not.toHaveProperty('max_output_size');
});

test('the model that variables describe goes before the file’s', async () => {
  const at = somewhere({ KIMI_CODE_HOME: 'own', MINE: 'sk-gw-shell' });
  put(at, {
    'project/own/config.toml':
      'default_model = "m"\n[models.m]\nprovider = "p"\nmodel = "gpt"\n[providers.p]\nbase_url = "https://g/v1"\napi_key_env = "MINE"\n',
  });
  const from = join(at.cwd, 'own/config.toml');
  expect(await effectiveOf(kimi, at)).toEqual({
    address: { value: 'https://g/v1', from },
    key: { value: 'sk-gw-shell', from: 'MINE' },
    model: { value: 'gpt', from },
  });
  at.env.KIMI_MODEL_NAME = 'k2';
  at.env.KIMI_MODEL_API_KEY = 'sk-kimi';
  expect(await effectiveOf(kimi, at)).toEqual({
    address: undefined,
    key: { value: 'sk-kimi', from: 'KIMI_MODEL_API_KEY' },
    model: { value: 'k2', from: 'KIMI_MODEL_NAME' },
  });
});

test.each([
  ['openai/gpt-5', 'openai', `${URL}/v1`],
  ['anthropic/claude-sonnet-4-6', 'anthropic', URL],
])('a launch with %s is variables alone', async (model, type, address) => {
  const { args, env, files } = await launched(kimi, somewhere(), model);
  expect({ args, files }).toEqual({ files: {} });
  expect(env).toMatchObject({
    KIMI_MODEL_NAME: model,
    KIMI_MODEL_PROVIDER_TYPE: type,
    KIMI_MODEL_BASE_URL: address,
    KIMI_MODEL_API_KEY: KEY,
    KIMI_MODEL_CAPABILITIES: 'tool_use,thinking,image_in',
  });
});
