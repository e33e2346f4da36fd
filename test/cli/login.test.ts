import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { failure, forgetHomes, runCli, startCli, tempHome } from '../helpers/cli.ts';
import { credentialsPath, stored } from '../helpers/credentials.ts';
import { type Answer, closeFakes, failed, hangUp, json, ME, page } from '../helpers/fake-gateway.ts';
import { fakeIssuer, oauthError, TOKENS } from '../helpers/fake-issuer.ts';

const PENDING = oauthError('authorization_pending');
const USER = { id: ME.id, display_name: ME.display_name, email: ME.email };
const KEY = 'sk-gw-testtesttesttesttesttesttesttesttest';

afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

const login = (url: string, home: string, ...args: string[]) =>
  runCli(['login', ...args, '--json'], { home, env: { GATEWAY_API_URL: url } });

describe.concurrent('login --no-browser', () => {
  test('tells what to approve on one line and who signed in on the next, and stores it for its owner only', async () => {
    const issuer = await fakeIssuer({ token: [PENDING, json(TOKENS)] });
    const home = tempHome();
    const { exitCode, stdout, stderr } = await login(issuer.url, home, '--no-browser');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const [asked, result] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(asked).toEqual({
      event: 'authorization_required',
      verification_uri: `${issuer.url}/approve`,
      verification_uri_complete: `${issuer.url}/approve?user_code=WDJB-MJHT`,
      user_code: 'WDJB-MJHT',
      expires_at: expect.stringMatching(/^\d{4}-.*Z$/),
      interval: 0.02,
    });
    expect(result).toEqual({ event: 'result', logged_in: true, user: USER });
    expect(statSync(credentialsPath(home)).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(credentialsPath(home))).mode & 0o777).toBe(0o700);
    expect(stored(home).profiles.default).toMatchObject({
      type: 'oidc',
      api_url: issuer.url,
      access_token: 'access-1',
      refresh_token: 'refresh-1',
    });
  });

  test('asks for the scopes and the audience that the server names', async () => {
    const issuer = await fakeIssuer({ token: [json(TOKENS)] });
    await login(issuer.url, tempHome(), '--no-browser');
    expect(issuer.to('/device')[0]!.fields).toMatchObject({
      client_id: 'gateway-cli',
      scope: 'api offline_access',
      resource: `${issuer.url}/api/v1`,
      audience: `${issuer.url}/api/v1`,
    });
    expect(issuer.to('/token')[0]!.fields).toMatchObject({
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: 'device-1',
    });
    expect(issuer.to('/api/v1/me')[0]!.headers.authorization).toBe('Bearer access-1');
    // the page where a person approves shows what asked
    expect(issuer.to('/device')[0]!.headers['user-agent']).toMatch(/^gateway-cli\/\d+\.\d+\.\d+ \(\w+; [^()]+\)$/);
  });

  test('ends well although polls are dropped, answered with 500, web pages, half an answer and 429', async () => {
    const half = (_request: unknown, response: import('node:http').ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
      response.write('{"access_');
      setTimeout(() => response.destroy(), 20);
    };
    const issuer = await fakeIssuer({
      interval: 0.01,
      token: [
        hangUp,
        failed(500, 'internal_error', 'oops'),
        page(502),
        PENDING,
        half,
        page(429, { 'retry-after': '0' }),
        page(200),
        hangUp,
        PENDING,
        json(TOKENS),
      ],
    });
    const { exitCode, stdout } = await login(issuer.url, tempHome(), '--no-browser');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1)!)).toMatchObject({ logged_in: true });
    expect(new Set(issuer.to('/token').map(({ fields }) => fields.device_code))).toEqual(new Set(['device-1']));
  });

  test('waits as long as Retry-After says', async () => {
    const issuer = await fakeIssuer({ token: [page(429, { 'retry-after': '2' }), json(TOKENS)] });
    await login(issuer.url, tempHome(), '--no-browser');
    const [first, second] = issuer.to('/token');
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(1_900);
  });

  test('polls five seconds slower once it is told to slow down', async () => {
    const issuer = await fakeIssuer({ token: [oauthError('slow_down'), json(TOKENS)] });
    await login(issuer.url, tempHome(), '--no-browser');
    const [first, second] = issuer.to('/token');
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(4_900);
  });

  test.each([
    ['was denied', 'access_denied', 'login_denied'],
    ['has expired', 'expired_token', 'login_expired'],
    ['is forgotten by the issuer', 'invalid_grant', 'login_expired'],
  ])('ends with 3 when it %s', async (_case, answer, code) => {
    const issuer = await fakeIssuer({ token: [PENDING, oauthError(answer)] });
    const home = tempHome();
    const result = await login(issuer.url, home, '--no-browser');
    expect(result.exitCode).toBe(3);
    expect(failure(result).code).toBe(code);
    expect(existsSync(credentialsPath(home))).toBe(false);
  });

  test('gives up when the code has expired while nobody answered', async () => {
    const issuer = await fakeIssuer({ token: [hangUp], expiresIn: 1, interval: 0.1 });
    const result = await login(issuer.url, tempHome(), '--no-browser');
    expect(failure(result)).toMatchObject({ code: 'login_expired', exit_code: 3 });
  });

  test('ends at once on what the issuer refuses for good', async () => {
    const issuer = await fakeIssuer({ token: [oauthError('unauthorized_client', 401)] });
    expect(failure(await login(issuer.url, tempHome(), '--no-browser'))).toMatchObject({
      code: 'unauthorized_client',
      http_status: 401,
    });
    expect(issuer.to('/token')).toHaveLength(1);
  });

  test.each([
    ['SIGINT', 130, 'interrupted'],
    ['SIGTERM', 143, 'terminated'],
  ] as const)('ends with its own code on %s while it waits', async (signal, exitCode, code) => {
    const issuer = await fakeIssuer({ token: [PENDING] });
    const running = startCli(['login', '--no-browser', '--json'], { env: { GATEWAY_API_URL: issuer.url } });
    await running.said(/authorization_required/);
    running.child.kill(signal);
    const result = await running.done;
    expect(result.exitCode).toBe(exitCode);
    expect(failure(result).code).toBe(code);
  });
});

