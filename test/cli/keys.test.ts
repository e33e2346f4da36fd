import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { failure, forgetHomes, runCli, tempHome } from '../helpers/cli.ts';
import { credentialsPath, stored, storeLogin } from '../helpers/credentials.ts';
import { type Answer, closeFakes, fakeGateway, json, keyReply } from '../helpers/fake-gateway.ts';

const RAW = 'sk-gw-raw1raw1raw1raw1raw1raw1raw1raw1raw1';
const KEY = 'sk-gw-testtesttesttesttesttesttesttesttest';

afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

/** A server with these keys; POST makes another one. */
async function keysServer(keys: Record<string, unknown>[] = [], routes: Record<string, Answer> = {}) {
  const server = await fakeGateway({
    'GET /api/v1/me/keys': json({ data: keys, next_cursor: null }),
    'POST /api/v1/me/keys': (request, response) =>
      json({ ...keyReply({ name: request.fields.name }), raw: RAW }, 201)(request, response),
    'PATCH /api/v1/me/keys/key_1': json(keyReply()),
    'DELETE /api/v1/me/keys/key_1': json({ id: 'key_1', status: 'revoked', revoked: 1 }),
    'POST /api/v1/me/keys/key_1/roll': json({ ...keyReply(), raw: `${RAW}2`, old_expires_at: null }),
    ...routes,
  });
  return { server, env: { GATEWAY_API_URL: server.url, GATEWAY_API_KEY: KEY } };
}

/** A `.env` that git tracks: secrets are not written there. */
function trackedEnv(home: string): void {
  writeFileSync(join(home, '.env'), 'A=1\n');
  execFileSync('git', ['init', '-q'], { cwd: home });
  execFileSync('git', ['add', '-f', '.env'], { cwd: home });
}

