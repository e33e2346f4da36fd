import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Surroundings } from '../../../cli/integrations/integration.ts';
import { pi } from '../../../cli/integrations/pi.ts';
import { forgetHomes } from '../../helpers/cli.ts';
import { KEY } from '../setup/world.ts';
import { effectiveOf, filesOf, launched, put, somewhere, URL, wiringOf } from './situation.ts';

afterAll(forgetHomes);

test('its own variable says where it is, and no file holds the key', async () => {
  const at = somewhere({ PI_CODING_AGENT_DIR: '/pi' });
  const files = await filesOf(pi, at, 'openai/gpt-5');
  expect(Object.keys(files)).toEqual(['/pi/models.json', '/pi/settings.json']);
  expect(JSON.stringify(files)).not.toContain(KEY);
  expect(files['/pi/models.json']!.changes[0]!.value).toMatchObject({ apiKey: `!cat '${at.home}/key'` });
});

test('on Windows, too, the command is one of the shell that it asks', async () => {
  const files = await filesOf(pi, somewhere({}, 'win32'));
  expect(JSON.stringify(files)).toContain('!cat ');
});

test('a price that the server does not name is nothing, as there must be one', async () => {
  const at = somewhere();
  const wiring = wiringOf(pi, at);
  const model = { ...wiring.model, pricing: { ...wiring.model.pricing!, input: 'soon' } };
  const [file] = await pi.files!(at, { ...wiring, models: [model] });
  expect(file!.changes[0]!.value).toMatchObject({
    models: [{ cost: { input: 0, output: 0.6, cacheRead: 0, cacheWrite: 0 } }],
  });
});

describe('what is in force', () => {
  let at: Surroundings;
  beforeEach(() => {
    at = somewhere({ THE_KEY: 'sk-gw-shell' });
    put(at, {
      '.pi/agent/models.json': `{"providers": {"gateway": {
        "baseUrl": "https://g/v1", "apiKey": "$THE_KEY", // mine
        "models": [{"id": "claude", "baseUrl": "https://g"}, {"id": "gpt"}],
      }}}`,
      '.pi/agent/settings.json': '{"defaultProvider":"gateway","defaultModel":"gpt"}',
    });
  });

  test('is what the settings choose', async () => {
    expect(await effectiveOf(pi, at)).toEqual({
      address: { value: 'https://g/v1', from: join(at.home, '.pi/agent/models.json') },
      key: { value: 'sk-gw-shell', from: join(at.home, '.pi/agent/models.json') },
      model: { value: 'gpt', from: join(at.home, '.pi/agent/settings.json') },
    });
  });

  test('a project’s settings go before, and a model’s own address before its provider’s', async () => {
    put(at, { 'project/.pi/settings.json': '{"defaultModel":"claude"}' });
    expect(await effectiveOf(pi, at)).toMatchObject({
      address: { value: 'https://g' },
      model: { value: 'claude', from: join(at.cwd, '.pi/settings.json') },
    });
    put(at, { 'project/.pi/settings.json': '{"defaultProvider":"anthropic","defaultModel":"claude"}' });
    expect(await effectiveOf(pi, at)).toMatchObject({ address: undefined, key: undefined });
  });

  test('a key that was stored at a sign-in goes before', async () => {
    put(at, { '.pi/agent/auth.json': '{"gateway":{"type":"api_key","key":"other"}}' });
    expect((await effectiveOf(pi, at)).key).toEqual({ value: 'other', from: join(at.home, '.pi/agent/auth.json') });
  });

  test('a command that is not ours is not run', async () => {
    put(at, { '.pi/agent/models.json': '{"providers":{"gateway":{"apiKey":"!touch ran"}}}' });
    expect((await effectiveOf(pi, at)).key).toMatchObject({ value: undefined });
  });
});

test('a launch gives it the provider as an extension, with the key in a variable', async () => {
  const { args, env, files } = await launched(pi, somewhere(), 'openai/gpt-5');
  expect(args).toEqual(['--extension', '/run/gateway.mjs', '--provider', 'gateway-launch', '--model', 'openai/gpt-5']);
  expect(env).toEqual({ GATEWAY_API_KEY: KEY });
  expect(files['gateway.mjs']).not.toContain(KEY);
  const registered: unknown[] = [];
  const extension = await import(`data:text/javascript,${encodeURIComponent(files['gateway.mjs']!)}`);
  process.env.GATEWAY_API_KEY = 'sk-gw-run';
  extension.default({ registerProvider: (...given: unknown[]) => registered.push(...given) });
  delete process.env.GATEWAY_API_KEY;
  expect(registered).toMatchObject(['gateway-launch', { baseUrl: `${URL}/v1`, apiKey: 'sk-gw-run' }]);
});
