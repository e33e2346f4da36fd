import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { generateApiKey } from '../../shared/api-key.ts';
import { failure, forgetHomes, runCli, startCli, tempHome } from '../helpers/cli.ts';
import { credentialsPath, stored, storeLogin } from '../helpers/credentials.ts';
import { type Answer, closeFakes, failed, fakeGateway, inTurn, json, keyReply, ME } from '../helpers/fake-gateway.ts';
import { oauthError, TOKENS } from '../helpers/fake-issuer.ts';

const BALANCE = { balance_usd: '4.20', currency: 'USD' };
const LONG_AGO = { expires_at: 1, access_token: 'old', refresh_token: 'refresh-1' };

interface Lead {
  args?: string[];
  env?: Record<string, string>;
  project?: string;
}

afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

/** Each refresh token works once, as issuers that rotate them have it; a second use is a theft. */
function rotating(slowMs = 0): Answer {
  let current = 1;
  return (request, response) => {
    if (request.fields.refresh_token !== `refresh-${current}`) return oauthError('invalid_grant')(request, response);
    current++;
    setTimeout(
      () =>
        json({ ...TOKENS, access_token: `access-${current}`, refresh_token: `refresh-${current}` })(request, response),
      slowMs,
    );
  };
}

const byToken: Answer = (request, response) =>
  (request.headers.authorization === 'Bearer access-2' ? json(BALANCE) : failed(401, 'invalid_token', 'Not this one.'))(
    request,
    response,
  );

describe.concurrent('an expired access token', () => {
  test('is renewed once although twenty commands start with it at the same time', async () => {
    const server = await fakeGateway({ 'GET /api/v1/balance': byToken, 'POST /token': rotating(200) });
    const home = tempHome();
    storeLogin(home, server.url, LONG_AGO);
    const results = await Promise.all(Array.from({ length: 20 }, () => runCli(['balance', '--json'], { home })));
    expect(results.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(
      results.map(() => ({ exitCode: 0, stderr: '' })),
    );
    expect(server.to('/token')).toHaveLength(1);
    expect(server.to('/token')[0]!.fields).toMatchObject({
      grant_type: 'refresh_token',
      resource: `${server.url}/api/v1`,
    });
    expect(stored(home).profiles.default).toMatchObject({ access_token: 'access-2', refresh_token: 'refresh-2' });
    expect(statSync(credentialsPath(home)).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(credentialsPath(home)))).toEqual(['credentials.json']);
  });

  test('whose refresh token is refused asks to sign in again, and does not ask the issuer twice', async () => {
    const server = await fakeGateway({ 'POST /token': oauthError('invalid_grant') });
    const home = tempHome();
    storeLogin(home, server.url, LONG_AGO);
    for (let i = 0; i < 2; i++)
      expect(failure(await runCli(['balance', '--json'], { home }))).toMatchObject({
        code: 'invalid_token',
        exit_code: 1,
        hint: expect.stringContaining('gateway login'),
      });
    expect(server.to('/token')).toHaveLength(1);
  });

  test('stays refreshable when the issuer fails', async () => {
    const server = await fakeGateway({
      'GET /api/v1/balance': byToken,
      'POST /token': inTurn(failed(503, 'service_unavailable', 'Later.'), rotating()),
    });
    const home = tempHome();
    storeLogin(home, server.url, LONG_AGO);
    expect((await runCli(['balance', '--json'], { home })).exitCode).toBe(3);
    expect((await runCli(['balance', '--json'], { home })).exitCode).toBe(0);
  });

  test('is not cut in two by Ctrl-C: the new tokens are stored before the command ends', async () => {
    const server = await fakeGateway({ 'GET /api/v1/balance': byToken, 'POST /token': rotating(500) });
    const home = tempHome();
    storeLogin(home, server.url, LONG_AGO);
    const running = startCli(['balance', '--json'], { home });
    while (server.to('/token').length === 0) await new Promise((resolve) => setImmediate(resolve));
    running.child.kill('SIGINT');
    expect((await running.done).exitCode).toBe(130);
    expect(stored(home).profiles.default).toMatchObject({ refresh_token: 'refresh-2' });
  });
});

test('a token that the server refuses before its time is renewed once', async () => {
  const server = await fakeGateway({ 'GET /api/v1/balance': byToken, 'POST /token': rotating() });
  const home = tempHome();
  storeLogin(home, server.url, { access_token: 'revoked', refresh_token: 'refresh-1' });
  expect((await runCli(['balance', '--json'], { home })).stdout).toBe('{"balance_usd":"4.20","currency":"USD"}\n');
});

