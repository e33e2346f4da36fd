import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { clipboardProgram } from '../../../cli/clipboard.ts';
import { failure, forgetHomes } from '../../helpers/cli.ts';
import { KEY, startWorld, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
  return () => world.fake.close();
});
afterAll(forgetHomes);

/** A clipboard program that keeps what it got, its arguments and its environment. */
const CLIPBOARD = '#!/bin/sh\ncat > "$HOME/copied"\necho "$@" > "$HOME/arguments"\nenv > "$HOME/environment"\n';

function copy(what: string, { tool = 'cursor', env = {}, flags = [] as string[] } = {}) {
  const PATH = `${join(world.home, 'bin')}:/usr/bin:/bin`;
  return world.run(['setup', tool, '--copy', what, '--json', ...flags], {
    env: { PATH, DISPLAY: ':0', GATEWAY_API_KEY: KEY, ...env },
  });
}

// elsewhere the program has another name
test.runIf(process.platform === 'linux').each([
  ['key', () => KEY],
  ['url', () => `${world.fake.url}/v1`],
  ['model', () => 'anthropic/claude-sonnet-4-6'],
])('--copy %s puts the very value into the clipboard, by stdin alone', async (what, value) => {
  world.put('bin/xclip', CLIPBOARD, 0o755);
  const { exitCode, stdout, stderr } = await copy(what);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(JSON.parse(stdout).results).toMatchObject([{ tool: 'cursor', status: 'copied', reason: what }]);
  expect(world.text('copied')).toBe(value());
  expect(world.text('arguments')).toBe('-selection clipboard\n');
  expect(world.text('environment') + stdout).not.toContain(KEY);
});

test.runIf(process.platform === 'linux')('a tool may have more to copy', async () => {
  world.put('bin/xclip', CLIPBOARD, 0o755);
  await copy('credentials', { tool: 'n8n' });
  expect(JSON.parse(world.text('copied'))).toMatchObject([{ type: 'openAiApi', data: { apiKey: KEY } }, {}]);
});

test('where there is no clipboard, it is said, with the way without one', async () => {
  const result = await copy('key', { env: { DISPLAY: '' } });
  expect(result).toMatchObject({ exitCode: 1, stdout: '' });
  expect(failure(result)).toMatchObject({
    code: 'clipboard_unavailable',
    hint: expect.stringContaining('gateway env'),
  });
});

test.runIf(process.platform === 'linux')('a clipboard program that fails is no success', async () => {
  world.put('bin/xclip', '#!/bin/sh\nexit 3\n', 0o755);
  const result = await copy('key');
  expect(failure(result)).toMatchObject({
    code: 'clipboard_unavailable',
    message: expect.stringContaining('ended with 3'),
  });
});

test.each([
  ['a value that is none', ['setup', 'cursor', '--copy', 'kye'], 'Did you mean key?'],
  ['two tools', ['setup', 'cursor', 'zed', '--copy', 'key'], ''],
  ['something to write at once', ['setup', 'zed', '--copy', 'key', '--install'], ''],
])('--copy refuses %s', async (_case, args, hint) => {
  const result = await world.run([...args, '--json'], { env: { GATEWAY_API_KEY: KEY } });
  expect(result).toMatchObject({ exitCode: 1, stdout: '' });
  expect(failure(result)).toMatchObject({ code: 'usage', hint: expect.stringContaining(hint) });
});

test('--dry-run copies nothing', async () => {
  world.put('bin/xclip', CLIPBOARD, 0o755);
  const { exitCode, stdout } = await copy('key', { flags: ['--dry-run'] });
  expect({ exitCode, status: JSON.parse(stdout).results[0].status }).toEqual({ exitCode: 0, status: 'skipped' });
  expect(existsSync(join(world.home, 'copied'))).toBe(false);
});

test.each([
  ['darwin', {}, 'pbcopy', []],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0', DISPLAY: ':0' }, 'wl-copy', []],
  ['linux', { DISPLAY: ':0' }, 'xclip', ['-selection', 'clipboard']],
  ['linux', { WSL_DISTRO_NAME: 'Ubuntu' }, 'clip.exe', []],
] as const)('on %s with %j it is %s', (platform, env, program, args) => {
  for (const name of ['pbcopy', 'wl-copy', 'xclip', 'xsel', 'clip.exe']) world.put(`bin/${name}`, CLIPBOARD, 0o755);
  const PATH = join(world.home, 'bin');
  expect(clipboardProgram({ PATH, ...env }, platform)).toEqual({ path: join(PATH, program), args });
});
