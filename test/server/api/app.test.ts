import { DrizzleQueryError } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Harness, type SignedIn, startApi } from './harness.ts';

describe('the management API as a server', () => {
  let api: Harness;
  let ada: SignedIn;
  beforeAll(async () => {
    api = await startApi('the embedded engine');
    ada = await api.signUp('ada');
  });
  afterAll(() => api?.close());

  test.each(['/api', '/api/v1', '/api/v1/nothing', '/api/v2/me', '/nothing', '/api/v1/me/keys/key_1/nothing'])(
    '%s is a 404 in JSON',
    async (path) => {
      for (const method of ['GET', 'POST']) {
        const { status, body, headers } = await api.call(method, path);
        expect([status, body.error]).toEqual([
          404,
          expect.objectContaining({ code: 'not_found', type: 'invalid_request_error', param: null }),
        ]);
        expect(headers.get('x-should-retry')).toBe('false');
        expect(headers.get('x-request-id')).toMatch(/^req_\w+$/);
        expect(headers.get('cache-control')).toBe('no-store');
        expect(headers.get('content-security-policy')).toContain("default-src 'none'");
        expect(headers.get('x-content-type-options')).toBe('nosniff');
        expect(headers.get('x-powered-by')).toBeNull();
      }
    },
  );

  test.each([
    ['PUT', '/api/v1/me/keys', 'GET, POST'],
    ['POST', '/api/v1/me', 'GET'],
    ['PUT', '/api/v1/me/keys/key_1', 'GET, PATCH, DELETE'],
    ['GET', '/api/v1/me/keys/key_1/roll', 'POST'],
    ['DELETE', '/healthz', 'GET'],
    ['GET', '/api/v1/auth/email', 'POST'],
  ])('%s %s is a 405 that names the methods there are', async (method, path, allowed) => {
    const { status, body, headers } = await api.call(method, path, { as: ada.token });
    expect([status, body.error.code]).toEqual([405, 'method_not_allowed']);
    expect(headers.get('allow')?.split(', ').sort()).toEqual(allowed.split(', ').sort());
  });

  test('healthz says that the process lives, readyz that it can work, without any credential', async () => {
    const alive = await api.call('GET', '/healthz');
    expect([alive.status, alive.body]).toEqual([
      200,
      { status: 'ok', version: expect.any(String), uptime_s: expect.any(Number) },
    ]);
    const ready = await api.call('GET', '/readyz');
    expect([ready.status, ready.body]).toEqual([200, { status: 'ok', checks: { store: 'ok' } }]);
  });

  test('readyz is 503 while the store fails or hangs, and healthz stays well', async () => {
    for (const broken of [() => Promise.reject(new Error('gone')), () => new Promise<void>(() => {})]) {
      const ping = vi.spyOn(api.services.store, 'ping').mockImplementation(broken);
      const { status, body, headers } = await api.call('GET', '/readyz');
      expect([status, body]).toEqual([503, { status: 'unavailable', checks: { store: 'failed' } }]);
      expect(headers.get('retry-after')).toBe('1');
      expect((await api.call('GET', '/healthz')).status).toBe(200);
      ping.mockRestore();
    }
  });

  test('a crash is a 500 that tells nothing, logged under the id that the caller has', async () => {
    const crash = vi
      .spyOn(api.services.identity, 'authenticate')
      .mockRejectedValue(new TypeError('secret detail of /home/x'));
    const { status, body, headers } = await api.call('GET', '/api/v1/me', { as: 'token' });
    crash.mockRestore();
    expect(status).toBe(500);
    expect(body.error).toMatchObject({ code: 'internal_error', type: 'api_error' });
    expect(JSON.stringify(body)).not.toMatch(/secret detail|TypeError|\.ts/);
    const id = headers.get('x-request-id');
    const logged = api.log.find((line) => line.request_id === id);
    expect(JSON.stringify(logged)).toContain('secret detail');
    expect(logged).toMatchObject({ level: 50, method: 'GET', path: '/api/v1/me' });
  });

  test('a failed query is logged without the values in it', async () => {
    const failed = new DrizzleQueryError('select $1', ['ada@example.com'], new Error('syntax'));
    const broken = vi.spyOn(api.services.identity, 'authenticate').mockRejectedValue(failed);
    const { status, headers } = await api.call('GET', '/api/v1/me', { as: 'token' });
    broken.mockRestore();
    expect(status).toBe(500);
    const logged = JSON.stringify(api.log.find((line) => line.request_id === headers.get('x-request-id')));
    expect(logged).toContain('select $1');
    expect(logged).toContain('syntax');
    expect(logged).not.toContain('ada@');
  });

  test('a database that is away is a 503 to try again', async () => {
    const gone = Object.assign(new Error('Failed query'), {
      cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
    });
    const away = vi.spyOn(api.services.identity, 'authenticate').mockRejectedValue(gone);
    const { status, body, headers } = await api.call('GET', '/api/v1/me', { as: 'token' });
    away.mockRestore();
    expect([status, body.error.code, headers.get('retry-after')]).toEqual([503, 'service_unavailable', '1']);
  });

  test('request ids differ, and one that the caller made up is not taken over', async () => {
    const answers = await Promise.all(
      [1, 2, 3].map(() => api.call('GET', '/healthz', { headers: { 'x-request-id': 'mine' } })),
    );
    const ids = answers.map(({ headers }) => headers.get('x-request-id'));
    expect(new Set(ids).size).toBe(3);
    expect(ids).not.toContain('mine');
  });

  test('the secrets that callers send are never logged', async () => {
    const key = await api.newKey(ada.token, { name: 'quiet' });
    await api.call('GET', '/api/v1/me', { as: key.raw });
    await api.call('GET', '/api/v1/me', { as: `${key.raw}x` });
    expect(JSON.stringify(api.log)).not.toContain(key.raw.slice(10));
  });

  test('HEAD answers like GET, without a body', async () => {
    const { status, body } = await api.call('HEAD', '/api/v1/me', { as: ada.token });
    expect([status, body]).toEqual([200, '']);
  });

  test('reading changes nothing: no audit line, no row', async () => {
    const { store } = api.services;
    const snapshot = async () => {
      const { rows } =
        await store.db.execute(`select (select count(*) from audit_log) a, (select count(*) from api_keys) k,
        (select count(*) from topups) t, (select max(updated_at) from api_keys) u, (select count(*) from idempotency_keys) i`);
      return rows[0];
    };
    const key = await api.newKey(ada.token, { name: 'read' });
    const before = await snapshot();
    for (const path of [
      '/me',
      '/balance',
      '/me/keys?all=true',
      `/me/keys/${key.id}`,
      '/usage',
      '/usage/breakdown?by=key',
      '/logs',
      '/transactions',
    ]) {
      const { status } = await api.call('GET', `/api/v1${path}`, {
        as: ada.token,
        headers: { 'idempotency-key': 'read' },
      });
      expect(status).toBe(200);
    }
    expect(await snapshot()).toEqual(before);
  });

  test('codes by mail are refused where people sign in elsewhere', async () => {
    const answer = await api.call('POST', '/api/v1/auth/email', { body: { email: 'ada@example.com' } });
    expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found']);
    expect((await api.call('POST', '/api/v1/auth/email', { body: { email: 'nobody' } })).body.error.param).toBe(
      'email',
    );
  });
});
