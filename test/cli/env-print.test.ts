import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Home, KEY, makeHome, URL_IN_USE } from './dotenv/home.ts';

let home: Home;
beforeAll(() => {
  home = makeHome();
});
afterAll(() => home.remove());

const VALUES = { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: `${URL_IN_USE}/v1` };

test.each([
  ['dotenv', `OPENAI_API_KEY=${KEY}\nOPENAI_BASE_URL=${URL_IN_USE}/v1\n`],
  ['export', `export OPENAI_API_KEY=${KEY}\nexport OPENAI_BASE_URL=${URL_IN_USE}/v1\n`],
  ['fish', `set -gx OPENAI_API_KEY ${KEY}\nset -gx OPENAI_BASE_URL ${URL_IN_USE}/v1\n`],
  ['powershell', `$env:OPENAI_API_KEY = '${KEY}'\n$env:OPENAI_BASE_URL = '${URL_IN_USE}/v1'\n`],
  ['github', `OPENAI_API_KEY=${KEY}\nOPENAI_BASE_URL=${URL_IN_USE}/v1\n`],
  ['json', `${JSON.stringify({ vars: VALUES })}\n`],
])('env prints the %s format', async (format, stdout) => {
  expect(await home.run(['env', '--format', format])).toEqual({ exitCode: 0, stdout, stderr: '' });
});

test('env --json prints the variables of every family asked for', async () => {
  const { stdout } = await home.run(['env', '--json', '--for', 'openai,anthropic,gemini']);
  expect(JSON.parse(stdout)).toEqual({
    vars: {
      ...VALUES,
      ANTHROPIC_API_KEY: KEY,
      ANTHROPIC_AUTH_TOKEN: KEY,
      ANTHROPIC_BASE_URL: URL_IN_USE,
      GEMINI_API_KEY: KEY,
      GOOGLE_GEMINI_BASE_URL: URL_IN_USE,
    },
  });
});

test.each([
  ['', ''],
  ['A=1\n', 'A=1\n'],
  ['A=1', 'A=1\n'],
  ['A="ünïcode"', 'A="ünïcode"\n'],
])('gateway env >> .env onto %j corrupts no line', (before, kept) => {
  const file = join(home.project, 'appended.env');
  writeFileSync(file, before);
  expect(home.bash('gateway env >> appended.env')).toMatchObject({ exitCode: 0, stderr: '' });
  expect(readFileSync(file, 'utf8')).toBe(`${kept}OPENAI_API_KEY=${KEY}\nOPENAI_BASE_URL=${URL_IN_USE}/v1\n`);
});

test('what is printed after other output of the same redirection starts on its own line', () => {
  home.bash('{ printf A=1; gateway env; } > grouped.env');
  expect(parseEnv(readFileSync(join(home.project, 'grouped.env'), 'utf8'))).toEqual({ A: '1', ...VALUES });
});

test('a shell that evaluates the export format has the variables', () => {
  expect(home.bash('eval "$(gateway env --format export)"; printf %s "$OPENAI_BASE_URL"').stdout).toBe(
    `${URL_IN_USE}/v1`,
  );
});

test('an address with /v1 or a slash at its end gives the same variables', async () => {
  for (const url of ['http://gw.test:1/v1', 'http://gw.test:1/', 'http://gw.test:1/v1/']) {
    const { stdout } = await home.run(['env', '--json', '--api-url', url]);
    expect(JSON.parse(stdout).vars.OPENAI_BASE_URL).toBe('http://gw.test:1/v1');
  }
});

describe('the key', () => {
  test('comes from stdin with --key -, and from a file with --key @file', async () => {
    writeFileSync(join(home.project, 'key.txt'), 'sk-gw-from-a-file\n');
    const piped = await home.run(['env', '--key', '-', '--json'], { stdin: 'pipe', input: 'sk-gw-from-stdin\n' });
    expect(JSON.parse(piped.stdout).vars.OPENAI_API_KEY).toBe('sk-gw-from-stdin');
    const read = await home.run(['env', '--key', '@key.txt', '--json']);
    expect(JSON.parse(read.stdout).vars.OPENAI_API_KEY).toBe('sk-gw-from-a-file');
  });

  test('is refused as a literal, and not repeated', async () => {
    const { exitCode, stdout, stderr } = await home.run(['env', '--key', 'sk-gw-literal', '--json']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'usage', hint: expect.stringContaining('--key -') });
    expect(stderr).not.toContain('literal');
  });

  test('is refused when an env file could not hold it without quotes, and not repeated', async () => {
    const { exitCode, stdout, stderr } = await home.run(['env', '--json'], {
      env: { ...home.env, GATEWAY_API_KEY: 'sk-gw-$HOME#"x' },
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(JSON.parse(stderr).error.code).toBe('usage');
    expect(stderr).not.toContain('HOME#');
  });

  test('is missed with the command that makes one, when there is none', async () => {
    const { GATEWAY_API_KEY: _none, ...env } = home.env;
    const { exitCode, stdout, stderr } = await home.run(['env', '--json'], { env });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'no_api_key',
      next: [{ command: expect.stringContaining('keys ensure') }],
    });
  });
});

test.each([
  [['env', '--format', 'yaml'], 'dotenv'],
  [['env', '--for', 'openai,azure'], 'anthropic'],
])('%j is refused with what there is to choose from', async (args, choice) => {
  const { exitCode, stdout, stderr } = await home.run([...args, '--json']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  const { error } = JSON.parse(stderr);
  expect(error.code).toBe('usage');
  expect(error.message + error.hint).toContain(choice);
});

test.each([
  ['env', ['env']],
  ['exec', ['exec', '--', 'printenv', 'OPENAI_API_KEY']],
])('%s warns of a key that was mistyped, and does what it was told', async (_what, args) => {
  const mistyped = KEY.replace('0123', '0132');
  const { exitCode, stdout, stderr } = await home.run(args, { env: { ...home.env, GATEWAY_API_KEY: mistyped } });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: 'warning: The API key from GATEWAY_API_KEY looks mistyped: its checksum does not match.\n',
  });
  expect(stdout).toContain(mistyped);
});