describe.concurrent('keys create', () => {
  test('prints the secret once, and keeps it for the commands that need one', async () => {
    const { server, env } = await keysServer();
    const home = tempHome();
    const { stdout } = await runCli(
      [
        'keys',
        'create',
        '--name',
        'ci',
        '--limit-usd',
        '5',
        '--expires',
        '30d',
        '--models',
        'a, b',
        '--permission',
        'manage',
        '--json',
      ],
      { home, env },
    );
    expect(JSON.parse(stdout)).toEqual({ ...keyReply(), raw: RAW });
    expect(server.seen[0]!.fields).toEqual({
      name: 'ci',
      limit_usd: '5',
      expires_in: '30d',
      models: ['a', 'b'],
      permissions: ['manage'],
    });
    expect(stored(home).last_keys[server.url]).toEqual([{ id: 'key_1', name: 'ci', raw: RAW }]);
    const vars = await runCli(['env', '--json'], { home, env: { GATEWAY_API_URL: server.url } });
    expect(JSON.parse(vars.stdout).vars.OPENAI_API_KEY).toBe(RAW);
  });

  test('--no-cache keeps nothing', async () => {
    const { env } = await keysServer();
    const home = tempHome();
    await runCli(['keys', 'create', '--name', 'ci', '--no-cache', '--json'], { home, env });
    expect(existsSync(join(home, '.gateway'))).toBe(false);
  });

  test('--write-env writes the secret there, for its owner only, and prints none', async () => {
    const { server, env } = await keysServer();
    const home = tempHome();
    const { stdout } = await runCli(['keys', 'create', '--name', 'ci', '--write-env', '.env', '--json'], { home, env });
    const file = join(home, '.env');
    expect(JSON.parse(stdout)).toMatchObject({ raw: null, written_to: file });
    expect(stdout).not.toContain(RAW);
    expect(readFileSync(file, 'utf8')).toBe(`OPENAI_API_KEY=${RAW}\nOPENAI_BASE_URL=${server.url}/v1\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('--env-file does the same to a file that exists', async () => {
    const { env } = await keysServer();
    const home = tempHome();
    writeFileSync(join(home, '.env'), 'A=1\n');
    const { stdout } = await runCli(['keys', 'create', '--name', 'ci', '--env-file', '.env', '--json'], { home, env });
    expect(JSON.parse(stdout)).toMatchObject({ raw: null });
    expect(readFileSync(join(home, '.env'), 'utf8')).toMatch(/^A=1\nOPENAI_API_KEY=sk-gw-/);
  });

  test('--env-file refuses a file that git tracks before a key is made', async () => {
    const { server, env } = await keysServer();
    const home = tempHome();
    trackedEnv(home);
    expect(
      failure(await runCli(['keys', 'create', '--name', 'ci', '--env-file', '.env', '--json'], { home, env })).code,
    ).toBe('unsafe_write');
    expect(server.seen).toEqual([]);
    expect(readFileSync(join(home, '.env'), 'utf8')).toBe('A=1\n');
  });

  test('--if-not-exists leaves a key of that name as it is', async () => {
    const { server, env } = await keysServer([keyReply()]);
    const { stdout } = await runCli(['keys', 'create', '--name', 'ci', '--if-not-exists', '--json'], { env });
    expect(JSON.parse(stdout)).toEqual({ ...keyReply(), raw: null });
    expect(server.seen.map(({ method }) => method)).toEqual(['GET']);
  });

  test('without a name says which flag is missing, as nobody can be asked', async () => {
    const { server, env } = await keysServer();
    expect(failure(await runCli(['keys', 'create', '--json'], { env }))).toMatchObject({
      code: 'input_required',
      hint: expect.stringContaining('--name'),
      next: [{ command: 'gateway keys create --json --name <name>', when: expect.any(String) }],
    });
    expect(server.seen).toEqual([]);
  });

  test.each([
    ['--limit-usd', ['--limit-usd', '-3']],
    ['--period', ['--period', '1d']],
    ['--expires', ['--expires', 'soon']],
    ['--permission', ['--permission', 'rule-the-world']],
    ['--models', ['--models', 'x'.repeat(201)]],
  ])('names %s when it is wrong, before anything is sent', async (flag, args) => {
    const { server, env } = await keysServer();
    const told = failure(await runCli(['keys', 'create', '--name', 'ci', ...args, '--json'], { env }));
    expect(told).toMatchObject({ code: 'usage', message: expect.stringContaining(flag) });
    expect(told.message).not.toMatch(/expected|received|_usd|_in\b|\.0/);
    expect(server.seen).toEqual([]);
  });

  test.each([
    ['models.0: there is no model "a_b".', '--models there is no model "a_b".'],
    ['expires_in: must be in the future.', '--expires must be in the future.'],
  ])('tells what the server says of a field by its flag: %s', async (said, told) => {
    const param = said.split(':')[0]!;
    const body = {
      error: {
        message: `${said} Correct the parameter named in \`param\`.`,
        type: 'x',
        param,
        code: 'invalid_request',
      },
    };
    const { env } = await keysServer([], { 'POST /api/v1/me/keys': json(body, 400) });
    const { message, hint } = failure(await runCli(['keys', 'create', '--name', 'ci', '--json'], { env }));
    expect(message).toBe(told);
    expect(hint).toBe(`Correct ${told.split(' ')[0]}.`);
  });

  test('warns a person that another active key has the name', async () => {
    const others = [keyReply({ id: 'key_2' }), keyReply(), keyReply({ id: 'key_0', status: 'disabled' })];
    const { env } = await keysServer(others);
    const { stdout, stderr } = await runCli(['keys', 'create', '--name', 'ci'], { env });
    expect(stdout).toContain(RAW);
    expect(stderr).toMatch(/^warning: Another active key is called "ci" too: key_2\./);
    expect((await runCli(['keys', 'create', '--name', 'other'], { env })).stderr).toBe('');
    expect((await runCli(['keys', 'create', '--name', 'ci', '--json'], { env })).stderr).toBe('');
  });

  test('--for chooses the variables of --write-env', async () => {
    const { server, env } = await keysServer();
    const home = tempHome();
    const args = ['keys', 'create', '--name', 'ci', '--write-env', '.env', '--for', 'gateway', '--json'];
    await runCli(args, { home, env });
    expect(readFileSync(join(home, '.env'), 'utf8')).toBe(`GATEWAY_API_KEY=${RAW}\nGATEWAY_API_URL=${server.url}\n`);
  });

  test('--dry-run sends nothing and says what would be sent', async () => {
    const { server, env } = await keysServer();
    const { stdout } = await runCli(['keys', 'create', '--name', 'ci', '--dry-run', '--json'], { env });
    expect(JSON.parse(stdout)).toEqual({
      dry_run: true,
      method: 'POST',
      url: `${server.url}/api/v1/me/keys`,
      body: { name: 'ci' },
    });
    expect(server.seen).toEqual([]);
  });
});

