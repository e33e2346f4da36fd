/** `gateway init`: the server's configuration, and a server that starts with it. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import dotenv from 'dotenv';
import { afterAll, describe, expect, test } from 'vitest';
import { type CliOptions, failure, forgetHomes, runCli, startCli, tempHome } from '../helpers/cli.ts';
import { runOnTerminal } from '../helpers/terminal.ts';
import { startUpstream } from '../helpers/upstream.ts';

const KEY = 'sk-gw-testtesttesttesttesttesttesttesttest';

afterAll(forgetHomes);

/** An empty folder for a server, in a HOME of its own. */
function serverFolder(): { home: string; cwd: string; file: string } {
  const home = tempHome();
  const cwd = join(home, 'srv');
  mkdirSync(cwd);
  return { home, cwd, file: join(cwd, '.env') };
}

const init = (args: string[], options: CliOptions) => runCli(['init', ...args], options);

test('flags write a file with which the server starts and answers', async () => {
  const upstream = await startUpstream();
  const { home, cwd, file } = serverFolder();
  writeFileSync(join(cwd, 'openai.key'), 'sk-upstream-openai\n');
  const result = await init(
    [
      '--port',
      '0',
      '--data-dir',
      './data',
      '--credit-usd',
      '5',
      '--bootstrap-key',
      'env:FIRST_KEY',
      '--provider-key',
      'openai=@openai.key',
      '--provider-url',
      `openai=${upstream.url}/v1`,
      '--json',
    ],
    { home, cwd, env: { FIRST_KEY: KEY } },
  );
  expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  expect(result.stdout).not.toMatch(/sk-upstream|sk-gw-test/);
  expect(JSON.parse(result.stdout)).toMatchObject({
    file,
    added: [
      'GATEWAY_PORT',
      'GATEWAY_DATA_DIR',
      'GATEWAY_BOOTSTRAP_CREDIT_USD',
      'GATEWAY_BOOTSTRAP_KEY',
      'LLM_OPENAI_API_KEY',
      'LLM_OPENAI_BASE_URL',
    ],
    mode: '0600',
    variables: { GATEWAY_PORT: '0', LLM_OPENAI_API_KEY: '…', LLM_OPENAI_BASE_URL: `${upstream.url}/v1` },
    next: [{ command: 'gateway serve' }],
  });
  expect(statSync(file).mode & 0o777).toBe(0o600);

  const server = startCli(['serve'], { home, cwd });
  try {
    const [, url] = await server.said(/gateway listening on (\S+)/);
    const env = { GATEWAY_API_URL: url, GATEWAY_API_KEY: KEY };
    expect((await runCli(['balance'], { home, env })).stdout).toBe('5.00 USD\n');
    expect(await runCli(['test', '--json'], { home, env })).toMatchObject({ exitCode: 0 });
    expect(upstream.seen.at(-1)?.headers.authorization).toBe('Bearer sk-upstream-openai');
    expect(readdirSync(join(cwd, 'data')).length).toBeGreaterThan(0);
  } finally {
    server.child.kill('SIGTERM');
    await server.done;
    await upstream.close();
  }
});

describe('a first run', () => {
  const CREDIT = { command: 'gateway topup --amount 5', when: 'then: credit, without which a model answers 402' };
  const told = async (args: string[], env = {}) => {
    const { home, cwd } = serverFolder();
    return JSON.parse((await init([...args, '--json'], { home, cwd, env: { K: 'sk-new', ...env } })).stdout);
  };

  test('the wizard offers an opening credit, and warns that without a provider no model can be served', async () => {
    const { home, file } = serverFolder();
    const { screen, exitCode } = await runOnTerminal(['init', 'srv'], {
      home,
      type: [
        /listen on/,
        /Port/,
        /people reach/,
        /Postgres/,
        /Folder/,
        /Opening credit/,
        /openai/,
        /anthropic/,
        /google/,
      ].map((when) => ({ when, keys: '\r' })),
    });
    expect(exitCode).toBe(0);
    expect(dotenv.parse(readFileSync(file, 'utf8')).GATEWAY_BOOTSTRAP_CREDIT_USD).toBe('5');
    expect(screen.replaceAll('\n', ' ')).toMatch(/warning: No provider is configured: .*gateway init --provider-key/);
  });

  test('a provider of the flags, of the file or of the shell is one', async () => {
    expect((await told(['--yes'])).warnings).toEqual([expect.stringContaining('No provider is configured')]);
    expect((await told(['--provider-key', 'openai=env:K'])).warnings).toEqual([]);
    expect((await told(['--provider-url', 'acme=http://127.0.0.1:9/v1'])).warnings).toEqual([]);
    expect((await told(['--yes'], { LLM_OPENAI_API_KEY: 'sk-x' })).warnings).toEqual([]);
  });

  test('where no credit is given, a top-up is a step', async () => {
    expect((await told(['--yes'])).next.at(-1)).toEqual(CREDIT);
    expect((await told(['--port', '8787', '--credit-usd', '0'])).next.at(-1)).toEqual(CREDIT);
    expect((await told(['--port', '8787', '--credit-usd', '5'])).next).not.toContainEqual(CREDIT);
  });
});

