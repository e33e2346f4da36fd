import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENGINES, type Harness, type SignedIn, startApi } from './harness.ts';

describe.each(ENGINES)('who may do what, on %s', (engine) => {
  let api: Harness;
  let ada: SignedIn;
  let bob: SignedIn;
  beforeAll(async () => {
    api = await startApi(engine);
    ada = await api.signUp('ada', 5_000_000_000n);
    bob = await api.signUp('bob');
  });
  afterAll(() => api?.close());

  const READS = ['/api/v1/me', '/api/v1/balance', '/api/v1/usage', '/api/v1/usage/breakdown?by=model', '/api/v1/logs'];
  const MANAGED = ['/api/v1/me/keys'];
  const PERSONAL = ['/api/v1/transactions', '/api/v1/topup/top_1'];

  test.each([...READS, ...MANAGED, ...PERSONAL])(
    'GET %s without a credential is 401 and says how to get one',
    async (path) => {
      const { status, body, headers } = await api.call('GET', path);
      expect(status).toBe(401);
      expect(body.error).toMatchObject({ code: 'not_logged_in', type: 'authentication_error', param: null });
      expect(body.error.message).toContain('gateway login');
      expect(headers.get('www-authenticate')).toBe('Bearer realm="gateway"');
      expect(headers.get('x-should-retry')).toBe('false');
      expect(headers.get('x-request-id')).toMatch(/^req_/);
      expect(headers.get('cache-control')).toBe('no-store');
    },
  );

  test.each([
    ['a mistyped API key', { authorization: 'Bearer sk-gw-wrong' }, 'invalid_api_key'],
    ['an empty API key header', { 'x-api-key': ' ' }, 'not_logged_in'],
    ['a wrong access token', { authorization: 'Bearer nonsense' }, 'invalid_token'],
    ['an empty bearer', { authorization: 'Bearer ' }, 'not_logged_in'],
    ['another scheme', { authorization: 'Basic YTpi' }, 'not_logged_in'],
    ['two tokens', { authorization: 'Bearer a b' }, 'not_logged_in'],
  ])('%s is 401', async (_case, headers, code) => {
    const answer = await api.call('GET', '/api/v1/me', { headers });
    expect([answer.status, answer.body.error.code]).toEqual([401, code]);
    expect(answer.headers.get('x-should-retry')).toBe('false');
  });

  test('a person reads everything of their own', async () => {
    const me = await api.call('GET', '/api/v1/me', { as: ada.token });
    expect(me.body).toEqual({
      id: ada.person.userId,
      display_name: 'ada',
      email: 'ada@example.com',
      sub: 'ada',
      balance_usd: '5.00',
      status: 'active',
      organization: ada.person.organization,
      project: ada.person.project,
      role: 'owner',
      key: null,
    });
    for (const path of [...READS, ...MANAGED, '/api/v1/transactions']) {
      expect((await api.call('GET', path, { as: ada.token })).status).toBe(200);
    }
  });

  test('an inference key reads what a key may, in either header, and manages nothing', async () => {
    const key = await api.newKey(ada.token, { name: 'reader' });
    for (const path of READS) {
      expect((await api.call('GET', path, { as: key.raw })).status).toBe(200);
      expect((await api.call('GET', path, { headers: { 'x-api-key': key.raw } })).status).toBe(200);
    }
    for (const [method, path] of [
      ['GET', '/api/v1/me/keys'],
      ['POST', '/api/v1/me/keys'],
      ['GET', `/api/v1/me/keys/${key.id}`],
      ['PATCH', `/api/v1/me/keys/${key.id}`],
      ['DELETE', `/api/v1/me/keys/${key.id}`],
      ['POST', `/api/v1/me/keys/${key.id}/roll`],
    ] as const) {
      const answer = await api.call(method, path, {
        as: key.raw,
        ...(method === 'GET' ? {} : { body: { name: 'x' } }),
      });
      expect([method, path, answer.status, answer.body.error.code]).toEqual([method, path, 403, 'permission_denied']);
      expect(answer.headers.get('x-should-retry')).toBe('false');
    }
    expect((await api.call('GET', `/api/v1/me/keys/${key.id}`, { as: ada.token })).body.status).toBe('active');
  });

  test('a key says whose it is and which one', async () => {
    const key = await api.newKey(ada.token, { name: 'who', permissions: ['inference', 'manage'] });
    const child = await api.newKey(key.raw, { name: 'child' });
    const me = await api.call('GET', '/api/v1/me', { as: child.raw });
    expect(me.body).toMatchObject({
      id: ada.person.userId,
      display_name: 'ada',
      organization: ada.person.organization,
      project: ada.person.project,
      role: 'api_key',
      key: { id: child.id, name: 'child', key_prefix: child.raw.slice(0, 10), permissions: ['inference'] },
    });
  });

  test('no key, however powerful, asks for credit or reads the account', async () => {
    const key = await api.newKey(ada.token, { permissions: ['inference', 'manage'] });
    for (const [method, path] of [
      ['GET', '/api/v1/transactions'],
      ['GET', '/api/v1/topup/top_1'],
      ['POST', '/api/v1/topup'],
    ] as const) {
      const answer = await api.call(method, path, {
        as: key.raw,
        ...(method === 'POST' && { body: { amount_usd: '5' } }),
      });
      expect([answer.status, answer.body.error.code]).toEqual([403, 'permission_denied']);
    }
  });

  test('the body of a call that is refused is not even read', async () => {
    const key = await api.newKey(ada.token);
    const answer = await api.call('POST', '/api/v1/me/keys', { as: key.raw, body: '{broken' });
    expect(answer.status).toBe(403);
  });

  test('one organisation sees and touches nothing of another', async () => {
    const theirs = await api.newKey(ada.token, { name: 'private' });
    const request = await api.use(theirs.raw);
    const topup = await api.call('POST', '/api/v1/topup', { as: ada.token, body: { amount_usd: '5' } });
    const manager = await api.newKey(bob.token, { permissions: ['inference', 'manage'] });
    const tries = [
      ['GET', `/api/v1/me/keys/${theirs.id}`, undefined],
      ['PATCH', `/api/v1/me/keys/${theirs.id}`, { status: 'disabled' }],
      ['DELETE', `/api/v1/me/keys/${theirs.id}`, undefined],
      ['POST', `/api/v1/me/keys/${theirs.id}/roll`, undefined],
      ['POST', '/api/v1/me/keys', { name: 'x', parent: theirs.id }],
      ['POST', '/api/v1/me/keys', { name: 'x', project: ada.person.project.id }],
      ['GET', `/api/v1/me/keys?project=${ada.person.project.id}`, undefined],
      ['GET', `/api/v1/usage?key=${theirs.id}`, undefined],
      ['GET', `/api/v1/usage?project=${ada.person.project.id}`, undefined],
      ['GET', `/api/v1/usage/breakdown?by=day&key=${theirs.id}`, undefined],
      ['GET', `/api/v1/logs?key=${theirs.id}`, undefined],
      ['GET', `/api/v1/logs/${request}`, undefined],
    ] as const;
    for (const as of [bob.token, manager.raw]) {
      for (const [method, path, body] of tries) {
        const answer = await api.call(method, path, { as, body });
        expect([method, path, answer.status, answer.body.error?.code]).toEqual([method, path, 404, 'not_found']);
        expect(answer.headers.get('x-should-retry')).toBe('false');
      }
    }
    expect((await api.call('GET', `/api/v1/topup/${topup.body.session_id}`, { as: bob.token })).status).toBe(404);
    expect(
      (await api.call('GET', '/api/v1/me/keys', { as: bob.token })).body.data.map((key: { id: string }) => key.id),
    ).toEqual([manager.id]);
    expect((await api.call('GET', '/api/v1/logs', { as: bob.token })).body.data).toEqual([]);
    expect((await api.call('GET', '/api/v1/transactions', { as: bob.token })).body.data).toEqual([]);
    expect((await api.call('GET', `/api/v1/me/keys/${theirs.id}`, { as: ada.token })).body.status).toBe('active');
  });

  test('a key that is revoked, disabled or expired is told so at once', async () => {
    for (const [change, reason] of [
      [(id: string) => api.call('DELETE', `/api/v1/me/keys/${id}`, { as: ada.token }), 'revoked'],
      [
        (id: string) => api.call('PATCH', `/api/v1/me/keys/${id}`, { as: ada.token, body: { status: 'disabled' } }),
        'disabled',
      ],
    ] as const) {
      const key = await api.newKey(ada.token);
      expect((await api.call('GET', '/api/v1/me', { as: key.raw })).status).toBe(200);
      await change(key.id);
      const answer = await api.call('GET', '/api/v1/me', { as: key.raw });
      expect([answer.status, answer.body.error.code]).toEqual([401, 'invalid_api_key']);
      expect(answer.body.error.message).toContain(reason);
      expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
    }
  });
});