describe.concurrent('login in two steps', () => {
  test('starts, is pending, and completes once approved', async () => {
    const issuer = await fakeIssuer({ token: [PENDING, json(TOKENS)] });
    const home = tempHome();
    const start = await login(issuer.url, home, '--start');
    expect(start.exitCode).toBe(0);
    expect(JSON.parse(start.stdout)).toMatchObject({
      status: 'action_required',
      user_code: 'WDJB-MJHT',
      next: [{ command: 'gateway login --complete' }],
    });
    expect(start.stdout).not.toContain('device-1');
    expect(statSync(credentialsPath(home)).mode & 0o777).toBe(0o600);

    const early = await login(issuer.url, home, '--complete');
    expect(early).toMatchObject({ exitCode: 4, stdout: '' });
    expect(failure(early)).toMatchObject({
      code: 'login_pending',
      retryable: true,
      retry_after_s: 1,
      exit_code: 4,
      next: [{ command: 'gateway login --complete' }],
    });

    const done = await login(issuer.url, home, '--complete');
    expect(JSON.parse(done.stdout)).toEqual({ logged_in: true, user: USER });
    expect(stored(home).pending).toEqual({});
    expect(JSON.parse((await login(issuer.url, home, '--complete')).stdout)).toEqual({ logged_in: true, user: USER });
  });

  test('is what plain login does without a terminal', async () => {
    const issuer = await fakeIssuer({ token: [PENDING] });
    const { stdout, exitCode } = await login(issuer.url, tempHome());
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'action_required' });
  });

  test('waits for the approval as long as --wait says, and the code stays good after that', async () => {
    const issuer = await fakeIssuer({ token: [...Array(6).fill(PENDING), json(TOKENS)], interval: 0.1 });
    const home = tempHome();
    await login(issuer.url, home, '--start');
    expect((await login(issuer.url, home, '--complete', '--wait', '0.2')).exitCode).toBe(4);
    expect((await login(issuer.url, home, '--complete', '--wait', '20')).exitCode).toBe(0);
  });

  test('needs the address neither for the second step nor for the commands after it', async () => {
    const issuer = await fakeIssuer({ token: [json(TOKENS)] });
    const home = tempHome();
    await runCli(['login', '--start', '--json', '--api-url', issuer.url], { home });
    expect((await runCli(['login', '--complete', '--json'], { home })).exitCode).toBe(0);
    expect(JSON.parse((await runCli(['whoami', '--json'], { home })).stdout)).toMatchObject({
      email: ME.email,
      api_url: issuer.url,
    });
  });

  test('shows one code however often it is started, also at once', async () => {
    let codes = 0;
    const issuer = await fakeIssuer({
      token: [PENDING, json(TOKENS)],
      routes: {
        'POST /device': (request, response) => {
          codes++;
          json({
            device_code: `device-${codes}`,
            user_code: `CODE-${codes}`,
            verification_uri: `${issuer.url}/approve`,
            expires_in: 600,
            interval: 0.02,
          })(request, response);
        },
      },
    });
    const home = tempHome();
    const starts = await Promise.all([1, 2, 3].map(() => login(issuer.url, home, '--start')));
    const again = await login(issuer.url, home);
    const shown = [...starts, again].map(({ stdout }) => JSON.parse(stdout).user_code);
    expect(new Set(shown).size).toBe(1);
    expect((await login(issuer.url, home, '--complete', '--wait', '20')).exitCode).toBe(0);
    expect(issuer.to('/token')[0]!.fields.device_code).toBe(shown[0].replace('CODE', 'device'));
  });

  test('starts anew when the code that was started is for another server or about to expire', async () => {
    const home = tempHome();
    const soon = await fakeIssuer({ token: [PENDING], expiresIn: 30 });
    await login(soon.url, home, '--start');
    await login(soon.url, home, '--start');
    expect(soon.to('/device')).toHaveLength(2);
    const other = await fakeIssuer({ token: [PENDING] });
    await login(other.url, home, '--start');
    expect(other.to('/device')).toHaveLength(1);
    expect(failure(await login(soon.url, home, '--complete'))).toMatchObject({
      code: 'wrong_server',
      next: [{ command: 'gateway login --complete' }, { command: `gateway login --start --api-url ${soon.url}` }],
    });
  });

  test('is done for both of two that complete it at once', async () => {
    let given = false;
    const issuer = await fakeIssuer({
      token: [
        (request, response) => {
          // a code is good for one use: the later one is answered when the sooner one has stored the login
          if (!given) {
            given = true;
            return json(TOKENS)(request, response);
          }
          void Promise.race(both).then(() => oauthError('invalid_grant')(request, response));
        },
      ],
    });
    const home = tempHome();
    await login(issuer.url, home, '--start');
    const both = [1, 2].map(() => login(issuer.url, home, '--complete', '--wait', '20'));
    expect((await Promise.all(both)).map(({ stdout }) => stdout)).toEqual(
      Array(2).fill(`${JSON.stringify({ logged_in: true, user: USER })}\n`),
    );
  });

  test('that was never started is a failure with the command that starts it', async () => {
    expect(failure(await login('http://127.0.0.1:1', tempHome(), '--complete'))).toMatchObject({
      code: 'not_logged_in',
      exit_code: 1,
      next: [{ command: 'gateway login --start' }],
    });
  });

  test('forgets the code once it was denied', async () => {
    const issuer = await fakeIssuer({ token: [oauthError('access_denied')] });
    const home = tempHome();
    await login(issuer.url, home, '--start');
    expect(failure(await login(issuer.url, home, '--complete')).code).toBe('login_denied');
    expect(failure(await login(issuer.url, home, '--complete')).code).toBe('not_logged_in');
  });
});