describe('with a database elsewhere', () => {
  const DATABASE = 'postgres://ann:p%40ss$w%23rd!@db.internal:5432/gateway?sslmode=require&application_name=gw';

  test('a secret is made once and stays, and every reader reads the address as it is', async () => {
    const { home, cwd, file } = serverFolder();
    const args = ['--database-url', '-', '--json'];
    const first = JSON.parse((await init(args, { home, cwd, stdin: DATABASE })).stdout);
    expect(first).toMatchObject({ added: ['DATABASE_URL', 'GATEWAY_SECRET'], variables: { DATABASE_URL: '…' } });
    const text = readFileSync(file, 'utf8');
    const { GATEWAY_SECRET } = dotenv.parse(text);
    expect(GATEWAY_SECRET).toMatch(/^[0-9a-f]{64}$/);
    expect(dotenv.parse(text).DATABASE_URL).toBe(DATABASE);
    expect(parseEnv(text).DATABASE_URL).toBe(DATABASE);
    expect(execFileSync('bash', ['-c', '. ./.env; printf %s "$DATABASE_URL"'], { cwd, encoding: 'utf8' })).toBe(
      DATABASE,
    );

    const second = JSON.parse((await init(args, { home, cwd, stdin: DATABASE })).stdout);
    expect(second).toMatchObject({ added: [], updated: [], unchanged: ['DATABASE_URL'], backup: null });
    expect(readFileSync(file, 'utf8')).toBe(text);
    await init(['--database-url', '-'], { home, cwd, stdin: 'postgresql://other/db' });
    expect(dotenv.parse(readFileSync(file, 'utf8'))).toEqual({ DATABASE_URL: 'postgresql://other/db', GATEWAY_SECRET });
  });

  test('a secret in the shell is left to the shell', async () => {
    const { home, cwd } = serverFolder();
    const env = { GATEWAY_SECRET: 'x'.repeat(40), DB: DATABASE };
    const { stdout } = await init(['--database-url', 'env:DB', '--json'], { home, cwd, env });
    expect(JSON.parse(stdout).added).toEqual(['DATABASE_URL']);
  });
});

