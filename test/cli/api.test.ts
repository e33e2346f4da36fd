/** `gateway api`: one call as it is. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CliOptions, failure, forgetHomes, runCli, tempHome } from '../helpers/cli.ts';
import { storeLogin } from '../helpers/credentials.ts';
import { closeFakes, type FakeGateway, failed, fakeGateway, inTurn, json } from '../helpers/fake-gateway.ts';

const KEY = 'sk-gw-testtesttesttesttesttesttesttesttest';
let server: FakeGateway;

beforeAll(async () => {
  server = await fakeGateway({
    'GET /api/v1/me': (_request, response) =>
      void response
        .writeHead(200, { 'content-type': 'application/json' })
        .end('{\n  "id": "usr_1",\n  "big": 12345678901234567890,\n  "name": "A\u009b2Jnn"\n}'),
    'GET /api/v1/me/keys': ({ query }, response) => {
      const at = Number(query.get('cursor') ?? 0);
      const next_cursor = at < 2 ? String(at + 1) : null;
      json({ data: [{ id: `key_${at}`, all: query.get('all') }], next_cursor })({} as never, response);
    },
    'POST /api/v1/me/keys': json({ id: 'key_9' }, 201),
    'PATCH /api/v1/me/keys/key_1': json({ id: 'key_1' }),
    'DELETE /api/v1/me/keys/key_1': (_request, response) => void response.writeHead(204).end(),
    'GET /v1/models': json({ object: 'list', data: [] }),
    'POST /v1/chat/completions': json({ choices: [] }),
    'GET /healthz': json({ status: 'ok' }),
    'GET /metrics': (_request, response) =>
      void response.writeHead(200, { 'content-type': 'text/plain' }).end('requests 12\n\u001b[2J'),
    'GET /api/v1/audio': (_request, response) =>
      void response.writeHead(200, { 'content-type': 'audio/mpeg' }).end(Buffer.from([0, 255, 27, 10])),
    'GET /api/v1/circle': json({ data: [], next_cursor: 'same' }),
  });
});
afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

const call = (args: string[], options: CliOptions = {}) =>
  runCli(['api', ...args], {
    ...options,
    env: { GATEWAY_API_URL: server.url, GATEWAY_API_KEY: KEY, ...options.env },
  });
const last = (path: string) => server.to(path).at(-1)!;

test('prints the JSON that was answered as it is: big numbers stay, and nothing in it reaches the terminal', async () => {
  const line = '{ "id": "usr_1", "big": 12345678901234567890, "name": "A\\u009b2Jnn" }\n';
  expect(await call(['/api/v1/me'])).toEqual({ exitCode: 0, signal: null, stdout: line, stderr: '' });
  expect((await call(['api/v1/me', '--json'])).stdout).toBe(line);
  expect((await call([`${server.url}/api/v1/me`, '--fields', 'id'])).stdout).toBe('{"id":"usr_1"}\n');
  expect(last('/api/v1/me').headers.authorization).toBe(`Bearer ${KEY}`);
});

test('fields make a POST with typed values and a key against repeats, or the query of a GET', async () => {
  const home = tempHome();
  writeFileSync(join(home, 'secret.txt'), 'sk-from-a-file\n');
  const fields = ['name=ci', 'models:=["a","b"]', 'limit_usd:=5', 'key=@secret.txt', 'note=a=b:=c'];
  await call(['/api/v1/me/keys', ...fields.flatMap((field) => ['-f', field])], { home });
  expect(last('/api/v1/me/keys')).toMatchObject({
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': expect.stringMatching(/./) },
  });
  expect(JSON.parse(last('/api/v1/me/keys').body)).toEqual({
    name: 'ci',
    models: ['a', 'b'],
    limit_usd: 5,
    key: 'sk-from-a-file',
    note: 'a=b:=c',
  });
  await call(['/api/v1/me/keys?x=1', '-X', 'get', '-f', 'all:=true']);
  expect(Object.fromEntries(last('/api/v1/me/keys').query)).toEqual({ x: '1', all: 'true' });
});

test('--input sends a body as it is, from stdin or from a file', async () => {
  const home = tempHome();
  const body = '{"status" : "inactive"}';
  writeFileSync(join(home, 'body.json'), body);
  await call(['/api/v1/me/keys/key_1', '-X', 'PATCH', '--input', '@body.json'], { home });
  expect(last('/api/v1/me/keys/key_1')).toMatchObject({ method: 'PATCH', body });
  await call(['/api/v1/me/keys', '--input', '-', '-H', 'x-source: ci'], { stdin: body });
  expect(last('/api/v1/me/keys')).toMatchObject({ method: 'POST', body, headers: { 'x-source': 'ci' } });
});

test('--paginate prints the rows of every page as one list', async () => {
  const { stdout } = await call(['/api/v1/me/keys?all=1', '--paginate']);
  expect(JSON.parse(stdout)).toEqual([0, 1, 2].map((at) => ({ id: `key_${at}`, all: '1' })));
  expect(failure(await call(['/api/v1/me', '--paginate', '--json']))).toMatchObject({
    code: 'usage',
    message: '--paginate: /api/v1/me is no list.',
  });
  expect(failure(await call(['/api/v1/circle', '--paginate', '--json']))).toMatchObject({ code: 'bad_response' });
});

test('--paginate sends the whole query for every page, also what stands behind a second question mark', async () => {
  const before = server.to('/api/v1/me/keys').length;
  await call(['/api/v1/me/keys?all=1?&name=why?', '--paginate']);
  const sent = server.to('/api/v1/me/keys').slice(before);
  expect(sent.length).toBeGreaterThan(1);
  for (const { query } of sent) expect([query.get('all'), query.get('name')]).toEqual(['1?', 'why?']);
});

test('an answer without a body is nothing for people and null for programs', async () => {
  expect((await call(['/api/v1/me/keys/key_1', '-X', 'DELETE'])).stdout).toBe('');
  expect((await call(['/api/v1/me/keys/key_1', '-X', 'DELETE', '--json'])).stdout).toBe('null\n');
});

test('what is not JSON is printed for people, its control characters visible, and is a failure for programs', async () => {
  expect((await call(['/metrics'])).stdout).toBe('requests 12\n\\u001b[2J');
  const refused = await call(['/metrics', '--json']);
  expect(refused).toMatchObject({ exitCode: 3, stdout: '' });
  expect(failure(refused)).toMatchObject({ code: 'bad_response', message: expect.stringContaining('text/plain') });
});

test('--dry-run tells what would be sent, but for what came from a file, and sends nothing', async () => {
  const home = tempHome();
  writeFileSync(join(home, 'secret.txt'), 'sk-from-a-file');
  const before = server.seen.length;
  const { stdout } = await call(['/api/v1/me/keys', '-f', 'name=ci', '-f', 'key=@secret.txt', '--dry-run', '--json'], {
    home,
  });
  expect(JSON.parse(stdout)).toEqual({
    dry_run: true,
    method: 'POST',
    url: `${server.url}/api/v1/me/keys`,
    body: { name: 'ci', key: '…' },
  });
  expect(server.seen.length).toBe(before);
});

test('an error answer is the usual failure, with the path that is missing', async () => {
  const result = await call(['/api/v1/nothing', '--json']);
  expect(result).toMatchObject({ exitCode: 1, stdout: '' });
  expect(failure(result)).toMatchObject({ code: 'not_found', http_status: 404 });
});

test.each([
  ['/me', '/api/v1/me'],
  ['me/keys', '/api/v1/me/keys'],
  ['/models', '/v1/models'],
])('a path without its beginning leads to the whole one: %s to %s', async (typed, whole) => {
  expect(failure(await call([typed, '--json']))).toMatchObject({
    code: 'not_found',
    hint: `Did you mean ${whole}?`,
    next: [{ command: `gateway api ${whole}`, when: 'to ask there' }],
  });
});

describe('the credential', () => {
  test('goes to the server in force alone, whatever the path looks like', async () => {
    for (const path of ['http://elsewhere.test/api/v1/me', `${server.url}.elsewhere.test/api/v1/me`]) {
      const before = server.seen.length;
      expect(failure(await call([path, '--json']))).toMatchObject({ code: 'wrong_server' });
      expect(server.seen.length).toBe(before);
    }
    for (const path of ['//elsewhere.test/api/v1/me', '@elsewhere.test/', '/../../x', ':80/x']) {
      const before = server.seen.length;
      expect(failure(await call([path, '--json']))).toMatchObject({ code: 'not_found' });
      expect(server.seen.length).toBe(before + 1);
    }
  });

  test('is an API key for models and the login for the management API', async () => {
    const home = tempHome();
    storeLogin(home, server.url);
    const env = { GATEWAY_API_KEY: undefined };
    expect(await call(['/api/v1/me'], { home, env })).toMatchObject({ exitCode: 0 });
    expect(last('/api/v1/me').headers.authorization).toBe('Bearer access-1');
    const chat = ['/v1/chat/completions', '-f', 'model=auto', '--json'];
    expect(failure(await call(chat, { home, env }))).toMatchObject({ code: 'no_api_key' });
    await call([...chat, '--key', '-'], { home, env, stdin: KEY });
    expect(last('/v1/chat/completions').headers.authorization).toBe(`Bearer ${KEY}`);
  });

  test('is not needed for what is open to all', async () => {
    const env = { GATEWAY_API_KEY: undefined };
    for (const path of ['/healthz', '/v1/models', '/metrics'])
      expect(await call([path], { env })).toMatchObject({ exitCode: 0 });
    expect(last('/v1/models').headers.authorization).toBeUndefined();
  });

  test('of a login is renewed when the server does not take it any more', async () => {
    const issuer = await fakeGateway({
      'GET /api/v1/me': inTurn(failed(401, 'invalid_token', 'It has ended.'), json({ id: 'usr_1' })),
      'POST /token': json({ access_token: 'access-2', token_type: 'bearer', expires_in: 300 }),
    });
    const home = tempHome();
    storeLogin(home, issuer.url, { refresh_token: 'refresh-1' });
    expect(await runCli(['api', '/api/v1/me'], { home })).toMatchObject({ exitCode: 0, stdout: '{"id":"usr_1"}\n' });
    expect(issuer.to('/api/v1/me').map(({ headers }) => headers.authorization)).toEqual([
      'Bearer access-1',
      'Bearer access-2',
    ]);
  });
});
