import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { failure, forgetHomes } from '../../helpers/cli.ts';
import { KEY, startWorld, type World } from '../setup/world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
  return () => world.fake.close();
});
afterAll(forgetHomes);

/** Tells what it was given: its arguments and environment, and the files that these name. */
const TOOL = `#!${process.execPath}
import('node:fs').then(({ existsSync, readFileSync }) => {
  const args = process.argv.slice(2);
  const files = [...args, process.env.GEMINI_CLI_HOME + '/.gemini/settings.json'].filter((path) => existsSync(path));
  console.log(JSON.stringify({ args, env: process.env, files: files.map((path) => [path, readFileSync(path, 'utf8')]) }));
});
`;

interface Told {
  args: string[];
  env: Record<string, string>;
  files: [path: string, text: string][];
}

async function launched(tool: string, program: string, env: Record<string, string> = {}): Promise<Told> {
  world.put(`bin/${program}`, TOOL, 0o755);
  const before = world.files();
  const { exitCode, stdout, stderr } = await world.run(['launch', tool, '--', 'hello', '--flag'], {
    env: { PATH: `${join(world.home, 'bin')}:${process.env.PATH}`, GATEWAY_API_KEY: KEY, ...env },
  });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(world.files()).toEqual(before);
  const told = JSON.parse(stdout) as Told;
  expect(told.args.slice(-2)).toEqual(['hello', '--flag']);
  expect(told.args.join(' ')).not.toContain(KEY);
  for (const [path] of told.files) expect(existsSync(path)).toBe(false);
  return told;
}

test('Continue gets its whole configuration in a file for this run, with the key in a variable', async () => {
  const { args, env, files } = await launched('continue', 'cn');
  expect(args[0]).toBe('--config');
  expect(env.GATEWAY_API_KEY).toBe(KEY);
  const [[, text]] = files as [[string, string]];
  expect(text).not.toContain(KEY);
  expect(JSON.parse(text).models[0]).toMatchObject({
    model: 'anthropic/claude-sonnet-4-6',
    apiBase: `${world.fake.url}/v1`,
  });
});

test.each([
  ['kilo', 'KILO_CONFIG_CONTENT'],
  ['mimo', 'MIMOCODE_CONFIG_CONTENT'],
])('%s gets it in the variable that goes before its files', async (tool, variable) => {
  const { env } = await launched(tool, tool);
  expect(JSON.parse(env[variable]!)).toMatchObject({ model: 'gateway-claude/anthropic/claude-sonnet-4-6' });
  expect(env[variable]).not.toContain(KEY);
});

test('Claude Code is asked for this run alone, whatever keys and clouds the person has set', async () => {
  world.put('.claude/settings.json', '{"env":{"ANTHROPIC_AUTH_TOKEN":"sk-or-1","CLAUDE_CODE_USE_BEDROCK":"1"}}');
  const { env, files } = await launched('claude', 'claude', {
    CLAUDE_CODE_USE_VERTEX: '1',
    ANTHROPIC_API_KEY: 'sk-ant',
  });
  expect(env).toMatchObject({ ANTHROPIC_AUTH_TOKEN: KEY, ANTHROPIC_BASE_URL: world.fake.url });
  expect(env).not.toHaveProperty('CLAUDE_CODE_USE_VERTEX');
  expect(env).not.toHaveProperty('ANTHROPIC_API_KEY');
  expect(JSON.parse(files[0]![1]).env).toMatchObject({
    ANTHROPIC_AUTH_TOKEN: KEY,
    ANTHROPIC_API_KEY: '',
    CLAUDE_CODE_USE_BEDROCK: '',
    ANTHROPIC_BASE_URL: world.fake.url,
  });
});

test('Gemini CLI gets a HOME for this run when its settings sign in another way, and keeps its other settings', async () => {
  world.put('.gemini/settings.json', '{"ui":{"theme":"x"},"security":{"auth":{"selectedType":"oauth-personal"}}}');
  const { env, files } = await launched('gemini', 'gemini', { GOOGLE_API_KEY: 'AIza' });
  expect(env).toMatchObject({
    GEMINI_API_KEY: KEY,
    GOOGLE_GEMINI_BASE_URL: world.fake.url,
    GEMINI_MODEL: 'google/gemini-2.5-pro',
    GEMINI_CLI_TRUSTED_FOLDERS_PATH: join(world.home, '.gemini/trustedFolders.json'),
  });
  expect(env.GOOGLE_API_KEY).toBeUndefined();
  expect(JSON.parse(files[0]![1])).toEqual({
    ui: { theme: 'x' },
    security: { auth: { selectedType: 'gemini-api-key' } },
  });
  expect(readdirSync(tmpdir())).not.toContain(env.GEMINI_CLI_HOME!.split('/').at(-1));
});

test('Gemini CLI that signs in by key keeps its HOME', async () => {
  world.put('.gemini/settings.json', '{"security":{"auth":{"selectedType":"gemini-api-key"}}}');
  const { env } = await launched('gemini', 'gemini');
  expect(env.GEMINI_CLI_HOME).toBeUndefined();
});

test('Cline, whose daemon would keep the settings of one run, is set up instead', async () => {
  const result = await world.run(['launch', 'cline', '--json'], { env: { GATEWAY_API_KEY: KEY } });
  expect(failure(result)).toMatchObject({ code: 'usage', hint: expect.stringContaining('gateway setup cline') });
});
