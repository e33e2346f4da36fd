import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { formats } from '../../../cli/documents/index.ts';
import { hermes } from '../../../cli/integrations/hermes.ts';
import { forgetHomes } from '../../helpers/cli.ts';
import { KEY } from '../setup/world.ts';
import { effectiveOf, filesOf, launched, put, somewhere, URL } from './situation.ts';

afterAll(forgetHomes);

const CONFIG = `model:\n  default: gpt\n  provider: custom\n  base_url: https://g/v1\n  api_key: \${GATEWAY_API_KEY}\n`;

test('the key is in its env file alone, and the configuration names it', async () => {
  const { '.hermes/config.yaml': config, '.hermes/.env': env } = await filesOf(hermes, somewhere());
  expect(JSON.stringify(config)).not.toContain(KEY);
  expect(config!.changes[0]).toEqual({
    path: ['model'],
    value: {
      default: 'anthropic/claude-sonnet-4-6',
      provider: 'custom',
      base_url: `${URL}/v1`,
      api_key: `\${GATEWAY_API_KEY}`,
      context_length: 200_000,
    },
  });
  expect(env).toMatchObject({ secret: true, changes: [{ path: ['GATEWAY_API_KEY'], value: KEY }] });
});

test('on Windows it is in the local application data, and its own variable goes before', async () => {
  const local = '/data/Local';
  const paths = async (env: NodeJS.ProcessEnv) => Object.keys(await filesOf(hermes, somewhere(env, 'win32')));
  expect(await paths({ LOCALAPPDATA: local })).toEqual([join(local, 'hermes/config.yaml'), join(local, 'hermes/.env')]);
  expect((await paths({ LOCALAPPDATA: local, HERMES_HOME: '/own' }))[0]).toBe('/own/config.yaml');
});

describe('what is in force', () => {
  test('its env file goes before the shell', async () => {
    const at = somewhere({ GATEWAY_API_KEY: 'other' });
    put(at, { '.hermes/config.yaml': CONFIG });
    expect((await effectiveOf(hermes, at)).key).toEqual({ value: 'other', from: 'GATEWAY_API_KEY' });
    put(at, { '.hermes/.env': 'GATEWAY_API_KEY=sk-gw-file\n' });
    const from = join(at.home, '.hermes/config.yaml');
    expect(await effectiveOf(hermes, at)).toEqual({
      address: { value: 'https://g/v1', from },
      key: { value: 'sk-gw-file', from: join(at.home, '.hermes/.env') },
      model: { value: 'gpt', from },
    });
  });

  test('an administrator’s file goes before the person’s, and variables before both', async () => {
    const at = somewhere();
    put(at, { '.hermes/config.yaml': CONFIG, 'managed/config.yaml': 'model:\n  default: theirs\n' });
    at.env.HERMES_MANAGED_DIR = join(at.home, 'managed');
    expect(await effectiveOf(hermes, at)).toMatchObject({
      address: { value: 'https://g/v1' },
      model: { value: 'theirs', from: join(at.home, 'managed/config.yaml') },
    });
    Object.assign(at.env, { CUSTOM_BASE_URL: 'https://elsewhere', HERMES_INFERENCE_MODEL: 'mine' });
    expect(await effectiveOf(hermes, at)).toMatchObject({
      address: { value: 'https://elsewhere', from: 'CUSTOM_BASE_URL' },
      model: { value: 'mine', from: 'HERMES_INFERENCE_MODEL' },
    });
  });

  test('the model may be a mere name', async () => {
    const at = somewhere();
    put(at, { '.hermes/config.yaml': 'model: anthropic/claude-opus-4\n' });
    expect(await effectiveOf(hermes, at)).toMatchObject({
      address: undefined,
      model: { value: 'anthropic/claude-opus-4' },
    });
  });
});

describe('a launch', () => {
  test('stands above the person’s configuration, with the key in a variable that no file of theirs sets', async () => {
    const { args, env, files } = await launched(hermes, somewhere(), 'openai/gpt-5');
    expect(args).toBeUndefined();
    expect(env).toMatchObject({ HERMES_MANAGED_DIR: '/run', GATEWAY_LAUNCH_KEY: KEY });
    expect(formats.yaml.read(files['config.yaml']!)).toMatchObject({
      model: { default: 'openai/gpt-5', base_url: `${URL}/v1`, api_key: `\${GATEWAY_LAUNCH_KEY}` },
    });
  });

  test('is refused where an administrator stands there', async () => {
    await expect(launched(hermes, somewhere({ HERMES_MANAGED_DIR: '/policy' }))).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});
