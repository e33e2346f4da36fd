import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { jsonText, pickFields, visible } from '../../cli/output.ts';
import { colorLevel } from '../../cli/paint.ts';
import { failure, forgetHomes, runCli, tempHome } from '../helpers/cli.ts';
import { closeFakes, failed, fakeGateway, json, ME } from '../helpers/fake-gateway.ts';
import { BIN } from '../helpers/gateway.ts';

afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

describe('text from a server', () => {
  test('shows its control characters instead of acting on them', () => {
    expect(visible('a\u001b[2Jb\u009bc\r\n\u202ed\u007f')).toBe('a\\u001b[2Jb\\u009bc\\r\\n\\u202ed\\u007f');
    expect(visible('Zoë 日本 👍')).toBe('Zoë 日本 👍');
  });

  test('is the same value in JSON, with nothing left that a terminal acts upon', () => {
    const value = { name: 'a\u009b2J\u202e\u001b' };
    expect(jsonText(value)).toBe('{"name":"a\\u009b2J\\u202e\\u001b"}');
    expect(JSON.parse(jsonText(value))).toEqual(value);
  });

  test.concurrent('cannot move the cursor from a result or from an error', async () => {
    const server = await fakeGateway({
      'GET /api/v1/me': json({ ...ME, display_name: 'An\u001b[2Jn' }),
      '*': failed(500, 'internal_error', 'bad \u001b]0;x\u0007 thing'),
    });
    const env = { GATEWAY_API_URL: server.url, GATEWAY_API_KEY: 'sk-gw-x', FORCE_COLOR: '0' };
    expect((await runCli(['whoami'], { env })).stdout).toContain('An\\u001b[2Jn');
    expect((await runCli(['balance'], { env })).stderr).toContain('\\u001b]0;x\\u0007');
  });
});

describe('--fields', () => {
  test('keeps the named paths in their places, of each element of a list', () => {
    const value = [{ a: 1, b: { c: 2, d: 3 }, e: [{ f: 4, g: 5 }] }];
    expect(pickFields(value, ['a', 'b.c', 'e.f'])).toEqual([{ a: 1, b: { c: 2 }, e: [{ f: 4 }] }]);
    expect(pickFields(value, ['b', 'b.c'])).toEqual([{ b: { c: 2, d: 3 } }]);
    expect(pickFields([], ['a'])).toEqual([]);
  });

  test.concurrent('refuses a field that the command does not print before the command acts', async () => {
    const server = await fakeGateway({});
    const result = await runCli(['keys', 'create', '--name', 'x', '--fields', 'id,limits.spend_usd'], {
      env: { GATEWAY_API_URL: server.url, GATEWAY_API_KEY: 'sk-gw-x' },
    });
    expect(failure(result)).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('limits.spend_usd'),
      hint: expect.stringContaining('spent_usd'),
    });
    expect(server.seen).toEqual([]);
  });
});

