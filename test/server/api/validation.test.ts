import { request } from 'node:http';
import { count } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiKeys, auditLog, topups } from '../../../server/store/schema.ts';
import { ENGINES, type Harness, type SignedIn, startApi } from './harness.ts';

const KEYS = '/api/v1/me/keys';

describe.each(ENGINES)('wrong input, on %s', (engine) => {
  let api: Harness;
  let ada: SignedIn;
  let keyId: string;
  beforeAll(async () => {
    api = await startApi(engine);
    ada = await api.signUp('ada');
    keyId = (await api.newKey(ada.token)).id;
  });
  afterAll(() => api?.close());

  const rows = async () => {
    const { db } = api.services.store;
    const all = await Promise.all([apiKeys, auditLog, topups].map((table) => db.select({ n: count() }).from(table)));
    return all.map(([row]) => row!.n);
  };
  const refused = async (
    method: string,
    path: string,
    body: unknown,
    param: string | null,
    code = 'invalid_request',
    status = 400,
  ) => {
    const before = await rows();
    const answer = await api.call(method, path, { as: ada.token, body });
    expect([answer.status, answer.body.error?.code, answer.body.error?.param]).toEqual([status, code, param]);
    expect(answer.body.error.message.length).toBeGreaterThan(10);
    expect(await rows()).toEqual(before);
    return answer.body.error.message as string;
  };

  test.each([
    ['no name', {}, 'name'],
    ['a name that is no text', { name: 5 }, 'name'],
    ['a null name', { name: null }, 'name'],
    ['an empty name', { name: '' }, 'name'],
    ['a name of spaces', { name: '   ' }, 'name'],
    ['a name that is too long', { name: 'x'.repeat(101) }, 'name'],
    ['a name with a line break', { name: 'a\nb' }, 'name'],
    ['a name with an escape sequence', { name: 'a\u001b[31mb' }, 'name'],
    ['a name with NUL', { name: 'a\u0000b' }, 'name'],
    ['a name that turns text around', { name: 'a\u202eb' }, 'name'],
    ['a name with half a character', { name: 'a\ud800b' }, 'name'],
    ['an unknown field', { name: 'x', nmae: 'y' }, 'nmae'],
    ['a field of the prototype', '{"name":"x","constructor":{"a":1}}', 'constructor'],
    ['a negative limit', { name: 'x', limit_usd: -1 }, 'limit_usd'],
    ['a negative limit as text', { name: 'x', limit_usd: '-1' }, 'limit_usd'],
    ['a limit of nothing', { name: 'x', limit_usd: 0 }, 'limit_usd'],
    ['a huge limit', { name: 'x', limit_usd: '1000000001' }, 'limit_usd'],
    ['an absurd limit', { name: 'x', limit_usd: 1e300 }, 'limit_usd'],
    ['an infinite limit', '{"name":"x","limit_usd":1e999}', 'limit_usd'],
    ['a limit that is not a number', { name: 'x', limit_usd: 'NaN' }, 'limit_usd'],
    ['a limit in hexadecimal', { name: 'x', limit_usd: '0x10' }, 'limit_usd'],
    ['a limit with an exponent', { name: 'x', limit_usd: '1e3' }, 'limit_usd'],
    ['a limit below a nano-dollar', { name: 'x', limit_usd: '0.0000000001' }, 'limit_usd'],
    ['a limit that is a list', { name: 'x', limit_usd: [5] }, 'limit_usd'],
    ['a limit that is true', { name: 'x', limit_usd: true }, 'limit_usd'],
    ['a null limit when creating', { name: 'x', limit_usd: null }, 'limit_usd'],
    ['a recurring limit without its period', { name: 'x', period_limit_usd: 5 }, 'period'],
    ['a period without its limit', { name: 'x', period: '1d' }, 'period'],
    ['a period of nothing', { name: 'x', period: '0d', period_limit_usd: 1 }, 'period'],
    ['a period in minutes', { name: 'x', period: '5m', period_limit_usd: 1 }, 'period'],
    ['a period of more than a year', { name: 'x', period: '13mo', period_limit_usd: 1 }, 'period'],
    ['a period that is a number', { name: 'x', period: 5, period_limit_usd: 1 }, 'period'],
    ['an expiry in the past', { name: 'x', expires_in: '2020-01-01' }, 'expires_in'],
    ['an expiry on 30 February', { name: 'x', expires_in: '2095-02-30' }, 'expires_in'],
    ['an expiry that is a word', { name: 'x', expires_in: 'never' }, 'expires_in'],
    ['an expiry beyond all calendars', { name: 'x', expires_in: '999999y' }, 'expires_in'],
    ['an expiry of nothing', { name: 'x', expires_in: '0d' }, 'expires_in'],
    ['no permissions', { name: 'x', permissions: [] }, 'permissions'],
    ['an unknown permission', { name: 'x', permissions: ['root'] }, 'permissions.0'],
    ['a permission that is no list', { name: 'x', permissions: 'manage' }, 'permissions'],
    ['no models', { name: 'x', models: [] }, 'models'],
    ['an empty model', { name: 'x', models: [''] }, 'models.0'],
    ['a model that does not exist', { name: 'x', models: ['gpt-4o-mini', 'gpt-4o-minni'] }, 'models.1'],
    ['too many models', { name: 'x', models: Array(201).fill('gpt-4o-mini') }, 'models'],
    ['a project that is too long', { name: 'x', project: 'p'.repeat(101) }, 'project'],
    ['a project with NUL', { name: 'x', project: 'a\u0000' }, 'project'],
    ['a body that is a list', [], 'body'],
    ['a body that is text', '"name"', 'body'],
    ['a body that is null', 'null', 'body'],
  ])('POST keys refuses %s and changes nothing', async (_case, body, param) => {
    await refused('POST', KEYS, body, param);
  });

  test.each([
    ['a parent that does not exist', { name: 'x', parent: 'key_none' }, 'parent'],
    ['a project that does not exist', { name: 'x', project: 'none' }, 'project'],
  ])('POST keys answers 404 for %s', async (_case, body, param) => {
    await refused('POST', KEYS, body, param, 'not_found', 404);
  });

  test('a message names what is wrong, and for a misspelt model the nearest one', async () => {
    expect(await refused('POST', KEYS, { limit_usd: 'five', colour: 'red' }, 'name')).toMatch(
      /name: is required; limit_usd: must be .*; colour: is not known here/,
    );
    expect(await refused('POST', KEYS, { name: 'x', models: ['gpt-4o-minni'] }, 'models.0')).toContain('gpt-4o-mini');
  });

  test.each([
    ['nothing to change', {}, 'body'],
    ['a status that cannot be set', { status: 'revoked' }, 'status'],
    ['a status in capitals', { status: 'ACTIVE' }, 'status'],
    ['a null name', { name: null }, 'name'],
    ['null permissions', { permissions: null }, 'permissions'],
    ['a field that only creating has', { parent: 'key_1' }, 'parent'],
  ])('PATCH keys refuses %s', async (_case, body, param) => {
    await refused('PATCH', `${KEYS}/${keyId}`, body, param);
  });

  test.each([
    [`${KEYS}?limit=0`, 'limit'],
    [`${KEYS}?limit=101`, 'limit'],
    [`${KEYS}?limit=1.5`, 'limit'],
    [`${KEYS}?limit=many`, 'limit'],
    [`${KEYS}?limit=1&limit=2`, 'limit'],
    [`${KEYS}?cursor=nonsense`, 'cursor'],
    [`${KEYS}?cursor=${Buffer.from('2026-99-01T00:00:00.000000Z key_1').toString('base64url')}`, 'cursor'],
    [`${KEYS}?cursor=${Buffer.from("2026-01-01T00:00:00.000000Z ' or 1=1").toString('base64url')}`, 'cursor'],
    [`${KEYS}?all=perhaps`, 'all'],
    [`${KEYS}?nmae=x`, 'nmae'],
    [`${KEYS}?name=%00`, 'name'],
    ['/api/v1/usage?days=0', 'days'],
    ['/api/v1/usage?days=366', 'days'],
    ['/api/v1/usage?days=', 'days'],
    ['/api/v1/usage/breakdown', 'by'],
    ['/api/v1/usage/breakdown?by=colour', 'by'],
    ['/api/v1/logs?status=fine', 'status'],
    ['/api/v1/logs?key=%00', 'key'],
    ['/api/v1/transactions?kind=all', 'kind'],
    [`/api/v1/logs/${'x'.repeat(101)}`, 'id'],
    [`${KEYS}/%00`, 'id'],
  ])('GET %s is refused', async (path, param) => {
    await refused('GET', path, undefined, param);
  });

  test.each([5, '-5', '0', 'all', null, undefined, 1e12])(
    'POST topup takes a positive amount only: %o',
    async (amount) => {
      if (amount === 5)
        expect((await api.call('POST', '/api/v1/topup', { as: ada.token, body: { amount_usd: amount } })).status).toBe(
          201,
        );
      else await refused('POST', '/api/v1/topup', { amount_usd: amount }, 'amount_usd');
    },
  );

  test('a name is kept as it is written when it is harmless in a program, a page or a query', async () => {
    for (const name of ["Robert'); drop table api_keys;--", '<img src=x onerror=alert(1)>', '👩‍👩‍👧 日本語 %s $x']) {
      const key = await api.newKey(ada.token, { name });
      const found = await api.call('GET', `${KEYS}?name=${encodeURIComponent(name)}`, { as: ada.token });
      expect(found.body.data.map((one: { id: string; name: string }) => [one.id, one.name])).toEqual([[key.id, name]]);
    }
  });

  test('an own __proto__ in a body changes nothing', async () => {
    const answer = await api.call('POST', KEYS, {
      as: ada.token,
      body: '{"name":"x","__proto__":{"permissions":["manage"]}}',
    });
    if (answer.status === 201) expect(answer.body.permissions).toEqual(['inference']);
    else expect(answer.body.error.code).toBe('invalid_request');
  });

  describe('the body itself', () => {
    const post = (body: string | undefined, headers: Record<string, string>) =>
      api.call('POST', KEYS, { as: ada.token, body, headers });
    test.each([
      ['broken JSON', '{"name":', { 'content-type': 'application/json' }, 400, 'invalid_json'],
      ['a form', 'name=x', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'payload_type'],
      ['text', '{"name":"x"}', { 'content-type': 'text/plain' }, 415, 'payload_type'],
      [
        'JSON in another charset',
        '{"name":"x"}',
        { 'content-type': 'application/json; charset=latin1' },
        415,
        'payload_type',
      ],
      [
        'JSON that is not gzip as it says',
        '{"name":"x"}',
        { 'content-type': 'application/json', 'content-encoding': 'gzip' },
        400,
        'invalid_request',
      ],
      [
        'an unknown encoding',
        '{"name":"x"}',
        { 'content-type': 'application/json', 'content-encoding': 'zip' },
        415,
        'payload_type',
      ],
      [
        'more than a megabyte',
        `{"name":"${'x'.repeat(1024 * 1024)}"}`,
        { 'content-type': 'application/json' },
        413,
        'request_too_large',
      ],
    ])('%s is refused', async (_case, body, headers, status, code) => {
      const before = await rows();
      const answer = await post(body, headers);
      expect([answer.status, answer.body.error.code]).toEqual([status, code]);
      expect(await rows()).toEqual(before);
    });

    test('none at all is refused where one is needed', async () => {
      const answer = await post(undefined, {});
      expect([answer.status, answer.body.error.code, answer.body.error.param]).toEqual([
        400,
        'invalid_request',
        'body',
      ]);
    });

    test('a JSON type of its own and no type-less body are told apart', async () => {
      expect((await post('{"name":"x"}', { 'content-type': 'application/vnd.acme+json' })).status).toBe(201);
    });

    test('a path that cannot be decoded is a wrong request, not a crash', async () => {
      const status = await new Promise<number>((resolve, reject) => {
        request(
          `${api.url}/api/v1/me/keys/%E0%A4%A`,
          { headers: { authorization: `Bearer ${ada.token}` } },
          (response) => {
            response.resume();
            resolve(response.statusCode!);
          },
        )
          .on('error', reject)
          .end();
      });
      expect(status).toBe(400);
    });
  });
});
