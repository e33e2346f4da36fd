import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { formats } from '../../../cli/documents/index.ts';
import { aider } from '../../../cli/integrations/aider.ts';
import type { Surroundings } from '../../../cli/integrations/integration.ts';
import { forgetHomes } from '../../helpers/cli.ts';
import { KEY } from '../setup/world.ts';
import { effectiveOf, filesOf, launched, put, somewhere, URL, wiringOf } from './situation.ts';

afterAll(forgetHomes);

test('the address and the key stand in an env file of ours, the models’ limits where it looks for them', async () => {
  const at = somewhere();
  const files = await filesOf(aider, at);
  expect(files['.aider.conf.yml']!.changes).toEqual([
    { path: ['model'], value: 'openai/anthropic/claude-sonnet-4-6' },
    { path: ['weak-model'], value: 'openai/anthropic/claude-haiku-4-5' },
    { path: ['env-file'], value: join(at.home, '.aider/gateway.env') },
  ]);
  expect(files['.aider/gateway.env']).toMatchObject({
    secret: true,
    changes: [
      { path: ['OPENAI_API_BASE'], value: `${URL}/v1` },
      { path: ['OPENAI_API_KEY'], value: KEY },
    ],
  });
  expect(files['.aider.model.metadata.json']!.changes[0]).toEqual({
    path: ['openai/anthropic/claude-sonnet-4-6'],
    value: {
      litellm_provider: 'openai',
      mode: 'chat',
      max_input_tokens: 200_000,
      max_tokens: 64_000,
      max_output_tokens: 64_000,
      input_cost_per_token: 0.000_000_15,
      output_cost_per_token: 0.000_000_6,
      supports_vision: true,
      supports_reasoning: true,
    },
  });
});

test('a price that the server does not name is left out', async () => {
  const at = somewhere();
  const wiring = wiringOf(aider, at);
  const model = { ...wiring.model, pricing: { ...wiring.model.pricing!, output: 'soon' } };
  const files = await aider.files!(at, { ...wiring, models: [model] });
  const facts = files.at(-1)!.changes[0]!.value;
  expect(facts).toMatchObject({ max_tokens: 64_000 });
  expect(JSON.stringify(facts)).not.toContain('cost');
});

describe('what is in force', () => {
  let at: Surroundings;
  beforeEach(() => {
    at = somewhere({ OPENAI_API_KEY: 'sk-shell' });
    at = { ...at, cwd: join(at.home, 'project/deep') };
    mkdirSync(join(at.home, 'project/.git'), { recursive: true });
    put(at, {
      '.aider.conf.yml': `model: openai/gpt\nenv-file: ${at.home}/ours.env\nopenai-api-base: https://yaml/v1\n`,
      'project/.env': 'OPENAI_API_KEY=sk-project\n',
    });
  });

  test('env files go before the shell, and the one that is named before all others', async () => {
    expect(await effectiveOf(aider, at)).toEqual({
      address: { value: 'https://yaml/v1', from: join(at.home, '.aider.conf.yml') },
      key: { value: 'sk-project', from: join(at.home, 'project/.env') },
      model: { value: 'gpt', from: join(at.home, '.aider.conf.yml') },
    });
    put(at, { 'ours.env': 'OPENAI_API_KEY=sk-gw-1\nOPENAI_API_BASE=https://g/v1\n' });
    const from = join(at.home, 'ours.env');
    expect(await effectiveOf(aider, at)).toMatchObject({
      address: { value: 'https://g/v1', from },
      key: { value: 'sk-gw-1', from },
    });
  });

  test('a repository’s configuration goes before the person’s, and the working folder’s before both', async () => {
    put(at, { 'project/.aider.conf.yml': 'model: openai/theirs\n' });
    expect((await effectiveOf(aider, at)).model).toMatchObject({ value: 'theirs' });
    put(at, { 'project/deep/.aider.conf.yml': 'model: openai/here\n' });
    expect((await effectiveOf(aider, at)).model).toMatchObject({ value: 'here' });
  });

  test('a model of another maker does not go to this address', async () => {
    at.env.AIDER_MODEL = 'anthropic/claude-opus-4';
    expect(await effectiveOf(aider, at)).toEqual({
      model: { value: 'anthropic/claude-opus-4', from: 'AIDER_MODEL' },
    });
  });
});

test('a launch has the key in no argument, and an env file that is read last', async () => {
  const { args, env, files } = await launched(aider, somewhere(), 'openai/gpt-5');
  expect(args).toEqual([
    '--model=openai/openai/gpt-5',
    '--weak-model=openai/openai/gpt-5-mini',
    '--env-file=/run/gateway.env',
    '--model-metadata-file=/run/models.json',
  ]);
  expect(formats.dotenv.read(files['gateway.env']!)).toEqual(env);
  expect(env).toEqual({ OPENAI_API_BASE: `${URL}/v1`, OPENAI_API_KEY: KEY });
  expect(Object.keys(JSON.parse(files['models.json']!))).toEqual(['openai/openai/gpt-5', 'openai/openai/gpt-5-mini']);
});
