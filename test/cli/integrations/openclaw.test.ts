import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openclaw } from '../../../cli/integrations/openclaw.ts';
import { forgetHomes } from '../../helpers/cli.ts';
import { KEY } from '../setup/world.ts';
import { effectiveOf, filesOf, launched, put, somewhere, URL } from './situation.ts';

afterAll(forgetHomes);

test('Claude models go through Messages, the others through chat completions, each with its limits and price', async () => {
  const { '.openclaw/openclaw.json': file } = await filesOf(openclaw, somewhere());
  const provider = file!.changes.find(({ path }) => path[0] === 'models')!.value as { models: { id: string }[] };
  expect(provider).toMatchObject({ baseUrl: `${URL}/v1`, api: 'openai-completions' });
  expect(provider.models.map(({ id }) => id)).not.toContain('openai/text-embedding-3-small');
  expect(provider.models[0]).toEqual({
    id: 'anthropic/claude-sonnet-4-6',
    name: 'anthropic/claude-sonnet-4-6',
    api: 'anthropic-messages',
    baseUrl: URL,
    reasoning: true,
    input: ['text', 'image'],
    contextWindow: 200_000,
    maxTokens: 64_000,
    cost: { input: 0.15, output: 0.6, cacheRead: 0.15, cacheWrite: 0 },
  });
  const mini = provider.models.find(({ id }) => id === 'openai/gpt-5-mini');
  expect(mini).toMatchObject({ reasoning: false, input: ['text'] });
  expect(mini).not.toHaveProperty('api');
});

test.each([
  [{ OPENCLAW_CONFIG_PATH: '~/own.json', OPENCLAW_STATE_DIR: '/state' }, 'own.json'],
  [{ OPENCLAW_STATE_DIR: '~/state', OPENCLAW_PROFILE: 'work' }, 'state/openclaw.json'],
  [{ OPENCLAW_HOME: '~/other', OPENCLAW_PROFILE: 'work' }, 'other/.openclaw-work/openclaw.json'],
])('with %j its configuration is %s', async (env, path) => {
  expect(Object.keys(await filesOf(openclaw, somewhere(env)))).toEqual([path]);
});

describe('what is in force', () => {
  const config = (model: string, apiKey: string) => `{
    // mine
    agents: { defaults: { model: ${model} } },
    env: { vars: { FROM_CONFIG: 'sk-gw-config' } },
    secrets: { providers: { mine: { source: 'file', path: '/nowhere', mode: 'singleValue' } } },
    models: { providers: { gateway: { baseUrl: 'https://g/v1', apiKey: ${apiKey} } } },
  }`;

  test.each([
    ["'sk-gw-literal'", 'sk-gw-literal'],
    [`'\${FROM_SHELL}'`, 'sk-gw-shell'],
    ["'$FROM_CONFIG'", 'sk-gw-config'],
    ["{ source: 'env', provider: 'default', id: 'FROM_DOTENV' }", 'sk-gw-dotenv'],
    ["{ source: 'file', provider: 'mine', id: 'value' }", undefined],
    ["{ source: 'exec', provider: 'vault', id: 'value' }", undefined],
  ])('the key %s is %s', async (apiKey, value) => {
    const at = somewhere({ FROM_SHELL: 'sk-gw-shell' });
    put(at, {
      '.openclaw/openclaw.json': config("'gateway/openai/gpt-5'", apiKey),
      '.openclaw/.env': 'FROM_DOTENV=sk-gw-dotenv\n',
    });
    const from = join(at.home, '.openclaw/openclaw.json');
    expect(await effectiveOf(openclaw, at)).toEqual({
      address: { value: 'https://g/v1', from },
      key: { value, from },
      model: { value: 'openai/gpt-5', from },
    });
  });

  test('the main agent’s own model goes before that of all', async () => {
    const at = somewhere();
    put(at, {
      '.openclaw/openclaw.json':
        "{ agents: { defaults: { model: { primary: 'gateway/a' } }, entries: { main: { model: 'openai/gpt-5' } } } }",
    });
    expect(await effectiveOf(openclaw, at)).toMatchObject({ address: undefined, model: { value: 'gpt-5' } });
  });
});

describe('a launch', () => {
  test('takes the person’s configuration in, and has no key in a file', async () => {
    const at = somewhere({ OPENCLAW_INCLUDE_ROOTS: '/shared' });
    put(at, { '.openclaw/openclaw.json': '{}' });
    const { args, env, files } = await launched(openclaw, at, 'openai/gpt-5');
    expect(args).toBeUndefined();
    expect(env).toEqual({
      OPENCLAW_CONFIG_PATH: '/run/openclaw.json',
      OPENCLAW_INCLUDE_ROOTS: `/shared:${at.home}/.openclaw`,
      GATEWAY_API_KEY: KEY,
    });
    expect(JSON.parse(files['openclaw.json']!)).toMatchObject({
      $include: join(at.home, '.openclaw/openclaw.json'),
      models: { providers: { 'gateway-launch': { apiKey: `\${GATEWAY_API_KEY}` } } },
      agents: { defaults: { model: { primary: 'gateway-launch/openai/gpt-5' } } },
    });
    expect(files['openclaw.json']).not.toContain(KEY);
  });

  test('needs none', async () => {
    const { files } = await launched(openclaw, somewhere());
    expect(JSON.parse(files['openclaw.json']!)).not.toHaveProperty('$include');
  });
});
