import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { autohand } from '../../../cli/integrations/autohand.ts';
import { forgetHomes } from '../../helpers/cli.ts';
import { KEY } from '../setup/world.ts';
import { effectiveOf, filesOf, put, somewhere, URL } from './situation.ts';

afterAll(forgetHomes);

test('a new file is JSON, and its owner’s alone', async () => {
  const files = await filesOf(autohand, somewhere(), 'openai/gpt-5');
  expect(files).toMatchObject({ '.autohand/config.json': { format: 'json', secret: true } });
  expect(files['.autohand/config.json']!.changes).toEqual([
    { path: ['provider'], value: 'custom:gateway' },
    {
      path: ['customProviders', 'gateway'],
      value: {
        id: 'gateway',
        displayName: 'Gateway',
        apiFormat: 'openai-compatible',
        baseUrl: `${URL}/v1`,
        apiKey: KEY,
        apiKeyRequired: true,
        model: 'openai/gpt-5',
        contextWindow: 400_000,
      },
    },
  ]);
});

test.each([
  [['config.yml', 'config.json'], {}, '.autohand/config.yml', 'yaml'],
  [['config.toml', 'config.yaml'], {}, '.autohand/config.toml', 'toml'],
  [['config.toml'], { AUTOHAND_CONFIG: 'mine.yaml' }, 'project/mine.yaml', 'yaml'],
  [[], { AUTOHAND_HOME: 'own' }, 'project/own/config.json', 'json'],
])('with %j and %j it is %s', async (there, env, path, format) => {
  const at = somewhere(env);
  put(at, Object.fromEntries(there.map((name) => [`.autohand/${name}`, ''])));
  expect(await filesOf(autohand, at)).toMatchObject({ [path]: { format } });
});

test('a variable goes before a project’s settings, and those before the person’s', async () => {
  const at = somewhere();
  put(at, {
    '.autohand/config.json':
      '{"provider":"custom:gateway","customProviders":{"gateway":{"baseUrl":"https://g/v1","apiKey":"sk-gw-1","model":"gpt"}},"openai":{"model":"gpt-5"},"zai":{"model":"glm"}}',
  });
  const from = join(at.home, '.autohand/config.json');
  expect(await effectiveOf(autohand, at)).toEqual({
    address: { value: 'https://g/v1', from },
    key: { value: 'sk-gw-1', from },
    model: { value: 'gpt', from },
  });
  put(at, { 'project/.autohand/settings.local.json': '{"provider":"openai"}' });
  expect(await effectiveOf(autohand, at)).toMatchObject({ address: undefined, model: { value: 'gpt-5' } });
  at.env.AUTOHAND_PROVIDER = 'zai';
  expect(await effectiveOf(autohand, at)).toMatchObject({ model: { value: 'glm' } });
});