describe.concurrent('keys ensure', () => {
  test('makes the key when there is none', async () => {
    const { env } = await keysServer();
    expect(JSON.parse((await runCli(['keys', 'ensure', '--name', 'ci', '--json'], { env })).stdout)).toMatchObject({
      created: true,
      raw: RAW,
    });
  });

  test('changes nothing when the key is as it should be, however the amount is written', async () => {
    const limits = { ...(keyReply().limits as object), limit_usd: '5.00' };
    const { server, env } = await keysServer([keyReply({ limits })]);
    const { stdout } = await runCli(
      ['keys', 'ensure', '--name', 'ci', '--limit-usd', '5.0', '--permission', 'inference', '--json'],
      { env },
    );
    expect(JSON.parse(stdout)).toMatchObject({ created: false, raw: null });
    expect(server.seen.map(({ method }) => method)).toEqual(['GET']);
  });

  test('takes a model with gateway/ in front for the same', async () => {
    const { server, env } = await keysServer([keyReply({ models: ['acme/foo', 'gpt-4o'] })]);
    const models = ['--models', 'gpt-4o,gateway/acme/foo'];
    await runCli(['keys', 'ensure', '--name', 'ci', ...models, '--json'], { env });
    expect(server.seen.map(({ method }) => method)).toEqual(['GET']);
  });

  test('sends only what differs', async () => {
    const { server, env } = await keysServer([keyReply({ status: 'disabled' })]);
    await runCli(['keys', 'ensure', '--name', 'ci', '--limit-usd', '7', '--json'], { env });
    expect(server.seen.at(-1)).toMatchObject({ method: 'PATCH', fields: { status: 'active', limit_usd: '7' } });
  });

  test('changes nothing when the secret cannot be written, and names the command that gives a new one', async () => {
    const { server, env } = await keysServer([keyReply()]);
    const home = tempHome();
    const args = ['keys', 'ensure', '--name', 'ci', '--limit-usd', '5', '--write-env', 'my env', '--json'];
    expect(failure(await runCli(args, { home, env }))).toMatchObject({
      code: 'unsafe_write',
      next: [{ command: "gateway keys rotate key_1 --write-env 'my env' --yes", when: expect.any(String) }],
    });
    expect(server.seen.map(({ method }) => method)).toEqual(['GET']);
    expect(existsSync(join(home, 'my env'))).toBe(false);
  });

  test('changes nothing when the file refuses the secret that is kept here', async () => {
    const { server, env } = await keysServer([keyReply()]);
    const home = tempHome();
    await runCli(['keys', 'create', '--name', 'ci', '--json'], { home, env });
    server.seen.length = 0;
    trackedEnv(home);
    const args = ['keys', 'ensure', '--name', 'ci', '--limit-usd', '5', '--write-env', '.env', '--json'];
    expect(failure(await runCli(args, { home, env })).code).toBe('unsafe_write');
    expect(server.seen.map(({ method }) => method)).toEqual(['GET']);
  });

  test('refuses a name that several active keys have, and takes the active one before a disabled one', async () => {
    const ensure = async (...keys: Record<string, unknown>[]) => {
      const { server, env } = await keysServer(keys);
      const result = await runCli(['keys', 'ensure', '--name', 'ci', '--limit-usd', '5', '--json'], { env });
      return { result, sent: server.seen.map(({ method, path }) => `${method} ${path}`) };
    };
    const two = await ensure(keyReply({ id: 'key_2' }), keyReply());
    expect(failure(two.result)).toMatchObject({ code: 'usage', hint: expect.stringContaining('key_2, key_1') });
    expect(two.sent).toEqual(['GET /api/v1/me/keys']);
    const one = await ensure(keyReply({ id: 'key_2', status: 'disabled' }), keyReply());
    expect(one.sent).toEqual(['GET /api/v1/me/keys', 'PATCH /api/v1/me/keys/key_1']);
  });

  test('takes a revoked key of that name for none', async () => {
    const { env } = await keysServer([keyReply({ status: 'revoked' })]);
    expect(JSON.parse((await runCli(['keys', 'ensure', '--name', 'ci', '--json'], { env })).stdout)).toMatchObject({
      created: true,
    });
  });
});