describe.concurrent('a credentials file', () => {
  test.each([
    ['is no JSON', '{"version":1,"profi'],
    ['is empty', ''],
    ['has another shape', '{"version":1,"profiles":{"default":{"type":"oidc"}}}'],
    ['is of a version to come', '{"version":2,"profiles":{}}'],
  ])('that %s is named and left as it is', async (_case, text) => {
    const home = tempHome();
    mkdirSync(join(home, '.gateway'), { mode: 0o700 });
    writeFileSync(credentialsPath(home), text);
    for (const args of [['balance'], ['login', '--start'], ['logout'], ['keys', 'create', '--name', 'x']]) {
      const result = await runCli([...args, '--json'], { home, env: { GATEWAY_API_URL: 'http://127.0.0.1:1' } });
      expect(failure(result)).toMatchObject({
        code: 'credentials_corrupt',
        exit_code: 1,
        message: expect.stringContaining(credentialsPath(home)),
      });
    }
    expect(readFileSync(credentialsPath(home), 'utf8')).toBe(text);
  });

  test.each([
    ['is damaged', (path: string) => writeFileSync(path, 'damaged')],
    ['cannot be read', (path: string) => mkdirSync(path)],
  ])('that %s does not stop what GATEWAY_API_KEY is enough for, and is told once', async (_case, spoil) => {
    const server = await fakeGateway({
      'GET /api/v1/me': json(ME),
      'GET /api/v1/balance': json(BALANCE),
      'POST /api/v1/me/keys': json({ ...keyReply(), raw: 'sk-gw-raw' }, 201),
      'GET /v1/models': json({ object: 'list', data: [], has_more: false, first_id: null, last_id: null }),
    });
    const home = tempHome();
    mkdirSync(join(home, '.gateway'), { mode: 0o700 });
    spoil(credentialsPath(home));
    const env = { GATEWAY_API_URL: server.url, GATEWAY_API_KEY: 'sk-gw-env' };
    expect(await runCli(['balance'], { home, env })).toMatchObject({ exitCode: 0, stdout: '4.20 USD\n', stderr: '' });
    expect((await runCli(['env'], { home, env })).exitCode).toBe(0);
    const who = await runCli(['whoami'], { home, env });
    expect(who.stderr.split(credentialsPath(home))).toHaveLength(2);
    const { warnings } = JSON.parse((await runCli(['whoami', '--json'], { home, env })).stdout);
    expect(warnings).toEqual([expect.stringContaining(credentialsPath(home))]);
    // without an address the file would have been asked for one
    const unnamed = await runCli(['env'], { home, env: { GATEWAY_API_KEY: 'sk-gw-env' } });
    expect(unnamed).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('warning:') });
    expect((await runCli(['keys', 'create', '--name', 'x', '--json'], { home, env })).exitCode).toBe(0);
    const models = await runCli(['models'], { home, env: { GATEWAY_API_URL: server.url } });
    expect(models).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('warning:') });
  });

  test('that is damaged is moved aside by logout --all, not deleted', async () => {
    const home = tempHome();
    mkdirSync(join(home, '.gateway'), { mode: 0o700 });
    writeFileSync(credentialsPath(home), 'damaged');
    const { stdout } = await runCli(['logout', '--all', '--yes', '--json'], { home });
    const { moved_aside } = JSON.parse(stdout);
    expect(readFileSync(moved_aside, 'utf8')).toBe('damaged');
    expect((await runCli(['auth', 'status', '--json'], { home })).exitCode).toBe(0);
  });

  test('in a folder that cannot be written is a file_error that names it, and changes nothing', async () => {
    const server = await fakeGateway({ 'GET /api/v1/me': json(ME) });
    const home = tempHome();
    // a file where the folder should be: root may write to a read-only folder, but not into a file
    writeFileSync(join(home, 'file'), '');
    const env = { GATEWAY_API_URL: server.url, GATEWAY_CONFIG_DIR: join(home, 'file', 'config') };
    const result = await runCli(['login', '--with-key', '-', '--json'], { home, env, stdin: 'sk-gw-x' });
    expect(failure(result)).toMatchObject({
      code: 'file_error',
      message: expect.stringContaining(env.GATEWAY_CONFIG_DIR),
      exit_code: 1,
    });
  });

  test('leaves the mode of a folder that GATEWAY_CONFIG_DIR names, and is for its owner only all the same', async () => {
    const server = await fakeGateway({ 'GET /api/v1/me': json(ME) });
    const home = tempHome();
    const folder = join(home, 'shared');
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    await runCli(['login', '--with-key', '-', '--json'], {
      home,
      env: { GATEWAY_API_URL: server.url, GATEWAY_CONFIG_DIR: folder },
      stdin: 'sk-gw-x',
    });
    expect(statSync(folder).mode & 0o777).toBe(0o755);
    expect(statSync(join(folder, 'credentials.json')).mode & 0o777).toBe(0o600);
  });

  test('loses nothing when twenty commands write to it at once', async () => {
    let made = 0;
    const server = await fakeGateway({ 'GET /api/v1/me': json(ME) });
    const home = tempHome();
    const env = { GATEWAY_API_URL: server.url };
    const login = () =>
      runCli(['login', '--with-key', '-', '--profile', `p${made++}`, '--json'], { home, env, stdin: 'sk-gw-x' });
    await Promise.all(Array.from({ length: 20 }, login));
    expect(Object.keys(stored(home).profiles)).toHaveLength(20);
  });
});

