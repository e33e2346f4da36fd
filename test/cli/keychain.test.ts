import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { generateApiKey } from '../../shared/api-key.ts';
import { failure, forgetHomes, runCli, tempHome } from '../helpers/cli.ts';
import { credentialsPath, stored, storeLogin } from '../helpers/credentials.ts';
import { type Answer, closeFakes, failed, json, keyReply } from '../helpers/fake-gateway.ts';
import { fakeIssuer, oauthError, TOKENS } from '../helpers/fake-issuer.ts';
import { startSecretService } from '../helpers/secret-service.ts';

const KEY = generateApiKey();
const MADE = generateApiKey();
const BALANCE = { balance_usd: '4.20', currency: 'USD' };
const LONG_AGO = { expires_at: 1, access_token: 'old', refresh_token: 'refresh-1' };

afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

const byToken: Answer = (request, response) =>
  (request.headers.authorization === 'Bearer access-2' ? json(BALANCE) : failed(401, 'invalid_token', 'Not this one.'))(
    request,
    response,
  );
const renewed = json({ ...TOKENS, access_token: 'access-2', refresh_token: 'refresh-2' });
const fileText = (home: string) => readFileSync(credentialsPath(home), 'utf8');

/** A machine with a keychain and an empty HOME. Commands find the keychain, and use it unless told otherwise. */
async function startMachine(onTestFinished: (end: () => Promise<void>) => void) {
  const keychain = await startSecretService();
  onTestFinished(() => keychain.close());
  const home = tempHome();
  const run = (args: string[], env: Record<string, string> = {}, stdin = '') =>
    runCli([...args, '--json'], { home, stdin, env: { ...keychain.env, GATEWAY_CREDENTIAL_STORE: 'auto', ...env } });
  return {
    keychain,
    home,
    run,
    loginWithKey: (url: string, env: Record<string, string> = {}) =>
      run(['login', '--with-key', '-'], { GATEWAY_API_URL: url, ...env }, KEY),
    storage: async () => JSON.parse((await run(['auth', 'status'])).stdout).auth.storage,
  };
}

