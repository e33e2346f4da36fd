import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Check } from '../../cli/dotenv/check.ts';
import { type Home, KEY, makeHome, URL_IN_USE } from './dotenv/home.ts';

const GOOD = `OPENAI_API_KEY=${KEY}\nOPENAI_BASE_URL=${URL_IN_USE}/v1\n`;

let home: Home;
beforeEach(() => {
  home = makeHome();
});
afterEach(() => home.remove());

const put = (text: string, mode = 0o600) => {
  writeFileSync(join(home.project, '.env'), text);
  chmodSync(join(home.project, '.env'), mode);
};
const git = (...args: string[]) => execFileSync('git', args, { cwd: home.project, env: home.env, stdio: 'pipe' });

/** What is not well, by name, with the exit code. */
async function check(args: string[] = [], env = home.env) {
  const { exitCode, stdout, stderr } = await home.run(['env', 'check', '--json', ...args], { env });
  expect(stderr).toBe('');
  expect(stdout).not.toContain(KEY);
  const { ok, file, checks } = JSON.parse(stdout) as { ok: boolean; file: string; checks: Check[] };
  expect(file).toBe(join(home.project, '.env'));
  expect(ok).toBe(exitCode === 0);
  for (const { status, fix } of checks) expect(fix === null).toBe(status === 'pass');
  return {
    exitCode,
    bad: Object.fromEntries(checks.filter(({ status }) => status !== 'pass').map(({ name, status }) => [name, status])),
    checks,
  };
}

test('a file that env write has made is well', async () => {
  git('init', '-q');
  await home.run(['env', 'write']);
  const { exitCode, bad, checks } = await check();
  expect({ exitCode, bad }).toEqual({ exitCode: 0, bad: {} });
  expect(checks.map(({ name }) => name)).toEqual([
    'file',
    'key',
    'OPENAI_API_KEY',
    'OPENAI_BASE_URL',
    'readers',
    'shell OPENAI_API_KEY',
    'shell OPENAI_BASE_URL',
    'permissions',
    'git',
  ]);
});

test.each([
  ['a variable is missing', `OPENAI_API_KEY=${KEY}\n`, { OPENAI_BASE_URL: 'fail' }],
  ['the key is another one', GOOD.replace(KEY, 'sk-gw-another'), { OPENAI_API_KEY: 'fail' }],
  ['the server is another one', GOOD.replace('8787', '9999'), { OPENAI_BASE_URL: 'fail' }],
  ['it is set twice, differently', `OPENAI_API_KEY=old\n${GOOD}`, { readers: 'fail' }],
  ['one reader misses it', GOOD.replace('OPENAI_BASE_URL=', 'OPENAI_BASE_URL: '), { readers: 'fail' }],
])('the check fails when %s', async (_what, text, bad) => {
  put(text);
  expect(await check()).toMatchObject({ exitCode: 1, bad });
});

test('the fix of each failure is a command that makes the check pass', async () => {
  put(`OPENAI_API_KEY=old\nOPENAI_API_KEY='x'\nOPENAI_BASE_URL: y\n`);
  const { checks } = await check();
  const fixes = new Set(checks.filter(({ status }) => status === 'fail').map(({ fix }) => fix));
  expect([...fixes]).toEqual([`gateway env write ${join(home.project, '.env')}`]);
  expect(home.bash([...fixes][0]!).exitCode).toBe(0);
  expect(await check()).toMatchObject({ exitCode: 0, bad: {} });
});

test('a file that is not there fails', async () => {
  expect(await check()).toMatchObject({ exitCode: 1, bad: { file: 'fail' } });
});

test('no key in use fails, as there is nothing to compare with', async () => {
  put(GOOD);
  const { GATEWAY_API_KEY: _none, ...env } = home.env;
  expect(await check([], env)).toMatchObject({ exitCode: 1, bad: { key: 'fail' } });
});

test('a shell variable that shadows the file is a warning, not a failure', async () => {
  put(GOOD);
  expect(await check([], { ...home.env, OPENAI_API_KEY: 'sk-shell' })).toMatchObject({
    exitCode: 0,
    bad: { 'shell OPENAI_API_KEY': 'warn' },
  });
});

test('a file that others can read is a warning', async () => {
  put(GOOD, 0o644);
  expect(await check()).toMatchObject({ exitCode: 0, bad: { permissions: 'warn' } });
});

describe('inside a git work tree', () => {
  beforeEach(() => {
    git('init', '-q');
    put(GOOD);
  });

  test('a file that git does not ignore fails', async () => {
    expect(await check()).toMatchObject({ exitCode: 1, bad: { git: 'fail' } });
  });

  test('a file that git tracks fails', async () => {
    git('add', '-f', '.env');
    expect(await check()).toMatchObject({ exitCode: 1, bad: { git: 'fail' } });
  });
});

test('the families are those that the file is for', async () => {
  await home.run(['env', 'write', '--for', 'anthropic']);
  const { checks, exitCode } = await check();
  expect(exitCode).toBe(0);
  expect(checks.map(({ name }) => name)).toContain('ANTHROPIC_AUTH_TOKEN');
  expect(checks.map(({ name }) => name)).not.toContain('OPENAI_API_KEY');
  expect(await check(['--for', 'openai'])).toMatchObject({
    exitCode: 1,
    bad: { OPENAI_API_KEY: 'fail', OPENAI_BASE_URL: 'fail' },
  });
});

test('a personal key of another provider is nobody else’s business', async () => {
  put(`${GOOD}ANTHROPIC_API_KEY=sk-ant-personal\n`);
  expect(await check()).toMatchObject({ exitCode: 0, bad: {} });
});

test('nothing is changed, a link is followed, and a person reads it in words', async () => {
  put(GOOD, 0o644);
  symlinkSync('.env', join(home.project, 'link'));
  const before = [readFileSync(join(home.project, '.env')), statSync(join(home.project, '.env')).mtimeMs];
  const { exitCode, stdout } = await home.run(['env', 'check', 'link']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('ok   OPENAI_BASE_URL: It is http://127.0.0.1:8787/v1, as in use here.');
  expect(stdout).toContain('warn permissions: Other users of this machine may read or change it (0644).');
  expect(stdout).not.toContain(KEY);
  expect([readFileSync(join(home.project, '.env')), statSync(join(home.project, '.env')).mtimeMs]).toEqual(before);
});