describe.concurrent('login --email', () => {
  const routes = { 'POST /api/v1/auth/email': json({ sent: true, expires_in: 600, delivered: 'mail' }, 202) };

  test('has a code sent, then exchanges it', async () => {
    const issuer = await fakeIssuer({ token: [json(TOKENS)], routes });
    const home = tempHome();
    const sent = await login(issuer.url, home, '--email', 'ann@example.com');
    expect(JSON.parse(sent.stdout)).toMatchObject({ status: 'action_required', email: 'ann@example.com' });
    expect(issuer.to('/api/v1/auth/email')[0]!.fields).toEqual({ email: 'ann@example.com' });
    const done = await login(issuer.url, home, '--email', 'ann@example.com', '--code', '123456');
    expect(JSON.parse(done.stdout)).toEqual({ logged_in: true, user: USER });
    expect(issuer.to('/token')[0]!.fields).toMatchObject({
      grant_type: 'urn:gateway:params:oauth:grant-type:email-code',
      email: 'ann@example.com',
      code: '123456',
      client_id: 'gateway-cli',
    });
  });

  test('says where the code is when the server sends no mail, and does not claim that one was sent', async () => {
    const log = { 'POST /api/v1/auth/email': json({ sent: true, expires_in: 600, delivered: 'log' }, 202) };
    const issuer = await fakeIssuer({ token: [], routes: log });
    const env = { GATEWAY_API_URL: issuer.url };
    const { stdout } = await runCli(['login', '--email', 'ann@example.com'], { env });
    expect(stdout).toContain('whoever runs the server finds the code in its log');
    expect(stdout).not.toContain('was sent');
    expect(JSON.parse((await login(issuer.url, tempHome(), '--email', 'ann@example.com')).stdout)).toMatchObject({
      delivered: 'log',
      next: [{ when: expect.stringContaining('log') }],
    });
  });

  test('says that a code is wrong', async () => {
    const issuer = await fakeIssuer({ token: [oauthError('invalid_grant')], routes });
    expect(failure(await login(issuer.url, tempHome(), '--email', 'ann@example.com', '--code', '0'))).toMatchObject({
      code: 'invalid_token',
      exit_code: 1,
    });
  });

  test('refuses an address that is none before anything is sent', async () => {
    const issuer = await fakeIssuer({ token: [], routes });
    expect(failure(await login(issuer.url, tempHome(), '--email', 'nobody'))).toMatchObject({ code: 'usage' });
    expect(issuer.to('/api/v1/auth/email')).toEqual([]);
  });
});

