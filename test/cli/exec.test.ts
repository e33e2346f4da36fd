import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BIN } from '../helpers/gateway.ts';
import { type Home, KEY, makeHome, URL_IN_USE } from './dotenv/home.ts';

let home: Home;
beforeAll(() => {
  home = makeHome();
});
afterAll(() => home.remove());

const script = (name: string, text: string, mode = 0o755) => {
  const file = join(home.project, name);
  writeFileSync(file, text);
  chmodSync(file, mode);
  return `./${name}`;
};

describe('the command', () => {
  test('has the variables of every family, and no file is written', async () => {
    const before = readdirSync(home.project);
    const names = /^(OPENAI|ANTHROPIC|GEMINI|GOOGLE|GATEWAY)_/;
    const { stdout } = await home.run(['exec', '--', process.execPath, '-p', 'JSON.stringify(process.env)']);
    const seen = Object.fromEntries(Object.entries(JSON.parse(stdout)).filter(([name]) => names.test(name)));
    expect(seen).toEqual({
      OPENAI_API_KEY: KEY,
      OPENAI_BASE_URL: `${URL_IN_USE}/v1`,
      ANTHROPIC_API_KEY: KEY,
      ANTHROPIC_AUTH_TOKEN: KEY,
      ANTHROPIC_BASE_URL: URL_IN_USE,
      GEMINI_API_KEY: KEY,
      GOOGLE_GEMINI_BASE_URL: URL_IN_USE,
      GATEWAY_API_KEY: KEY,
      GATEWAY_API_URL: URL_IN_USE,
    });
    expect(readdirSync(home.project)).toEqual(before);
  });

  test('loses the keys of the shell to ours, and keeps the rest of its environment', async () => {
    const env = { ...home.env, ANTHROPIC_API_KEY: 'sk-ant-personal', MINE: 'kept' };
    const { stdout } = await home.run(['exec', '--', 'sh', '-c', 'echo $ANTHROPIC_API_KEY $MINE'], { env });
    expect(stdout).toBe(`${KEY} kept\n`);
  });

  test('gets its arguments untouched, flags of ours and blanks included', async () => {
    const args = ['--json', '-q', '--help', '', 'a b', '$HOME', '"', "'", '*', '--', '--version', 'ü\n'];
    const { stdout } = await home.run([
      'exec',
      '--',
      process.execPath,
      '-e',
      'console.log(JSON.stringify(process.argv.slice(1)))',
      '--',
      ...args,
    ]);
    expect(JSON.parse(stdout)).toEqual(args);
  });

  test('reads our stdin and writes to our stdout and stderr', async () => {
    const ended = await home.run(['exec', '--', 'sh', '-c', 'cat; echo err >&2'], { stdin: 'pipe', input: 'through' });
    expect(ended).toEqual({ exitCode: 0, stdout: 'through', stderr: 'err\n' });
  });

  test('keeps the key out of every argument list', async () => {
    const { stdout } = await home.run(['exec', '--', 'sh', '-c', 'cat /proc/$PPID/cmdline /proc/$$/cmdline']);
    expect(stdout).toContain('exec');
    expect(stdout).not.toContain(KEY);
  });
});

describe('the exit code', () => {
  test.each([0, 1, 2, 7, 126, 127, 255])('%i of the command is ours', async (code) => {
    expect(await home.run(['exec', '--', 'sh', '-c', `exit ${code}`])).toEqual({
      exitCode: code,
      stdout: '',
      stderr: '',
    });
  });

  test.each([
    ['KILL', 137],
    ['TERM', 143],
    ['SEGV', 139],
    ['INT', 130],
  ])('is 128 and the number when SIG%s ended the command', async (signal, code) => {
    expect((await home.run(['exec', '--', 'sh', '-c', `kill -${signal} $$`])).exitCode).toBe(code);
  });

  test('is 127 when there is no such command, told as JSON on stderr', async () => {
    const { exitCode, stdout, stderr } = await home.run(['exec', '--json', '--', 'no-such-command-here', 'x']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 127, stdout: '' });
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'command_not_found',
      exit_code: 127,
      message: expect.stringContaining('no-such-command-here'),
    });
  });

  test('is 126 when the command cannot be executed, and the reason is told', async () => {
    mkdirSync(join(home.project, 'folder'));
    const cases = [
      [script('no-permission', '#!/bin/sh\n', 0o644), 'permission'],
      ['./folder', 'permission'],
      [script('no-interpreter', '#!/no/such/interpreter\n'), '#! line'],
    ] as const;
    for (const [command, reason] of cases) {
      const { exitCode, stdout, stderr } = await home.run(['exec', '--json', '--', command]);
      expect({ command, exitCode, stdout }).toEqual({ command, exitCode: 126, stdout: '' });
      expect(JSON.parse(stderr).error).toMatchObject({
        code: 'command_not_executable',
        message: expect.stringContaining(reason),
      });
    }
  });
});

test('a script without a #! line is run by sh, as a shell would do', async () => {
  expect(await home.run(['exec', '--', script('plain', 'echo from sh\nexit 3\n')])).toEqual({
    exitCode: 3,
    stdout: 'from sh\n',
    stderr: '',
  });
});

describe.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s', (signal) => {
  /** Starts a command that tells when it is ready, and sends the signal to `gateway` alone. */
  async function interrupt(command: string) {
    const child = spawn(process.execPath, [BIN, 'exec', '--', process.execPath, '-e', command], {
      cwd: home.project,
      env: home.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk;
      if (out === 'ready\n') child.kill(signal);
    });
    const [code, by] = (await once(child, 'close')) as [number | null, string | null];
    return { code, by, out };
  }

  test('reaches the command, whose own exit code is ours', async () => {
    const got = await interrupt(
      `process.on('${signal}', () => { console.log('got it'); process.exit(5); }); setTimeout(() => {}, 20000); console.log('ready');`,
    );
    expect(got).toEqual({ code: 5, by: null, out: 'ready\ngot it\n' });
  });

  test('that ends the command gives 128 and its number', async () => {
    const number = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }[signal];
    expect(await interrupt(`setTimeout(() => {}, 20000); console.log('ready');`)).toEqual({
      code: 128 + number,
      by: null,
      out: 'ready\n',
    });
  });
});

test('without a command, what is missing is told', async () => {
  const { exitCode, stdout, stderr } = await home.run(['exec', '--json']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(JSON.parse(stderr).error).toMatchObject({ code: 'usage', message: expect.stringContaining('command') });
});

test('without a key, nothing is run', async () => {
  const { GATEWAY_API_KEY: _none, ...env } = home.env;
  const { exitCode, stdout, stderr } = await home.run(['exec', '--json', '--', 'echo', 'ran'], { env });
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(JSON.parse(stderr).error.code).toBe('no_api_key');
});

test('--dry-run tells what would be run, and runs nothing', async () => {
  const { exitCode, stdout } = await home.run(['exec', '--json', '--dry-run', '--', 'echo', 'ran']);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ dry_run: true, command: ['echo', 'ran'] });
  expect(stdout).not.toContain(KEY);
});

test.each(['0', '-1', 'two', '1e3', ''])('a budget of %j is refused', async (amount) => {
  const { exitCode, stdout, stderr } = await home.run([
    'exec',
    '--json',
    `--budget-usd=${amount}`,
    '--',
    'echo',
    'ran',
  ]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(JSON.parse(stderr).error).toMatchObject({ code: 'usage', message: expect.stringContaining('--budget-usd') });
});