describe('colour', () => {
  const terminal = { isTTY: true, getColorDepth: () => 24 };
  const wishes = (env: NodeJS.ProcessEnv, color = true) => ({ env, globals: { color } });

  test.each([
    ['a terminal', {}, true, terminal, 3],
    ['a pipe', {}, true, {}, 0],
    ['NO_COLOR', { NO_COLOR: '1' }, true, terminal, 0],
    ['an empty NO_COLOR, which says nothing', { NO_COLOR: '' }, true, terminal, 3],
    ['NO_COLOR and FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, terminal, 0],
    ['--no-color', { FORCE_COLOR: '1' }, false, terminal, 0],
    ['TERM=dumb', { TERM: 'dumb' }, true, terminal, 0],
    ['FORCE_COLOR on a pipe', { FORCE_COLOR: '1' }, true, {}, 1],
    ['FORCE_COLOR=0 on a terminal', { FORCE_COLOR: '0' }, true, terminal, 0],
  ])('on %s', (_case, env, color, stream, level) => {
    expect(colorLevel(wishes(env, color), stream)).toBe(level);
  });

  test.concurrent('is obeyed by tables and errors alike', async () => {
    const run = async (env: Record<string, string>) => {
      const [table, error] = await Promise.all([runCli(['exit-codes'], { env }), runCli(['nothing'], { env })]);
      return [table.stdout, error.stderr].map((text) => text.includes('\u001b'));
    };
    expect(await run({ FORCE_COLOR: '1' })).toEqual([true, true]);
    expect(await run({ FORCE_COLOR: '1', NO_COLOR: '1' })).toEqual([false, false]);
    expect(await run({})).toEqual([false, false]);
  });
});

describe.concurrent('a mistake on the command line', () => {
  test.each([
    ['a command', ['kyes', 'list'], 'keys list'],
    ['a command below another', ['keys', 'lsit'], 'keys list'],
    ['a command below one that runs', ['topup', 'statsu'], 'topup status'],
    ['a noun', ['key', 'create', '--name', 'x'], 'keys create'],
    ['the order', ['create', 'key'], 'keys create'],
    ['a verb that others have', ['keys', 'get', 'key_1'], 'keys show'],
    ['a choice', ['test', '--format', 'opnai'], 'openai'],
    ['a choice of an argument', ['completion', 'bahs'], 'bash'],
    ['a flag', ['keys', 'create', '--nmae', 'x'], '--name'],
    ['a global flag', ['balance', '--jsno'], '--json'],
  ])('in %s gets a suggestion', async (_case, args, meant) => {
    const env = { GATEWAY_JSON: '1' };
    expect(failure(await runCli(args, { env }))).toMatchObject({
      code: 'usage',
      hint: expect.stringContaining(`Did you mean ${meant}?`),
    });
    const { stderr, stdout, exitCode } = await runCli(args);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(stderr).toMatch(/^error: .+\nDid you mean /);
  });

  test('that is near nothing gets none', async () => {
    expect(failure(await runCli(['nope', '--json'])).hint).not.toContain('Did you mean');
  });

  test('is told for a noun without a verb', async () => {
    expect(failure(await runCli(['keys', '--json']))).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('create'),
    });
  });

  test.each(['soon', '0', '366', '1.5'])('is told in plain words for --days %s', async (days) => {
    expect(failure(await runCli(['usage', '--days', days, '--json'])).message).toBe(
      '--days must be a whole number from 1 to 365.',
    );
  });

  test('is told for a global flag', async () => {
    expect(failure(await runCli(['--timeout', 'soon', 'balance', '--json'])).message).toContain('--timeout');
  });
});

test.concurrent('no command at all, help and --help print the same help', async () => {
  const [none, word, flag] = await Promise.all([runCli([]), runCli(['help']), runCli(['--help'])]);
  expect(none.stdout).toContain('Getting started');
  expect([word, flag]).toEqual([none, none]);
  expect((await runCli(['help', 'keys', 'create'])).stdout).toContain('gateway keys create');
});

test.concurrent('the help that the build wrote down is the one that the program prints', async () => {
  const [written, made] = await Promise.all([runCli(['--help']), runCli(['--help', '--no-color'])]);
  expect(written).toMatchObject({ exitCode: 0, stderr: '' });
  expect(written.stdout).toBe(made.stdout);
});

