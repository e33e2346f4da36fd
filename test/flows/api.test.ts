import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';

describe('the management API of a real server', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ credit: '12.5' });
  });
  afterAll(stopGateways);

  test('the bootstrap key makes, limits, rolls and revokes keys without a browser', async () => {
    const me = await gateway.api('GET', '/api/v1/me');
    expect([me.status, me.body]).toEqual([
      200,
      expect.objectContaining({ balance_usd: '12.50', role: 'api_key', status: 'active' }),
    ]);
    const made = await gateway.api('POST', '/api/v1/me/keys', { name: 'ci', limit_usd: '5', expires_in: '30d' });
    expect(made.status).toBe(201);
    const { id, raw, parent } = made.body;
    expect(parent).toBe(me.body.key.id);
    expect((await gateway.api('GET', '/api/v1/balance', undefined, raw)).body).toEqual({
      balance_usd: '5.00',
      currency: 'USD',
    });
    expect((await gateway.api('PATCH', `/api/v1/me/keys/${id}`, { limit_usd: '2.5' })).body.balance_usd).toBe('2.50');
    const rolled = await gateway.api('POST', `/api/v1/me/keys/${id}/roll`);
    expect(rolled.status).toBe(200);
    expect((await gateway.api('GET', '/api/v1/balance', undefined, raw)).status).toBe(401);
    expect((await gateway.api('GET', '/api/v1/balance', undefined, rolled.body.raw)).status).toBe(200);
    expect((await gateway.api('DELETE', `/api/v1/me/keys/${id}`)).body).toEqual({ id, status: 'revoked', revoked: 1 });
    expect((await gateway.api('GET', '/api/v1/balance', undefined, rolled.body.raw)).status).toBe(401);
  });

  test('the bootstrap key cannot ask for credit: that is for a person', async () => {
    const answer = await gateway.api('POST', '/api/v1/topup', { amount_usd: '5' });
    expect([answer.status, answer.body.error.code]).toEqual([403, 'permission_denied']);
  });

  test('discovery names the issuer, and the issuer is where it says', async () => {
    const { status, body } = await gateway.api('GET', '/api/v1/auth/discovery');
    expect(status).toBe(200);
    const metadata = await (await fetch(`${body.issuer}/.well-known/openid-configuration`)).json();
    expect(metadata).toMatchObject({
      issuer: body.issuer,
      token_endpoint: body.token_endpoint,
      device_authorization_endpoint: body.device_authorization_endpoint,
    });
  });

  test('a sign-in code is sent without a word about whether the address is known', async () => {
    const answers = await Promise.all(
      ['new@example.com', 'other@example.com'].map((email) => gateway.api('POST', '/api/v1/auth/email', { email })),
    );
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [202, { sent: true, expires_in: 600, delivered: 'log' }],
      [202, { sent: true, expires_in: 600, delivered: 'log' }],
    ]);
  });

  test('it is well and ready, and describes itself under its own address', async () => {
    expect((await gateway.api('GET', '/healthz')).body).toMatchObject({
      status: 'ok',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
    expect((await gateway.api('GET', '/readyz')).status).toBe(200);
    const { body } = await gateway.api('GET', '/openapi.json');
    expect([body.servers, body.info.version]).toEqual([[{ url: gateway.url }], expect.stringMatching(/^\d/)]);
    for (const [path, item] of Object.entries<Record<string, { security: unknown[] }>>(body.paths)) {
      for (const [method, { security }] of Object.entries(item)) {
        const response = await fetch(gateway.url + path.replaceAll(/\{\w+\}/g, 'none'), {
          method: method.toUpperCase(),
        });
        await response.body?.cancel();
        // Each described call exists: without a credential it asks for one, or is public.
        expect([method, path, [404, 405].includes(response.status)]).toEqual([method, path, false]);
        if (security.length > 0) expect([method, path, response.status]).toEqual([method, path, 401]);
      }
    }
  });

  test('a model name that no database can hold is refused and holds up no other record', async () => {
    for (const model of ['a\u0000b', 'a\ud800b', 'no-such-model']) {
      const answer = await gateway.api('POST', '/v1/chat/completions', {
        model,
        messages: [{ role: 'user', content: 'hi' }],
      });
      expect([400, 404]).toContain(answer.status);
    }
    const { body } = await gateway.api('GET', '/api/v1/logs?status=error&limit=1');
    expect(body.data.map((one: { model: string }) => one.model)).toEqual(['no-such-model']);
  });

  test('what is nowhere is a 404 in JSON', async () => {
    const { status, body, headers } = await gateway.api('GET', '/api/v1/nothing');
    expect([status, body.error.code, headers.get('x-should-retry')]).toEqual([404, 'not_found', 'false']);
  });
});