describe.runIf(process.platform === 'linux')('with a keychain', { concurrent: true }, () => {
  test('tokens, a stored key and the keys made here are in it and not in the file, until logout', async ({
    onTestFinished,
  }) => {
    const { keychain, home, run, loginWithKey } = await startMachine(onTestFinished);
    const server = await fakeIssuer({
      token: [json(TOKENS)],
      routes: { 'POST /api/v1/me/keys': json({ ...keyReply(), raw: MADE }, 201) },
    });
    await run(['login', '--no-browser'], { GATEWAY_API_URL: server.url });
    expect(JSON.parse((await run(['whoami'])).stdout)).toMatchObject({ auth: { storage: 'keychain' }, warnings: [] });
    expect((await run(['keys', 'create', '--name', 'ci'])).exitCode).toBe(0);
    await loginWithKey(server.url, { GATEWAY_PROFILE: 'work' });
    expect(fileText(home)).not.toMatch(new RegExp(`access-1|refresh-1|${KEY}|${MADE}`));
    expect(Object.values(await keychain.entries()).join()).toMatch(/access-1.*refresh-1/);
    expect(Object.keys(await keychain.entries())).toHaveLength(3);

    expect(JSON.parse((await run(['env'])).stdout).vars.OPENAI_API_KEY).toBe(MADE);
    expect(JSON.parse((await run(['env'], { GATEWAY_PROFILE: 'work' })).stdout).vars.OPENAI_API_KEY).toBe(KEY);
    expect(server.to('/api/v1/me/keys')[0]!.headers.authorization).toBe('Bearer access-1');

    expect(JSON.parse((await run(['logout', '--all', '--yes'])).stdout)).toEqual({ logged_out: true, revoked: true });
    expect(server.to('/revoke').map(({ fields }) => fields.token)).toEqual(['refresh-1', 'access-1']);
    expect(await keychain.entries()).toEqual({});
    expect(stored(home)).toMatchObject({ profiles: {}, last_keys: {} });
  });

  test('a login in the file moves there when it is renewed, and one with the file as its place moves back', async ({
    onTestFinished,
  }) => {
    const { keychain, home, run, storage } = await startMachine(onTestFinished);
    const server = await fakeIssuer({ token: [renewed], routes: { 'GET /api/v1/balance': byToken } });
    storeLogin(home, server.url, LONG_AGO);
    expect(await storage()).toBe('file');
    expect((await run(['balance'])).exitCode).toBe(0);
    expect(await storage()).toBe('keychain');
    expect(fileText(home)).not.toMatch(/access-|refresh-\d/);

    await run(['login', '--no-browser'], { GATEWAY_API_URL: server.url, GATEWAY_CREDENTIAL_STORE: 'file' });
    expect(await storage()).toBe('file');
    expect(stored(home).profiles.default).toMatchObject({ access_token: 'access-2', refresh_token: 'refresh-2' });
    expect(await keychain.entries()).toEqual({});
  });

  test('twenty commands that renew a token at once ask the issuer once', async ({ onTestFinished }) => {
    const { keychain, home, run } = await startMachine(onTestFinished);
    let current = 1;
    const rotating: Answer = (request, response) => {
      if (request.fields.refresh_token !== `refresh-${current}`) return oauthError('invalid_grant')(request, response);
      current++;
      setTimeout(() => renewed(request, response), 200);
    };
    const server = await fakeIssuer({ token: [rotating], routes: { 'GET /api/v1/balance': byToken } });
    storeLogin(home, server.url, LONG_AGO);
    const commands = await Promise.all(Array.from({ length: 20 }, () => run(['balance'])));
    expect(commands.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(
      commands.map(() => ({ exitCode: 0, stderr: '' })),
    );
    expect(server.to('/token')).toHaveLength(1);
    expect(Object.values(await keychain.entries())).toEqual([expect.stringContaining('refresh-2')]);
  });

  test('a sign-in whose entry was deleted there has ended, which is told with what to do', async ({
    onTestFinished,
  }) => {
    const { keychain, run } = await startMachine(onTestFinished);
    const server = await fakeIssuer({ token: [json(TOKENS)], routes: { 'GET /api/v1/balance': json(BALANCE) } });
    await run(['login', '--no-browser'], { GATEWAY_API_URL: server.url });
    await keychain.wipe();
    const before = server.seen.length;
    expect(failure(await run(['balance']))).toMatchObject({
      code: 'not_logged_in',
      exit_code: 1,
      message: expect.stringContaining('keychain'),
      next: [{ command: expect.stringContaining('gateway login') }],
    });
    expect(server.seen).toHaveLength(before);
    expect((await run(['logout'])).exitCode).toBe(0);
  });

  test('a key made here whose entry was deleted there is named, with what to do', async ({ onTestFinished }) => {
    const { keychain, run } = await startMachine(onTestFinished);
    const server = await fakeIssuer({
      token: [],
      routes: { 'POST /api/v1/me/keys': json({ ...keyReply(), raw: MADE }, 201) },
    });
    const env = { GATEWAY_API_URL: server.url };
    await run(['keys', 'create', '--name', 'ci'], { ...env, GATEWAY_API_KEY: KEY });
    expect(JSON.parse((await run(['env'], env)).stdout).vars.OPENAI_API_KEY).toBe(MADE);
    await keychain.wipe();
    expect(failure(await run(['env'], env))).toMatchObject({
      code: 'no_api_key',
      message: expect.stringContaining('key_1'),
      next: [{ command: 'gateway keys rotate key_1 --yes' }, {}],
    });
  });

  test('a secret there goes only to the server that it was issued for, whatever the file says', async ({
    onTestFinished,
  }) => {
    const { home, run, loginWithKey } = await startMachine(onTestFinished);
    const server = await fakeIssuer({ token: [] });
    const other = await fakeIssuer({ token: [] });
    await loginWithKey(server.url);
    writeFileSync(
      credentialsPath(home),
      fileText(home).replace(`"api_url": "${server.url}"`, `"api_url": "${other.url}"`),
    );
    expect(failure(await run(['balance'])).code).toBe('not_logged_in');
    expect(other.seen).toEqual([]);
  });

  test('who needs no secret does not ask it', async ({ onTestFinished }) => {
    const { keychain, run, loginWithKey } = await startMachine(onTestFinished);
    const server = await fakeIssuer({ token: [] });
    await loginWithKey(server.url);
    const before = keychain.asked();
    for (const args of [['auth', 'status'], ['profile', 'list'], ['whoami', '--offline'], ['exit-codes']])
      expect((await run(args)).exitCode).toBe(0);
    expect(keychain.asked()).toBe(before);
  });

  test('who wants the file leaves it alone', async ({ onTestFinished }) => {
    const { keychain, home, loginWithKey, storage } = await startMachine(onTestFinished);
    const server = await fakeIssuer({ token: [] });
    expect((await loginWithKey(server.url, { GATEWAY_CREDENTIAL_STORE: 'file' })).exitCode).toBe(0);
    writeFileSync(join(home, '.gateway', 'config.json'), '{"credential_store":"file"}');
    expect((await loginWithKey(server.url, { GATEWAY_CREDENTIAL_STORE: '' })).exitCode).toBe(0);
    expect(keychain.asked()).toBe(0);
    expect(await storage()).toBe('file');
  });

  describe('that does not answer', () => {
    test('a login goes to the file after three seconds, says so, and does not wait again', async ({
      onTestFinished,
    }) => {
      const { keychain, home, run, loginWithKey } = await startMachine(onTestFinished);
      const server = await fakeIssuer({
        token: [],
        routes: { 'POST /api/v1/me/keys': json({ ...keyReply(), raw: MADE }, 201) },
      });
      keychain.silence();
      const began = Date.now();
      expect((await loginWithKey(server.url)).exitCode).toBe(0);
      expect(Date.now() - began).toBeGreaterThanOrEqual(3_000);
      expect(stored(home).profiles.default).toMatchObject({ api_key: KEY });
      const told = [expect.stringContaining('did not answer within 3 seconds')];
      expect(JSON.parse((await run(['auth', 'status'])).stdout)).toMatchObject({
        auth: { storage: 'file' },
        warnings: told,
      });
      expect(JSON.parse((await run(['whoami'])).stdout)).toMatchObject({ warnings: told });

      const before = keychain.asked();
      expect((await run(['keys', 'create', '--name', 'ci'])).exitCode).toBe(0);
      expect(keychain.asked()).toBe(before);
      await loginWithKey(server.url);
      expect(keychain.asked()).toBeGreaterThan(before);
    });

    test('who wants no secret in the file gets a failure, and nothing is stored', async ({ onTestFinished }) => {
      const { keychain, home, loginWithKey } = await startMachine(onTestFinished);
      const server = await fakeIssuer({ token: [] });
      keychain.silence();
      expect(failure(await loginWithKey(server.url, { GATEWAY_CREDENTIAL_STORE: 'keychain' }))).toMatchObject({
        code: 'keychain_unavailable',
        exit_code: 1,
        retryable: true,
        next: [{}, { command: 'GATEWAY_CREDENTIAL_STORE=file gateway login' }],
      });
      expect(existsSync(credentialsPath(home)) ? fileText(home) : '').not.toContain(KEY);
    });

    test('a command that needs its secret fails instead of waiting for ever', async ({ onTestFinished }) => {
      const { keychain, run, loginWithKey } = await startMachine(onTestFinished);
      const server = await fakeIssuer({ token: [] });
      await loginWithKey(server.url);
      keychain.silence();
      expect(failure(await run(['balance'])).code).toBe('keychain_unavailable');
    });

    test.for(['auto', 'keychain'])(
      'new tokens are not lost when it falls silent while they are fetched, with %s',
      async (store, { onTestFinished }) => {
        const { keychain, home, run: onMachine, storage } = await startMachine(onTestFinished);
        const run = (args: string[], env = {}) => onMachine(args, { GATEWAY_CREDENTIAL_STORE: store, ...env });
        const falling: Answer = (request, response) => {
          keychain.silence();
          renewed(request, response);
        };
        const server = await fakeIssuer({
          token: [json({ ...TOKENS, expires_in: 1 }), falling],
          routes: { 'GET /api/v1/balance': byToken },
        });
        await run(['login', '--no-browser'], { GATEWAY_API_URL: server.url });
        expect(await storage()).toBe('keychain');
        expect(await run(['balance'])).toMatchObject({ exitCode: 0, stderr: '' });
        expect(stored(home).profiles.default).toMatchObject({ access_token: 'access-2', refresh_token: 'refresh-2' });
        expect((await run(['balance'])).exitCode).toBe(0);
        expect(JSON.parse((await run(['whoami'])).stdout).warnings).toEqual([
          expect.stringContaining('Secrets are in'),
        ]);
      },
    );

    test('logout forgets all the same, tells what may be left, and deletes it the next time', async ({
      onTestFinished,
    }) => {
      const { keychain, run, loginWithKey } = await startMachine(onTestFinished);
      const server = await fakeIssuer({ token: [] });
      await loginWithKey(server.url);
      keychain.silence();
      const { stdout } = await run(['logout']);
      expect(JSON.parse(stdout)).toMatchObject({ logged_out: true, warnings: [expect.stringContaining('keychain')] });
      keychain.speak();
      expect(Object.keys(await keychain.entries())).toHaveLength(1);
      expect(JSON.parse((await run(['logout'])).stdout)).toEqual({ logged_out: true, revoked: false });
      expect(await keychain.entries()).toEqual({});
    });
  });
});

describe.concurrent('without a keychain', () => {
  test('secrets go to the file at once, and nothing is said of it', async () => {
    const server = await fakeIssuer({ token: [] });
    const home = tempHome();
    const env = { GATEWAY_API_URL: server.url, GATEWAY_CREDENTIAL_STORE: 'auto' };
    const result = await runCli(['login', '--with-key', '-', '--json'], { home, env, stdin: KEY });
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    expect(stored(home)).toEqual({
      version: 1,
      profiles: { default: expect.objectContaining({ api_key: KEY }) },
      pending: {},
      last_keys: {},
    });
    expect(JSON.parse((await runCli(['auth', 'status', '--json'], { home, env })).stdout)).toMatchObject({
      auth: { storage: 'file' },
      warnings: [],
    });
  });

  test('a place that is none is refused before a code or a refresh token is spent, and a made key is still shown', async () => {
    const made = json({ ...keyReply(), raw: MADE }, 201);
    const server = await fakeIssuer({ token: [], routes: { 'POST /api/v1/me/keys': made } });
    const home = tempHome();
    const env = { GATEWAY_API_URL: server.url, GATEWAY_CREDENTIAL_STORE: 'vault' };
    const refused = { code: 'usage', message: expect.stringContaining('auto, file, keychain') };
    expect(failure(await runCli(['login', '--start', '--json'], { env, home }))).toMatchObject(refused);
    storeLogin(home, server.url, LONG_AGO);
    expect(failure(await runCli(['balance', '--json'], { env, home }))).toMatchObject(refused);
    expect(server.seen).toEqual([]);
    storeLogin(home, server.url);
    const { stdout } = await runCli(['keys', 'create', '--name', 'ci', '--json'], { env, home });
    expect(JSON.parse(stdout)).toMatchObject({ raw: MADE });
  });
});
