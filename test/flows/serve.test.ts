import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BIN, startGateway, stopGateways } from '../helpers/gateway.ts';
import { createDatabase } from '../helpers/postgres.ts';
import { asProvider, fixture, startUpstream, type Upstream } from '../helpers/upstream.ts';

const SECRET = 'a-secret-for-tests-that-is-long-enough';
let folder: string;
let upstream: Upstream;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-serve-'));
  upstream = await startUpstream();
});
afterAll(async () => {
  await stopGateways();
  await upstream.close();
  rmSync(folder, { recursive: true, force: true });
});

/** `gateway serve --json` that must not start: what it printed and how it ended. */
async function refused(env: Record<string, string>, options: { uid?: number } = {}) {
  const child = spawn(process.execPath, [BIN, 'serve', '--json'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, GATEWAY_PORT: '0', LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  const line = err.trimEnd().split('\n').at(-1)!;
  return {
    code,
    out,
    error: (JSON.parse(line) as { error: { code: string; message: string; hint: string; exit_code: number } }).error,
  };
}

describe('a start that cannot be is refused with what to do, and nothing is changed', () => {
  test('a taken port', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const port = (taken.address() as AddressInfo).port;
    const dataDir = join(folder, 'port');
    const { code, out, error } = await refused({ GATEWAY_PORT: String(port), GATEWAY_DATA_DIR: dataDir });
    taken.close();
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(error).toMatchObject({
      code: 'port_in_use',
      message: expect.stringContaining(String(port)),
      hint: expect.stringContaining('--port'),
    });
    expect(existsSync(dataDir)).toBe(false);
  });

  test('wrong values, all of them in one message', async () => {
    const { code, error } = await refused({
      GATEWAY_PORT: '99999',
      DATABASE_URL: 'mysql://x',
      SMTP_URL: 'nonsense',
      LLM_OPENAI_BASE_URL: 'ftp://x',
    });
    expect(code).toBe(1);
    expect(error.code).toBe('config_invalid');
    for (const name of ['GATEWAY_PORT', 'DATABASE_URL', 'SMTP_URL', 'LLM_OPENAI_BASE_URL', 'GATEWAY_SECRET'])
      expect(error.message).toContain(name);
  });

  test('a DATABASE_URL where nobody answers, its password kept out of the message', async () => {
    const dataDir = join(folder, 'nobody');
    const { code, error } = await refused({
      DATABASE_URL: 'postgres://someone:hunter2@127.0.0.1:1/x',
      GATEWAY_SECRET: SECRET,
      GATEWAY_DATA_DIR: dataDir,
    });
    expect(code).toBe(1);
    expect(error).toMatchObject({ code: 'database_unreachable', hint: expect.stringContaining('DATABASE_URL') });
    expect(JSON.stringify(error)).not.toContain('hunter2');
    expect(existsSync(dataDir)).toBe(false);
  });

  test('a database of a newer version, which stays as it is', async () => {
    const url = await createDatabase();
    const gateway = await startGateway({ env: { DATABASE_URL: url, GATEWAY_SECRET: SECRET } });
    await gateway.stop();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query('insert into gateway_migrations (hash, created_at) values ($1, $2)', [
      'of-the-future',
      Date.now() + 1e12,
    ]);
    const migrations = async () => (await client.query('select hash from gateway_migrations order by id')).rows;
    const before = await migrations();
    const { code, error } = await refused({ DATABASE_URL: url, GATEWAY_SECRET: SECRET });
    expect(code).toBe(1);
    expect(error.code).toBe('database_newer');
    expect(await migrations()).toEqual(before);
    await client.end();
  });

  test('a data folder that another gateway uses', async () => {
    const gateway = await startGateway();
    const { code, error } = await refused({ GATEWAY_DATA_DIR: join(gateway.dataDir, 'server') });
    expect(code).toBe(1);
    expect(error.code).toBe('data_dir_in_use');
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  });

  test('a data folder that may not be written to', async () => {
    // As another user, since root may write anywhere.
    const { code, error } = await refused({ GATEWAY_DATA_DIR: join(folder, 'forbidden') }, { uid: 65_534 });
    expect(code).toBe(1);
    expect(error).toMatchObject({ code: 'config_invalid', hint: expect.stringContaining('GATEWAY_DATA_DIR') });
  });

  test('a data folder whose secret is damaged', async () => {
    const dataDir = mkdtempSync(join(folder, 'secret-'));
    writeFileSync(join(dataDir, 'secret'), 'short\n');
    const { code, error } = await refused({ GATEWAY_DATA_DIR: dataDir });
    expect(code).toBe(1);
    expect(error).toMatchObject({ code: 'config_invalid', hint: expect.stringContaining('GATEWAY_SECRET') });
    expect(readdirSync(dataDir).filter((name) => !name.endsWith('.lock'))).toEqual(['secret']);
  });
});

test('a server on a new machine makes everything itself, and finds it again after a restart', async () => {
  const first = await startGateway({ fresh: true, credit: '7' });
  expect((await first.api('GET', '/api/v1/balance')).body.balance_usd).toBe('7.00');
  await first.stop();
  const second = await startGateway({ dataDir: first.dataDir, key: first.key, credit: '9' });
  expect((await second.api('GET', '/api/v1/balance')).body.balance_usd).toBe('7.00');
});

test('SIGTERM lets a running stream finish, books it, and ends with 0', async () => {
  const gateway = await startGateway({ providers: { openai: `${upstream.url}/v1` } });
  const whole = fixture('openai/chat.stream.txt');
  let finish = () => {};
  upstream.respond = (_seen, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(whole.subarray(0, 1500));
    finish = () => response.end(whole.subarray(1500));
  };
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}` },
    body: JSON.stringify({ model: 'gpt-4o-mini', stream: true, messages: [{ role: 'user', content: 'hi' }] }),
  });
  const ended = gateway.stop();
  await gateway.logged(/draining/);
  await expect(fetch(`${gateway.url}/healthz`)).rejects.toThrow();
  finish();
  expect(await response.text()).toContain('[DONE]');
  expect(await ended).toBe(0);
  const again = await startGateway({ dataDir: gateway.dataDir, key: gateway.key });
  expect((await again.api('GET', '/api/v1/usage')).body.total_requests).toBe(1);
});

describe('with the database down', () => {
  test('a key that is known goes on working, nobody gets 401, and the records catch up', async () => {
    const url = await createDatabase();
    const gateway = await startGateway({
      env: { DATABASE_URL: url, GATEWAY_SECRET: SECRET },
      providers: { openai: `${upstream.url}/v1` },
    });
    upstream.respond = asProvider;
    const ask = () =>
      fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${gateway.key}` },
        body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] }),
      }).then((response) => response.status);
    expect(await ask()).toBe(200);
    const name = new URL(url).pathname.slice(1);
    const admin = new pg.Client({ connectionString: url.replace(/\/[^/]+$/, '/postgres') });
    await admin.connect();
    await admin.query(`alter database ${name} allow_connections false`);
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    const down = await Promise.all(Array.from({ length: 20 }, ask));
    await gateway.logged(/usage records wait in the journal/);
    expect(new Set(down)).toEqual(new Set([200]));
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
    await admin.query(`alter database ${name} allow_connections true`);
    await admin.end();
    await gateway.logged(/the store takes usage records again/);
    expect((await gateway.api('GET', '/api/v1/usage')).body.total_requests).toBe(21);
  });
});