describe.concurrent('login --with-key', () => {
  test('takes the key from stdin, checks it and uses it from then on', async () => {
    const issuer = await fakeIssuer({ token: [] });
    const home = tempHome();
    const env = { GATEWAY_API_URL: issuer.url };
    const done = await runCli(['login', '--with-key', '-', '--json'], { home, env, stdin: `${KEY}\n` });
    expect(JSON.parse(done.stdout)).toEqual({ logged_in: true, user: USER });
    expect(done.stdout + done.stderr).not.toContain(KEY);
    await runCli(['whoami', '--json'], { home, env });
    expect(issuer.to('/api/v1/me').map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${KEY}`,
      `Bearer ${KEY}`,
    ]);
  });

  test('stores nothing when the server refuses the key', async () => {
    const issuer = await fakeIssuer({
      token: [],
      routes: { 'GET /api/v1/me': failed(401, 'invalid_api_key', 'Revoked.') },
    });
    const home = tempHome();
    const result = await runCli(['login', '--with-key', '-', '--json'], {
      home,
      env: { GATEWAY_API_URL: issuer.url },
      stdin: KEY,
    });
    expect(failure(result).code).toBe('invalid_api_key');
    expect(existsSync(credentialsPath(home))).toBe(false);
  });

  test("refuses a key as the flag's value, and does not repeat it", async () => {
    const result = await runCli(['login', '--with-key', KEY, '--json'], {
      env: { GATEWAY_API_URL: 'http://127.0.0.1:1' },
    });
    expect(failure(result)).toMatchObject({ code: 'usage', hint: expect.stringContaining('--with-key -') });
    expect(result.stderr).not.toContain(KEY);
  });
});

describe.concurrent('logout', () => {
  test('revokes both tokens at the issuer and forgets the login', async () => {
    const issuer = await fakeIssuer({ token: [json(TOKENS)] });
    const home = tempHome();
    await login(issuer.url, home, '--no-browser');
    const { stdout } = await runCli(['logout', '--json'], { home });
    expect(stdout).toBe('{"logged_out":true,"revoked":true}\n');
    expect(issuer.to('/revoke').map(({ fields }) => fields)).toEqual([
      expect.objectContaining({ token: 'refresh-1', token_type_hint: 'refresh_token', client_id: 'gateway-cli' }),
      expect.objectContaining({ token: 'access-1', token_type_hint: 'access_token', client_id: 'gateway-cli' }),
    ]);
    expect(readFileSync(credentialsPath(home), 'utf8')).not.toMatch(/access-1|refresh-1/);
    expect((await runCli(['logout', '--json'], { home })).stdout).toBe('{"logged_out":true,"revoked":false}\n');
  });

  test('of a stored API key revokes nothing and does not claim to; a set GATEWAY_API_KEY is told', async () => {
    const issuer = await fakeIssuer({ token: [] });
    const home = tempHome();
    const env = { GATEWAY_API_URL: issuer.url };
    const enter = () => runCli(['login', '--with-key', '-', '--json'], { home, env, stdin: KEY });
    await enter();
    expect((await runCli(['logout', '--json'], { home, env })).stdout).toBe('{"logged_out":true,"revoked":false}\n');
    await enter();
    const told = await runCli(['logout', '--json'], { home, env: { ...env, GATEWAY_API_KEY: KEY } });
    expect(JSON.parse(told.stdout)).toMatchObject({ warnings: [expect.stringContaining('GATEWAY_API_KEY')] });
    const text = await runCli(['logout'], { home, env: { ...env, GATEWAY_API_KEY: KEY } });
    expect(text.stderr).toContain('GATEWAY_API_KEY is still set');
  });

  test('has revoked the session also where access tokens only end by themselves', async () => {
    const revoke: Answer = (request, response) =>
      (request.fields.token === 'refresh-1' ? json({}) : oauthError('unsupported_token_type'))(request, response);
    const issuer = await fakeIssuer({ token: [json(TOKENS)], routes: { 'POST /revoke': revoke } });
    const home = tempHome();
    await login(issuer.url, home, '--no-browser');
    expect((await runCli(['logout', '--json'], { home })).stdout).toBe('{"logged_out":true,"revoked":true}\n');
  });

  test('--all revokes the sessions of every profile, each at its own issuer', async () => {
    const home = tempHome();
    const issuers = await Promise.all([1, 2].map(() => fakeIssuer({ token: [json(TOKENS)] })));
    for (const [at, { url }] of issuers.entries()) await login(url, home, '--no-browser', '--profile', `p${at}`);
    const { stdout } = await runCli(['logout', '--all', '--yes', '--json'], { home });
    expect(stdout).toBe('{"logged_out":true,"revoked":true}\n');
    for (const issuer of issuers) expect(issuer.to('/revoke')).toHaveLength(2);
    expect(stored(home)).toMatchObject({ profiles: {}, pending: {}, last_keys: {} });
  });

  test('forgets the login also when the issuer cannot be told, and says so', async () => {
    const issuer = await fakeIssuer({ token: [json(TOKENS)], routes: { 'POST /revoke': hangUp } });
    const home = tempHome();
    await login(issuer.url, home, '--no-browser');
    expect((await runCli(['logout', '--json'], { home })).stdout).toBe('{"logged_out":true,"revoked":false}\n');
    expect(stored(home).profiles).toEqual({});
  });

  test('--all asks for a confirmation', async () => {
    expect(failure(await runCli(['logout', '--all', '--json']))).toMatchObject({
      code: 'confirmation_required',
      exit_code: 1,
    });
  });
});