describe.concurrent('a credential', () => {
  test('in GATEWAY_API_KEY goes before a login, and whoami says so', async () => {
    const server = await fakeGateway({ 'GET /api/v1/me': json(ME) });
    const home = tempHome();
    storeLogin(home, server.url);
    const { stdout } = await runCli(['whoami', '--json'], { home, env: { GATEWAY_API_KEY: 'sk-gw-env' } });
    expect(server.seen[0]!.headers.authorization).toBe('Bearer sk-gw-env');
    expect(JSON.parse(stdout)).toMatchObject({
      auth: { method: 'api_key', source: 'environment', storage: 'environment' },
      warnings: [expect.stringContaining('GATEWAY_API_KEY')],
    });
  });

  test.each([
    ['--api-url', (url: string) => ({ args: ['--api-url', url] })],
    ['GATEWAY_API_URL', (url: string) => ({ env: { GATEWAY_API_URL: url } })],
    ['a project', (url: string) => ({ project: url })],
  ])('is sent only to the server that it was issued for, not where %s leads', async (_what, lead) => {
    const own = await fakeGateway({ '*': json({ ...TOKENS, ...ME }) });
    const other = await fakeGateway({ '*': json({ ...BALANCE, ...TOKENS }) });
    const { args = [], env, project } = lead(other.url) as Lead;
    for (const login of ['fresh', 'expired', 'key'] as const) {
      const home = tempHome();
      if (login === 'key')
        await runCli(['login', '--with-key', '-', '--api-url', own.url], { home, stdin: 'sk-gw-stored' });
      else storeLogin(home, own.url, login === 'expired' ? LONG_AGO : {});
      if (project) writeFileSync(join(home, '.gateway.json'), JSON.stringify({ api_url: project }));
      const commands = ['balance', 'whoami', 'auth token', 'keys list', 'env'];
      const ended = commands.map((command) => runCli([...command.split(' '), ...args, '--json'], { home, env }));
      const codes = (await Promise.all(ended)).map((result) => failure(result).code);
      expect(codes).toEqual(['wrong_server', 'wrong_server', 'wrong_server', 'wrong_server', 'no_api_key']);
    }
    expect(other.seen).toEqual([]);
    expect(own.to('/token')).toEqual([]);
  });

  test('that renews a login goes to the issuer that gave it alone, whatever redirects there are', async () => {
    const other = await fakeGateway({ '*': json({ ...TOKENS, access_token: 'stolen' }) });
    const elsewhere: Answer = ({ path }, response) =>
      void response.writeHead(307, { location: `${other.url}${path}` }).end();
    const server = await fakeGateway({ 'POST /token': elsewhere, 'POST /revoke': elsewhere });
    const home = tempHome();
    storeLogin(home, server.url, LONG_AGO);
    expect((await runCli(['balance', '--json'], { home })).exitCode).toBe(3);
    expect(stored(home).profiles.default).toMatchObject({ refresh_token: 'refresh-1' });
    expect(JSON.parse((await runCli(['logout', '--json'], { home })).stdout).revoked).toBe(false);
    expect(server.to('/token').length).toBeGreaterThan(0);
    expect(server.to('/revoke')).toHaveLength(2);
    expect(other.seen).toEqual([]);
  });

  test('in GATEWAY_API_KEY is not sent to a server that only a project names', async () => {
    const server = await fakeGateway({ '*': json(BALANCE) });
    const home = tempHome();
    writeFileSync(join(home, '.gateway.json'), JSON.stringify({ api_url: server.url }));
    const env = { GATEWAY_API_KEY: 'sk-gw-env' };
    expect(failure(await runCli(['balance', '--json'], { home, env })).code).toBe('wrong_server');
    expect(server.seen).toEqual([]);
    expect((await runCli(['balance', '--json'], { home, env: { ...env, GATEWAY_API_URL: server.url } })).exitCode).toBe(
      0,
    );
  });

  test.each([
    ['--key', ['test', '--key', '-']],
    ['--key', ['api', '/api/v1/me', '--key', '-']],
    ['--with-key', ['login', '--with-key', '-']],
  ])('of %s is not read for a server that only a project names: %j', async (flag, args) => {
    const server = await fakeGateway({ '*': json(BALANCE) });
    const home = tempHome();
    writeFileSync(join(home, '.gateway.json'), JSON.stringify({ api_url: server.url }));
    const refused = failure(await runCli([...args, '--json'], { home, stdin: 'sk-gw-given' }));
    expect(refused).toMatchObject({ code: 'wrong_server', message: expect.stringContaining(flag) });
    expect(refused.hint).toContain(`GATEWAY_API_URL=${server.url}`);
    expect(server.seen).toEqual([]);
    expect(existsSync(credentialsPath(home))).toBe(false);
    await runCli([...args, '--json', '--api-url', server.url], { home, stdin: 'sk-gw-given' });
    expect(server.seen[0]!.headers.authorization).toBe('Bearer sk-gw-given');
  });

  test('does not follow a redirect to another server', async () => {
    const other = await fakeGateway({ '*': json(BALANCE) });
    const server = await fakeGateway({
      '*': (_request, response) => void response.writeHead(307, { location: `${other.url}/api/v1/balance` }).end(),
    });
    const result = await runCli(['balance', '--json'], {
      env: { GATEWAY_API_URL: server.url, GATEWAY_API_KEY: 'sk-gw-env' },
    });
    expect(failure(result)).toMatchObject({
      code: 'bad_response',
      exit_code: 3,
      http_status: 307,
      message: expect.stringContaining(other.url),
    });
    expect(other.seen).toEqual([]);
  });

  test("that is a person's is used for what no key can do, also when GATEWAY_API_KEY is set", async () => {
    const topup = {
      checkout_url: 'http://127.0.0.1/pay',
      session_id: 'top_1',
      amount_usd: '5.00',
      fees: null,
      status: 'open',
      expires_at: 1,
    };
    const server = await fakeGateway({ 'POST /api/v1/topup': json(topup, 201) });
    const home = tempHome();
    storeLogin(home, server.url);
    const { stdout } = await runCli(['topup', '--amount', '5', '--json'], {
      home,
      env: { GATEWAY_API_KEY: 'sk-gw-env' },
    });
    expect(JSON.parse(stdout)).toEqual(topup);
    expect(server.seen[0]!.headers).toMatchObject({
      authorization: 'Bearer access-1',
      'idempotency-key': expect.stringMatching(/.{20}/),
    });
  });
});