test.concurrent('a crash is one JSON line too, and ends with 3', async () => {
  const server = await fakeGateway({ '*': () => {} });
  const crash = "setTimeout(() => { throw new Error('boom'); }, 500)";
  const env = {
    GATEWAY_API_URL: server.url,
    GATEWAY_API_KEY: 'sk-gw-x',
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}`,
  };
  const result = await runCli(['balance', '--json'], { env });
  expect(result).toMatchObject({ exitCode: 3, stdout: '' });
  expect(failure(result)).toMatchObject({ code: 'internal_crash', message: expect.stringContaining('boom') });
});

describe.concurrent('global flags', () => {
  test('work in any position', async () => {
    for (const args of [
      ['--json', 'keys', 'list'],
      ['keys', '--json', 'list'],
      ['keys', 'list', '--json'],
    ]) {
      expect(
        failure(await runCli([...args, '--api-url=http://127.0.0.1:1'], { env: { GATEWAY_API_KEY: 'sk-gw-x' } })).code,
      ).toBe('network_error');
    }
  });

  test('--timeout ends a call that gets no answer', async () => {
    const server = await fakeGateway({ '*': () => {} });
    const started = Date.now();
    const result = await runCli(['balance', '--timeout', '0.3', '--json'], {
      env: { GATEWAY_API_URL: server.url, GATEWAY_API_KEY: 'sk-gw-x' },
    });
    expect(failure(result)).toMatchObject({
      code: 'network_error',
      exit_code: 2,
      message: expect.stringContaining('0.3 s'),
    });
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  test('--version and --help print one JSON value in JSON mode', async () => {
    expect(JSON.parse((await runCli(['--version', '--json'])).stdout)).toMatchObject({ version: expect.any(String) });
    expect(JSON.parse((await runCli(['keys', 'create', '--help', '--json'])).stdout)).toMatchObject({
      path: 'keys create',
    });
    expect(JSON.parse((await runCli(['--help'], { env: { GATEWAY_JSON: '1' } })).stdout)).toBeInstanceOf(Array);
  });
});

describe.concurrent('settings', () => {
  const url = async (args: string[], env: Record<string, string>, project?: object, user?: string) => {
    const home = tempHome();
    if (project) writeFileSync(join(home, '.gateway.json'), JSON.stringify(project));
    const { stdout } = await runCli(['auth', 'status', '--json', ...args], {
      home,
      env: { ...env, ...(user ? {} : {}) },
    });
    return JSON.parse(stdout);
  };

  test('come from the flag, then the environment, then the project, then the default', async () => {
    const project = { api_url: 'http://127.0.0.1:3' };
    const env = { GATEWAY_API_URL: 'http://127.0.0.1:2/v1/' };
    expect(await url(['--api-url', 'http://127.0.0.1:1'], env, project)).toMatchObject({
      api_url: 'http://127.0.0.1:1',
      api_url_source: 'flag',
    });
    expect(await url([], env, project)).toMatchObject({ api_url: 'http://127.0.0.1:2', api_url_source: 'environment' });
    expect(await url([], {}, project)).toMatchObject({ api_url: 'http://127.0.0.1:3', api_url_source: 'project' });
    expect(await url([], {})).toMatchObject({ api_url: 'http://127.0.0.1:8787', api_url_source: 'default' });
  });

  test('that ask for TLS where plain http is spoken say so in one line', async () => {
    const { url: plain } = await fakeGateway({});
    const result = await runCli(['balance', '--json'], {
      env: { GATEWAY_API_URL: plain.replace('http:', 'https:'), GATEWAY_API_KEY: 'sk-gw-x' },
    });
    const { code, message, hint } = failure(result);
    expect(code).toBe('network_error');
    expect(message).toContain(`it speaks plain http: use ${plain}`);
    expect(message + hint).not.toMatch(/\n|SSL|OpenSSL|EPROTO/);
  });

  test('that are wrong are told with who said them', async () => {
    expect(
      failure(await runCli(['auth', 'status', '--json'], { env: { GATEWAY_API_URL: 'localhost:8787' } })),
    ).toMatchObject({ code: 'usage', message: expect.stringContaining('GATEWAY_API_URL') });
    for (const address of ['127.0.0.1:8787', 'localhost:8787/v1', 'gateway.example'])
      expect(failure(await runCli(['auth', 'status', '--json'], { env: { GATEWAY_API_URL: address } }))).toMatchObject({
        hint: expect.stringContaining(`http://${address}`),
      });
    const home = tempHome();
    writeFileSync(join(home, '.gateway.json'), '{');
    expect(failure(await runCli(['auth', 'status', '--json'], { home }))).toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('.gateway.json'),
    });
  });
});

describe.concurrent('a reader of stdout that goes away', () => {
  const closeAtOnce = (args: string[]) =>
    new Promise<{ exitCode: number | null; stderr: string }>((resolve) => {
      const child = spawn(process.execPath, [BIN, ...args], { env: { PATH: process.env.PATH, HOME: tempHome() } });
      child.stdout.destroy();
      let stderr = '';
      child.stderr.on('data', (chunk) => {
        stderr += chunk;
      });
      child.on('close', (exitCode) => resolve({ exitCode, stderr }));
    });

  test('is a told failure in JSON mode', async () => {
    const { exitCode, stderr } = await closeAtOnce(['commands', 'keys', 'create', '--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'file_error' });
  });

  test('is no news for a person', async () => {
    expect(await closeAtOnce(['exit-codes'])).toEqual({ exitCode: 1, stderr: '' });
  });
});
