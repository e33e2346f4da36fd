import { count, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { once } from '../../../server/api/idempotency.ts';
import { apiKeys, auditLog, idempotencyKeys } from '../../../server/store/schema.ts';
import { ENGINES, type Harness, type SignedIn, startApi } from './harness.ts';

const KEYS = '/api/v1/me/keys';

describe.each(ENGINES)('an Idempotency-Key, on %s', (engine) => {
  let api: Harness;
  let ada: SignedIn;
  beforeAll(async () => {
    api = await startApi(engine);
    ada = await api.signUp('ada');
  });
  afterAll(() => api?.close());

  const create = (key: string | undefined, body: unknown, as = ada.token) =>
    api.call('POST', KEYS, { as, body, headers: key === undefined ? {} : { 'idempotency-key': key } });
  const named = async (name: string) =>
    (await api.services.store.db.select({ n: count() }).from(apiKeys).where(eq(apiKeys.name, name)))[0]!.n;

  test('twenty identical creates at once make one key and get one answer', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => create('burst', { name: 'burst' })));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]));
    expect(new Set(answers.map((answer) => answer.body.raw)).size).toBe(1);
    expect(answers.filter((answer) => answer.headers.get('idempotency-replayed') === null)).toHaveLength(1);
    expect(await named('burst')).toBe(1);
    const { id, raw } = answers[0]!.body;
    expect((await api.call('GET', '/api/v1/balance', { as: raw })).status).toBe(200);
    const lines = await api.services.store.db.select().from(auditLog).where(eq(auditLog.target, id));
    expect(lines).toHaveLength(1);
  });

  test('without one, the same create makes two keys', async () => {
    await Promise.all([create(undefined, { name: 'plain' }), create(undefined, { name: 'plain' })]);
    expect(await named('plain')).toBe(2);
  });

  test('a repeat gets the first answer, secret included, also when the body is written differently', async () => {
    const first = await create('again', { name: 'again', limit_usd: 5 });
    const repeat = await create('again', { limit_usd: '5.00', name: 'again' });
    expect([repeat.status, repeat.body]).toEqual([201, first.body]);
    expect(repeat.headers.get('idempotency-replayed')).toBe('true');
  });

  test('the same key for something else is a conflict, and nothing is done', async () => {
    await create('taken', { name: 'taken' });
    const other = await create('taken', { name: 'other' });
    expect([other.status, other.body.error.code, other.body.error.param]).toEqual([409, 'conflict', 'Idempotency-Key']);
    expect(await named('other')).toBe(0);
    const elsewhere = await api.call('POST', '/api/v1/topup', {
      as: ada.token,
      body: { amount_usd: 5 },
      headers: { 'idempotency-key': 'taken' },
    });
    expect(elsewhere.status).toBe(409);
  });

  test('two callers may choose the same key', async () => {
    const bob = await api.signUp('bob');
    const mine = await create('shared', { name: 'shared' });
    const theirs = await create('shared', { name: 'shared' }, bob.token);
    expect(theirs.status).toBe(201);
    expect(theirs.body.id).not.toBe(mine.body.id);
  });

  test('a failure is not remembered: the same key works once the reason is gone', async () => {
    const parent = await api.newKey(ada.token, { name: 'late parent' });
    const wanted = { name: 'patient', parent: parent.id, permissions: ['manage'] };
    expect((await create('patient', wanted)).status).toBe(403);
    await api.call('PATCH', `${KEYS}/${parent.id}`, { as: ada.token, body: { permissions: ['manage'] } });
    expect((await create('patient', wanted)).status).toBe(201);
    expect(await named('patient')).toBe(1);
  });

  test('a first try that dies in the middle leaves nothing behind and blocks nobody', async () => {
    const call = { scope: 'test', key: 'crash', request: '[]' };
    const crash = once(api.services, call, async ({ store }) => {
      await store.db.execute(sql`update organizations set name = 'half done' where id = ${ada.person.organization.id}`);
      throw new Error('the process died');
    });
    await expect(crash).rejects.toThrow('the process died');
    const answer = await once(api.services, call, async () => ({ status: 200, body: { done: true } }));
    expect(answer).toEqual({ status: 200, body: { done: true }, repeated: false });
    const me = await api.call('GET', '/api/v1/me', { as: ada.token });
    expect(me.body.organization.name).toBe("ada's");
  });

  test('after 24 hours the key is forgotten', async () => {
    await create('old', { name: 'old' });
    await api.services.store.db.execute(
      sql`update idempotency_keys set created_at = now() - interval '24 hours 1 second'`,
    );
    const again = await create('old', { name: 'old' });
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, null]);
    expect(await named('old')).toBe(2);
    const [left] = await api.services.store.db.select({ n: count() }).from(idempotencyKeys);
    expect(left!.n).toBe(1);
  });

  test('answers are stored so that neither the database nor another key can read them', async () => {
    const { body } = await create('secret-key', { name: 'secret' });
    const stored = JSON.stringify(await api.services.store.db.select().from(idempotencyKeys));
    expect(stored).not.toContain(body.raw.slice(10));
    expect(stored).not.toContain('secret-key');
    const rows = await api.services.store.db.select().from(idempotencyKeys);
    const { secrets } = api.services;
    const open = (purpose: string) =>
      rows.filter(({ encryptedReply }) => {
        try {
          return secrets.decrypt(purpose, encryptedReply!).includes(body.raw);
        } catch {
          return false;
        }
      });
    expect(open('idempotency:secret-key')).toHaveLength(1);
    expect(open('idempotency:guess')).toHaveLength(0);
  });

  test('rolling and revoking can be repeated safely', async () => {
    const key = await api.newKey(ada.token);
    const roll = () =>
      api.call('POST', `${KEYS}/${key.id}/roll`, { as: ada.token, headers: { 'idempotency-key': 'roll-1' } });
    const [first, second] = await Promise.all([roll(), roll()]);
    expect(first.body).toEqual(second.body);
    expect((await api.call('GET', '/api/v1/balance', { as: first.body.raw })).status).toBe(200);
    const revoke = () =>
      api.call('DELETE', `${KEYS}/${key.id}`, { as: ada.token, headers: { 'idempotency-key': 'revoke-1' } });
    expect([(await revoke()).body.revoked, (await revoke()).body.revoked]).toEqual([1, 1]);
  });

  test.each(['x'.repeat(256), ' ', 'käse'])('%o is no Idempotency-Key', async (key) => {
    const answer = await create(key, { name: 'never' });
    expect([answer.status, answer.body.error.param]).toEqual([400, 'Idempotency-Key']);
    expect(await named('never')).toBe(0);
  });
});