test('a created key whose answer was lost is asked for again with the same Idempotency-Key', async () => {
  const server = await fakeGateway({
    'POST /api/v1/me/keys': inTurn(
      (_request, response) => void response.destroy(),
      json({ ...keyReply(), raw: 'sk-gw-raw' }, 201),
    ),
  });
  const { exitCode } = await runCli(['keys', 'create', '--name', 'ci', '--json'], {
    env: { GATEWAY_API_URL: server.url, GATEWAY_API_KEY: 'sk-gw-env' },
  });
  expect(exitCode).toBe(0);
  const [first, second] = server.seen.map(({ headers }) => headers['idempotency-key']);
  expect(first).toBe(second);
});

test.concurrent('a lock that another command holds is waited for no longer than --timeout, and the failure may be repeated', async () => {
  const home = realpathSync(tempHome());
  const own = join(home, '.gateway');
  const ofFolder = createHash('sha256').update(home).digest('hex').slice(0, 24);
  for (const lock of ['credentials.json.lock', 'config.json.lock', join('env', 'locks', ofFolder)])
    mkdirSync(join(own, lock), { recursive: true });
  const env = { GATEWAY_API_URL: 'http://127.0.0.1:9', GATEWAY_API_KEY: generateApiKey() };
  const commands = [
    ['login', '--with-key', '-'],
    ['config', 'set', 'project', 'prj_1'],
    ['env', 'write', '.env'],
  ];
  const began = Date.now();
  const ended = await Promise.all(
    commands.map((args) => runCli([...args, '--timeout', '1', '--json'], { home, env, stdin: env.GATEWAY_API_KEY })),
  );
  expect(Date.now() - began).toBeLessThan(10_000);
  for (const result of ended)
    expect(failure(result)).toMatchObject({
      code: 'locked',
      retryable: true,
      hint: expect.stringContaining('--timeout'),
      message: expect.stringContaining(home),
    });
});