describe.concurrent('keys', () => {
  test('list fetches every page and prints one array', async () => {
    const pages: Answer = (request, response) => {
      const more = request.query.get('cursor') === null;
      json({ data: [keyReply({ id: more ? 'key_1' : 'key_2' })], next_cursor: more ? 'next' : null })(
        request,
        response,
      );
    };
    const { env } = await keysServer([], { 'GET /api/v1/me/keys': pages });
    const { stdout } = await runCli(['keys', 'list', '--json', '--fields', 'id'], { env });
    expect(stdout).toBe('[{"id":"key_1"},{"id":"key_2"}]\n');
  });

  test.each([
    ['rotate', 'POST'],
    ['roll', 'POST'],
    ['revoke', 'DELETE'],
    ['delete', 'DELETE'],
    ['rm', 'DELETE'],
  ])('%s needs --yes where nobody can be asked', async (verb, method) => {
    const { server, env } = await keysServer();
    expect(failure(await runCli(['keys', verb, 'key_1', '--json'], { env }))).toMatchObject({
      code: 'confirmation_required',
      next: [{ command: `gateway keys ${verb} key_1 --json --yes`, when: expect.any(String) }],
    });
    expect(server.seen).toEqual([]);
    expect((await runCli(['keys', verb, 'key_1', '-y', '--json'], { env })).exitCode).toBe(0);
    expect(server.seen[0]!.method).toBe(method);
  });

  test('revoke forgets the secret that was kept, rotate keeps the new one', async () => {
    const { server, env } = await keysServer();
    const home = tempHome();
    await runCli(['keys', 'create', '--name', 'ci', '--json'], { home, env });
    await runCli(['keys', 'rotate', 'key_1', '-y', '--json'], { home, env });
    expect(stored(home).last_keys[server.url]![0]!.raw).toBe(`${RAW}2`);
    await runCli(['keys', 'revoke', 'key_1', '-y', '--json'], { home, env });
    expect(stored(home).last_keys).toEqual({});
  });

  test('a new key is used from then on, which is told; when it is revoked the one before is used again', async () => {
    let made = 0;
    const { server, env } = await keysServer([], {
      'POST /api/v1/me/keys': (request, response) => {
        made++;
        json({ ...keyReply({ id: `key_${made}`, name: request.fields.name }), raw: `sk-gw-raw${made}` }, 201)(
          request,
          response,
        );
      },
      'POST /api/v1/me/keys/key_1/roll': json({ ...keyReply(), raw: 'sk-gw-raw1-new', old_expires_at: null }),
      'DELETE /api/v1/me/keys/key_2': json({ id: 'key_2', status: 'revoked', revoked: 1 }),
    });
    const home = tempHome();
    storeLogin(home, server.url);
    const alone = { GATEWAY_API_URL: env.GATEWAY_API_URL };
    const used = async () =>
      JSON.parse((await runCli(['env', '--json'], { home, env: alone })).stdout).vars.OPENAI_API_KEY;
    expect((await runCli(['keys', 'create', '--name', 'one'], { home, env: alone })).stderr).toBe('');
    const second = await runCli(['keys', 'create', '--name', 'two'], { home, env: alone });
    expect(second.stderr).toContain('now use two (key_2) instead of one (key_1)');
    expect(await used()).toBe('sk-gw-raw2');
    await runCli(['keys', 'rotate', 'key_1', '-y'], { home, env: alone });
    expect(await used()).toBe('sk-gw-raw2');
    await runCli(['keys', 'revoke', 'key_2', '-y'], { home, env: alone });
    expect(await used()).toBe('sk-gw-raw1-new');
  });

  test('a kept key of the time when a server had only one is still read', async () => {
    const home = tempHome();
    storeLogin(home, 'http://127.0.0.1:1');
    const old = { 'http://127.0.0.1:1': { id: 'key_1', name: 'ci', raw: RAW } };
    writeFileSync(credentialsPath(home), JSON.stringify({ ...stored(home), last_keys: old }));
    expect((await runCli(['env'], { home })).stdout).toContain(RAW);
  });

  test('limit --clear takes every limit away', async () => {
    const { server, env } = await keysServer();
    await runCli(['keys', 'limit', 'key_1', '--clear', '--json'], { env });
    expect(server.seen[0]!.fields).toEqual({ limit_usd: null, period_limit_usd: null, period: null });
  });

  test('update takes an expiry away with never, and every model with all', async () => {
    const { server, env } = await keysServer();
    await runCli(['keys', 'update', 'key_1', '--expires', 'never', '--models', 'all', '--deactivate', '--json'], {
      env,
    });
    expect(server.seen[0]!.fields).toEqual({ expires_in: null, models: null, status: 'disabled' });
  });

  test('show takes a name that one active key has, and asks for an id when several have it', async () => {
    const gone = keyReply({ id: 'key_0', status: 'revoked' });
    const show = async (...keys: Record<string, unknown>[]) =>
      runCli(['keys', 'show', 'ci', '--json'], { env: (await keysServer(keys)).env });
    expect(JSON.parse((await show(keyReply(), gone)).stdout)).toMatchObject({ id: 'key_1' });
    expect(failure(await show(keyReply(), keyReply({ id: 'key_2' })))).toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('key_1, key_2'),
    });
    expect(failure(await show(gone))).toMatchObject({ code: 'not_found' });
  });

  test.each<[string[], string]>([
    [['keys', 'update', 'ci', '--deactivate'], 'PATCH /api/v1/me/keys/key_1'],
    [['keys', 'limit', 'ci', '--limit-usd', '1'], 'PATCH /api/v1/me/keys/key_1'],
    [['budget', 'set', 'ci', '--limit-usd', '1'], 'PATCH /api/v1/me/keys/key_1'],
    [['keys', 'rotate', 'ci', '--yes'], 'POST /api/v1/me/keys/key_1/roll'],
    [['keys', 'revoke', 'ci', '--yes'], 'DELETE /api/v1/me/keys/key_1'],
    [['keys', 'iam', 'list', 'ci'], 'GET /api/v1/me/keys/key_1/iam'],
    [['keys', 'iam', 'add', 'ci', '--deny-models', 'a'], 'POST /api/v1/me/keys/key_1/iam'],
    [['keys', 'iam', 'update', 'ci', 'iam_1', '--deactivate'], 'PATCH /api/v1/me/keys/key_1/iam/iam_1'],
    [['keys', 'iam', 'remove', 'ci', 'iam_1', '--yes'], 'DELETE /api/v1/me/keys/key_1/iam/iam_1'],
  ])('%j takes a name for the key that has it, in a dry run too', async (args, request) => {
    const { server, env } = await keysServer([keyReply(), keyReply({ id: 'key_0', status: 'disabled' })]);
    const [method, path] = request.split(' ');
    const { stdout } = await runCli([...args, '--dry-run', '--json'], { env });
    if (method !== 'GET') expect(JSON.parse(stdout)).toMatchObject({ dry_run: true, method, url: server.url + path });
    await runCli([...args, '--json'], { env });
    expect(server.seen.at(-1)).toMatchObject({ method, path });
  });

  test('a name that no key has, or several, changes nothing, before anybody is asked', async () => {
    const revoke = async (...keys: Record<string, unknown>[]) => {
      const { server, env } = await keysServer(keys);
      const told = failure(await runCli(['keys', 'revoke', 'ci', '--json'], { env }));
      expect(server.seen.map(({ method }) => method)).toEqual(['GET']);
      return told;
    };
    expect(await revoke(keyReply({ name: 'circus' }), keyReply({ status: 'revoked' }))).toMatchObject({
      code: 'not_found',
      message: 'There is no key "ci".',
      next: [{ command: 'gateway keys list', when: 'to see what there is' }],
    });
    expect(await revoke(keyReply(), keyReply({ id: 'key_2' }))).toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('key_1, key_2'),
    });
    expect((await revoke(keyReply())).code).toBe('confirmation_required');
  });

  test('a disabled key is found by its name when no active one has it', async () => {
    const { server, env } = await keysServer([keyReply({ status: 'disabled' })]);
    await runCli(['keys', 'update', 'ci', '--activate', '--json'], { env });
    expect(server.seen.at(-1)).toMatchObject({ path: '/api/v1/me/keys/key_1', fields: { status: 'active' } });
  });

  test('create makes a key below one that is named', async () => {
    const { server, env } = await keysServer([keyReply()]);
    await runCli(['keys', 'create', '--name', 'sub', '--parent', 'ci', '--json'], { env });
    expect(server.seen.at(-1)!.fields).toEqual({ name: 'sub', parent: 'key_1' });
  });

  test('rotate --write-env writes the new secret there, and prints none', async () => {
    const { server, env } = await keysServer();
    const home = tempHome();
    const args = ['keys', 'rotate', 'key_1', '--write-env', '.env', '--for', 'gateway', '--yes'];
    const { stdout } = await runCli([...args, '--json'], { home, env });
    const file = join(home, '.env');
    expect(JSON.parse(stdout)).toEqual({ ...keyReply(), raw: null, written_to: file, old_expires_at: null });
    expect(readFileSync(file, 'utf8')).toBe(`GATEWAY_API_KEY=${RAW}2\nGATEWAY_API_URL=${server.url}\n`);
    expect(stored(home).last_keys[server.url]![0]!.raw).toBe(`${RAW}2`);
    const text = await runCli(args, { home, env });
    expect(text.stdout).toBe(`ci has a new secret. It is in ${file}.\n`);
  });

  test('rotate --write-env finds out before that the file cannot be written', async () => {
    const { server, env } = await keysServer();
    const home = tempHome();
    trackedEnv(home);
    const args = ['keys', 'rotate', 'key_1', '--write-env', '.env', '--yes', '--json'];
    expect(failure(await runCli(args, { home, env })).code).toBe('unsafe_write');
    expect(server.seen).toEqual([]);
  });

  test('a key that was given another name is told by it from then on', async () => {
    const { env } = await keysServer([], {
      'PATCH /api/v1/me/keys/key_1': json(keyReply({ name: 'website' })),
      'POST /api/v1/me/keys': (request, response) => {
        const id = request.fields.name === 'web' ? 'key_1' : 'key_2';
        json({ ...keyReply({ id, name: request.fields.name }), raw: RAW }, 201)(request, response);
      },
    });
    const home = tempHome();
    const alone = { GATEWAY_API_URL: env.GATEWAY_API_URL };
    storeLogin(home, env.GATEWAY_API_URL);
    await runCli(['keys', 'create', '--name', 'web'], { home, env: alone });
    await runCli(['keys', 'update', 'key_1', '--name', 'website'], { home, env: alone });
    const { stderr } = await runCli(['keys', 'create', '--name', 'new'], { home, env: alone });
    expect(stderr).toContain('now use new (key_2) instead of website (key_1)');
  });

  test('help lists every alias', async () => {
    const [list, one] = await Promise.all([runCli(['keys', '--help']), runCli(['keys', 'rm', '--help'])]);
    for (const { stdout } of [list, one]) expect(stdout).toContain('revoke|delete|rm');
  });

  test('escapes an id that would lead elsewhere', async () => {
    const { server, env } = await keysServer();
    await runCli(['keys', 'show', 'key_/../../balance?x', '--json'], { env });
    expect(server.seen[0]!.path).toBe('/api/v1/me/keys/key_%2F..%2F..%2Fbalance%3Fx');
  });
});
