import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENGINES, type Harness, type SignedIn, startApi } from '../../api/harness.ts';

describe.each(ENGINES)('rate limits on %s', (engine) => {
  let api: Harness;
  let ann: SignedIn;
  beforeAll(async () => {
    api = await startApi(engine);
    ann = await api.signUp('ann');
  });
  afterAll(() => api?.close());

  const call = (method: string, path: string, body?: unknown) =>
    api.call(method, `/api/v1${path}`, { as: ann.token, ...(body !== undefined && { body }) });
  const counted = async (raw: string) => {
    const { limited } = await api.services.keyRing.authenticate(raw);
    return limited.flatMap(({ counters }) => counters.map(({ rate, limit }) => `${rate.name}=${limit}`));
  };

  test('of a key are given, replaced and taken away, and its requests know at once', async () => {
    const key = await api.newKey(ann.token, { rate_limits: { requests_per_minute: 60 } });
    expect(key.rate_limits).toEqual({ requests_per_minute: 60 });
    expect(await counted(key.raw)).toEqual(['requests_per_minute=60']);
    const changed = await call('PATCH', `/me/keys/${key.id}`, { rate_limits: { tokens_per_minute: 1000 } });
    expect(changed.body).toMatchObject({ rate_limits: { tokens_per_minute: 1000 } });
    expect(await counted(key.raw)).toEqual(['tokens_per_minute=1000']);
    expect((await call('PATCH', `/me/keys/${key.id}`, { name: 'other' })).body.rate_limits).not.toBeNull();
    await call('PATCH', `/me/keys/${key.id}`, { rate_limits: null });
    expect((await call('GET', `/me/keys/${key.id}`)).body.rate_limits).toBeNull();
    expect(await counted(key.raw)).toEqual([]);
    const { data } = (await call('GET', '/audit-logs?action=key.updated')).body;
    expect(data[0].details).toEqual({ rate_limits: null });
  });

  test('of a key above hold for those below', async () => {
    const above = await api.newKey(ann.token, { name: 'above', rate_limits: { requests_per_minute: 5 } });
    const below = await api.newKey(ann.token, { parent: above.id, rate_limits: { requests_per_minute: 50 } });
    expect(await counted(below.raw)).toEqual(['requests_per_minute=50', 'requests_per_minute=5']);
    await call('PATCH', `/me/keys/${above.id}`, { rate_limits: { requests_per_minute: 7 } });
    expect(await counted(below.raw)).toEqual(['requests_per_minute=50', 'requests_per_minute=7']);
  });

  test('of an organisation are set by owners and admins, hold for its keys at once, and are noted', async () => {
    const { raw } = await api.newKey(ann.token);
    expect(await counted(raw)).toEqual([]);
    const given = { requests_per_second: 10, concurrent_requests: 4 };
    const changed = await call('PATCH', '/orgs/current', { rate_limits: given });
    expect(changed.body).toMatchObject({ id: ann.person.organization.id, rate_limits: given });
    expect((await call('GET', '/orgs/current')).body.rate_limits).toEqual(given);
    await expect.poll(() => counted(raw)).toEqual(['concurrent_requests=4', 'requests_per_second=10']);
    await call('PATCH', '/orgs/current', { rate_limits: {} });
    await expect.poll(() => counted(raw)).toEqual([]);
    const { data } = (await call('GET', '/audit-logs?action=organization.updated')).body;
    expect(data.map(({ details }: { details: unknown }) => details)).toEqual([
      { rate_limits: null },
      { rate_limits: given },
    ]);
  });

  test.each([
    ['an unknown limit', { requests_per_hour: 5 }, 'rate_limits.requests_per_hour'],
    ['nothing at all', { requests_per_minute: 0 }, 'rate_limits.requests_per_minute'],
    ['half a request', { requests_per_minute: 1.5 }, 'rate_limits.requests_per_minute'],
  ])('%s is refused before anything changes', async (_case, limits, param) => {
    const refused = await call('POST', '/me/keys', { name: 'never made', rate_limits: limits });
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'invalid_request', param } } });
    expect((await call('GET', '/me/keys?name=never%20made')).body.data).toEqual([]);
  });

  test('credit that was bought is known at the next request, an opening credit is none', async () => {
    const bob = await api.signUp('bob', 5_000_000_000n);
    const { raw } = await api.newKey(bob.token);
    await api.services.keyRing.authenticate(raw);
    const { organization } = bob.person;
    const free = {
      offer: { price: { inputPico: 0n, outputPico: 0n, requestNano: 0n }, capabilities: [] },
      upstream: { own: false, custom: false },
    } as never;
    const limit = async () => {
      const { limits } = api.services;
      const unlimited = await limits.admit({ limited: [] }, { inputTokens: 0 });
      return (await limits.admitTarget({ organizationId: organization.id }, free, unlimited)).headers[1];
    };
    expect(await limit()).toBe('5');
    const { bookCredit } = await import('../../../../server/identity/credit.ts');
    const credit = { organizationId: organization.id, amountNano: 1n, description: 'x', createdBy: bob.person.userId };
    await api.services.store.transaction((tx, announce) => bookCredit(tx, announce, { ...credit, kind: 'topup' }));
    await expect.poll(limit).toBe('20');
  });
});