describe('a file that is there', () => {
  const BEFORE = '# our server\r\nexport GATEWAY_PORT = "9000" # old\r\nOTHER=\'a b\'\r\nLLM_OPENAI_API_KEY=old';

  test('keeps its comments, its order and everything that is not the server’s; env undo brings it back', async () => {
    const { home, cwd, file } = serverFolder();
    writeFileSync(file, BEFORE, { mode: 0o640 });
    const args = ['--port', '8788', '--provider-key', 'openai=env:K', '--json'];
    const { stdout } = await init(args, { home, cwd, env: { K: 'sk-new' } });
    expect(JSON.parse(stdout)).toMatchObject({
      updated: ['GATEWAY_PORT', 'LLM_OPENAI_API_KEY'],
      backup: expect.stringContaining(join(home, '.gateway')),
      next: [
        { command: 'gateway serve' },
        { command: 'gateway login --api-url http://127.0.0.1:8788' },
        { command: 'gateway topup --amount 5' },
      ],
    });
    expect(readFileSync(file, 'utf8')).toBe(
      "# our server\r\nexport GATEWAY_PORT=8788 # old\r\nOTHER='a b'\r\nLLM_OPENAI_API_KEY=sk-new",
    );
    await runCli(['env', 'undo'], { home, cwd });
    expect(readFileSync(file, 'utf8')).toBe(BEFORE);
  });

  test.skipIf(process.platform === 'win32')('is said to be open to others when a secret goes into it', async () => {
    const { home, cwd, file } = serverFolder();
    writeFileSync(file, 'A=1\n', { mode: 0o644 });
    const secret = ['--provider-key', 'openai=env:K', '--json'];
    const warned = async (args: string[]) =>
      JSON.parse((await init(args, { home, cwd, env: { K: 'sk-new', LLM_ACME_API_KEY: 'sk-acme' } })).stdout).warnings;
    const told = [`Other users of this machine may read ${file}, which holds secrets (mode 0644): chmod 600 it.`];
    expect(await warned(['--port', '1', '--json'])).toEqual([]);
    expect(await warned([...secret, '--dry-run'])).toEqual(told);
    expect(await warned(secret)).toEqual(told);
    // also later, when what is written is no secret
    expect(await warned(['--port', '2', '--json'])).toEqual(told);
    expect(statSync(file).mode & 0o777).toBe(0o644);
    chmodSync(file, 0o600);
    expect(await warned(secret)).toEqual([]);
  });

  test('is ignored by git from then on, and refused when git tracks it', async () => {
    const { home, cwd, file } = serverFolder();
    execFileSync('git', ['init', '-q'], { cwd });
    expect(JSON.parse((await init(['--yes', '--json'], { home, cwd })).stdout)).toMatchObject({
      added: ['GATEWAY_HOST', 'GATEWAY_PORT'],
      gitignored: true,
    });
    execFileSync('git', ['add', '-f', '.env'], { cwd });
    const before = readFileSync(file, 'utf8');
    const refused = await init(['--port', '1', '--json'], { home, cwd });
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(failure(refused)).toMatchObject({ code: 'unsafe_write', hint: expect.stringContaining('git rm --cached') });
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('with --dry-run is told, its secrets hidden, and not written', async () => {
    const { home, cwd } = serverFolder();
    const args = ['--port', '8788', '--provider-key', 'anthropic=env:K', '--dry-run'];
    const { stdout } = await init(args, { home, cwd, env: { K: 'sk-secret-of-provider' } });
    expect(stdout).toContain('  + GATEWAY_PORT=8788\n  + LLM_ANTHROPIC_API_KEY=…\n');
    expect(stdout).toContain('would be written');
    expect(readdirSync(cwd)).toEqual([]);
    expect(readdirSync(home)).toEqual(['srv']);
  });
});

test('without a terminal and without flags it says which to give, and writes nothing', async () => {
  const { home, cwd } = serverFolder();
  const result = await init(['--json'], { home, cwd });
  expect(failure(result)).toMatchObject({ code: 'input_required', next: [{ command: 'gateway init --yes' }] });
  expect(readdirSync(cwd)).toEqual([]);
});

test('a variable of the shell that goes before the file is told', async () => {
  const { home, cwd } = serverFolder();
  const { stdout } = await init(['--port', '8788', '--json'], {
    home,
    cwd,
    env: { GATEWAY_PORT: '9', LLM_ACME_API_KEY: 'sk-acme' },
  });
  expect(JSON.parse(stdout).warnings).toEqual([expect.stringContaining('GATEWAY_PORT')]);
});

test.each([
  [['--provider-key', 'openai=sk-secret-in-argv']],
  [['--provider-key', 'sk-secret-in-argv']],
  [['--database-url', 'postgres://ann:secret-in-argv@db/x']],
  [['--provider-key', 'openai=-', '--database-url', '-']],
  [['--provider-key', 'Open_AI=-']],
  [['--provider-url', 'acme=ftp://x']],
  [['--port', '65536']],
  [['--data-dir', "it's"]],
])('%j is refused, no secret is repeated and nothing is written', async (args) => {
  const { home, cwd } = serverFolder();
  const result = await init([...args, '--json'], { home, cwd, stdin: 'sk-from-stdin' });
  expect(result).toMatchObject({ exitCode: 1, stdout: '' });
  expect(failure(result)).toMatchObject({ code: 'usage' });
  expect(result.stderr).not.toContain('secret-in-argv');
  expect(readdirSync(cwd)).toEqual([]);
});
