import { asc, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { once } from '../../../server/api/idempotency.ts';
import { createKey } from '../../../server/identity/keys.ts';
import { apiKeys, auditLog } from '../../../server/store/schema.ts';
import { isWellFormedApiKey } from '../../../shared/api-key.ts';
import { ENGINES, type Harness, type SignedIn, startApi } from '../api/harness.ts';

const KEYS = '/api/v1/me/keys';

describe.each(ENGINES)('the life of keys, on %s', (engine) => {
  let api: Harness;
  let ada: SignedIn;
  beforeAll(async () => {
    api = await startApi(engine);
    ada = await api.signUp('ada', 5_000_000_000n);
  });
  afterAll(() => api?.close());

  const show = async (id: string, as = ada.token) => (await api.call('GET', `${KEYS}/${id}`, { as })).body;
  const patch = (id: string, body: unknown, as = ada.token) => api.call('PATCH', `${KEYS}/${id}`, { as, body });
  const works = async (raw: string) => (await api.call('GET', '/api/v1/balance', { as: raw })).status === 200;
  const audited = async (target: string) =>
    api.services.store.db.select().from(auditLog).where(eq(auditLog.target, target)).orderBy(asc(auditLog.id));
  const expire = async (id: string) => {
    await api.services.store.transaction(async (tx, announce) => {
      await tx
        .update(apiKeys)
        .set({ expiresAt: new Date(Date.now() - 1000) })
        .where(eq(apiKeys.id, id));
      announce('key', id);
    });
  };

  describe('creating', () => {
    test('gives the whole key, its secret once, and stores only a hash of it', async () => {
      const { status, body } = await api.call('POST', KEYS, {
        as: ada.token,
        body: {
          name: '  ci  ',
          limit_usd: '12.5',
          period_limit_usd: 2,
          period: '1mo',
          expires_in: '2w',
          models: ['gpt-4o-mini'],
          permissions: ['inference', 'inference'],
        },
      });
      expect(status).toBe(201);
      expect(isWellFormedApiKey(body.raw)).toBe(true);
      expect(body).toEqual({
        id: expect.stringMatching(/^key_/),
        name: 'ci',
        key_prefix: body.raw.slice(0, 10),
        status: 'active',
        balance_usd: '2.00',
        limits: {
          limit_usd: '12.50',
          spent_usd: '0.00',
          period_limit_usd: '2.00',
          period: '1mo',
          period_spent_usd: '0.00',
          period_resets_at: expect.stringMatching(/Z$/),
        },
        rate_limits: null,
        permissions: ['inference'],
        models: ['gpt-4o-mini'],
        parent: null,
        project: ada.person.project.id,
        expires_at: expect.any(String),
        last_used_at: null,
        created_at: expect.any(String),
        raw: body.raw,
      });
      expect(Date.parse(body.expires_at) - Date.parse(body.created_at)).toBe(14 * 86_400_000);
      const { raw: _raw, ...seen } = body;
      expect(await show(body.id)).toEqual(seen);
      const [row] = await api.services.store.db.select().from(apiKeys).where(eq(apiKeys.id, body.id));
      expect(JSON.stringify(row, (_name, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(
        body.raw.slice(10),
      );
      expect(row!.hash).toBe(api.services.secrets.hashApiKey(body.raw));
      expect(JSON.stringify(api.log)).not.toContain(body.raw);
    });

    test('without wishes: inference only, no limits, no end', async () => {
      const key = await api.newKey(ada.token, { name: 'plain' });
      expect(key).toMatchObject({
        permissions: ['inference'],
        models: null,
        balance_usd: null,
        expires_at: null,
        parent: null,
      });
      expect(key.limits).toEqual({
        limit_usd: null,
        spent_usd: '0.00',
        period_limit_usd: null,
        period: null,
        period_spent_usd: null,
        period_resets_at: null,
      });
    });

    test('two keys may share a name, and both are found by it', async () => {
      const first = await api.newKey(ada.token, { name: 'twin' });
      const second = await api.newKey(ada.token, { name: 'twin' });
      const { body } = await api.call('GET', `${KEYS}?name=twin`, { as: ada.token });
      expect(body.data.map((key: { id: string }) => key.id)).toEqual([second.id, first.id]);
      expect((await api.call('GET', `${KEYS}?name=twi`, { as: ada.token })).body.data).toEqual([]);
    });

    test('the project may be given by its name', async () => {
      expect((await api.newKey(ada.token, { project: 'default' })).project).toBe(ada.person.project.id);
      const answer = await api.call('POST', KEYS, { as: ada.token, body: { name: 'x', project: 'nowhere' } });
      expect([answer.status, answer.body.error.param]).toEqual([404, 'project']);
    });

    test('leaves a line in the audit log that says who, and never the secret', async () => {
      const key = await api.newKey(ada.token, { name: 'seen', limit_usd: 3 });
      const [line] = await audited(key.id);
      expect(line).toMatchObject({
        organizationId: ada.person.organization.id,
        actor: ada.person.userId,
        action: 'key.created',
        details: { name: 'seen', limit_usd: '3.00', prefix: key.key_prefix },
      });
      expect(JSON.stringify(line)).not.toContain(key.raw.slice(10));
    });
  });

  describe('keys below keys', () => {
    test('a key makes keys below itself and below those, and sees only them', async () => {
      const manager = await api.newKey(ada.token, { name: 'manager', permissions: ['inference', 'manage'] });
      const child = await api.newKey(manager.raw, { name: 'child', permissions: ['manage'] });
      const grandchild = await api.newKey(manager.raw, {
        name: 'grandchild',
        parent: child.id,
        permissions: ['manage'],
      });
      const other = await api.newKey(ada.token, { name: 'other' });
      expect([child.parent, grandchild.parent]).toEqual([manager.id, child.id]);
      const listed = async (as: string) =>
        (await api.call('GET', KEYS, { as })).body.data.map((key: { name: string }) => key.name);
      expect(await listed(manager.raw)).toEqual(['grandchild', 'child', 'manager']);
      expect(await listed(child.raw)).toEqual(['grandchild', 'child']);
      expect((await show(other.id, manager.raw)).error.code).toBe('not_found');
      expect((await show(manager.id, child.raw)).error.code).toBe('not_found');
      const [line] = await audited(child.id);
      expect(line!.actor).toBe(manager.id);
      for (const parent of [other.id, manager.id]) {
        const answer = await api.call('POST', KEYS, {
          as: child.raw,
          body: { name: 'x', parent, permissions: ['manage'] },
        });
        expect([answer.status, answer.body.error.param]).toEqual([404, 'parent']);
      }
    });

    test.each([
      ['permissions that the parent lacks', { permissions: ['inference'] }, 'permissions'],
      ['the default permissions, when the parent lacks them', {}, 'permissions'],
      [
        'models that the parent may not use',
        { permissions: ['manage'], models: ['gpt-4o-mini', 'claude-haiku-4.5'] },
        'models',
      ],
    ])('a child never gets %s', async (_case, body, param) => {
      const parent = await api.newKey(ada.token, { permissions: ['manage'], models: ['gpt-4o-mini'] });
      for (const [as, extra] of [
        [parent.raw, {}],
        [ada.token, { parent: parent.id }],
      ] as const) {
        const answer = await api.call('POST', KEYS, { as, body: { name: 'x', ...body, ...extra } });
        expect([answer.status, answer.body.error.code, answer.body.error.param]).toEqual([
          403,
          'permission_denied',
          param,
        ]);
      }
      const own = await api.newKey(parent.raw, {
        permissions: ['manage'],
        models: ['openai/gpt-4o-mini', 'GPT-4o-Mini'],
      });
      const below = await api.call('POST', KEYS, {
        as: ada.token,
        body: { name: 'x', parent: own.id, permissions: ['manage'], models: ['claude-haiku-4.5'] },
      });
      expect(below.status).toBe(403);
    });

    test('a child may have a higher limit than its parent, but what it may spend is bound by both', async () => {
      const parent = await api.newKey(ada.token, { permissions: ['inference', 'manage'], limit_usd: 1 });
      const child = await api.newKey(parent.raw, { limit_usd: 100 });
      expect(child.balance_usd).toBe('100.00');
      const balance = await api.call('GET', '/api/v1/balance', { as: child.raw });
      expect(balance.body).toEqual({ balance_usd: '1.00', currency: 'USD' });
      const top = await api.newKey(ada.token, { limit_usd: 100 });
      expect((await api.call('GET', '/api/v1/me', { as: top.raw })).body.balance_usd).toBe('5.00');
    });

    test('what a child spends counts for every key above it', async () => {
      const parent = await api.newKey(ada.token, { permissions: ['inference', 'manage'], limit_usd: 1 });
      const child = await api.newKey(parent.raw, {});
      await api.use(child.raw, { cost_nano: '400000000' });
      expect(await show(parent.id)).toMatchObject({
        balance_usd: '0.60',
        limits: { spent_usd: '0.40' },
        last_used_at: expect.any(String),
      });
      await api.use(child.raw, { cost_nano: '900000000' });
      expect((await show(parent.id)).balance_usd).toBe('0.00');
      expect((await api.call('GET', '/api/v1/balance', { as: child.raw })).body.balance_usd).toBe('0.00');
    });

    test('a chain of keys ends somewhere', async () => {
      let raw = (await api.newKey(ada.token, { permissions: ['manage'] })).raw;
      for (let depth = 1; depth <= 16; depth++) raw = (await api.newKey(raw, { permissions: ['manage'] })).raw;
      const answer = await api.call('POST', KEYS, { as: raw, body: { name: 'too deep', permissions: ['manage'] } });
      expect([answer.status, answer.body.error.param]).toEqual([409, 'parent']);
    });

    test('a key may not change itself, nor what is above it', async () => {
      const parent = await api.newKey(ada.token, { permissions: ['inference', 'manage'], limit_usd: 1 });
      const child = await api.newKey(parent.raw, { permissions: ['manage'] });
      const answer = await patch(parent.id, { limit_usd: '1000' }, parent.raw);
      expect([answer.status, answer.body.error.code]).toEqual([403, 'permission_denied']);
      expect((await patch(parent.id, { limit_usd: '1000' }, child.raw)).status).toBe(404);
      expect((await api.call('DELETE', `${KEYS}/${parent.id}`, { as: child.raw })).status).toBe(404);
      expect((await show(parent.id)).limits.limit_usd).toBe('1.00');
      expect((await patch(child.id, { limit_usd: '1000', name: 'changed' }, parent.raw)).body).toMatchObject({
        name: 'changed',
        balance_usd: '1000.00',
      });
      expect((await patch(child.id, { permissions: ['inference', 'manage'] }, parent.raw)).status).toBe(200);
    });

    test('a child cannot be raised above its parent later either', async () => {
      const parent = await api.newKey(ada.token, { permissions: ['manage'], models: ['gpt-4o-mini'] });
      const child = await api.newKey(parent.raw, { permissions: ['manage'] });
      expect((await patch(child.id, { permissions: ['inference'] })).body.error.param).toBe('permissions');
      expect((await patch(child.id, { models: ['claude-haiku-4.5'] }, parent.raw)).body.error.param).toBe('models');
    });

    test('a permission taken from a key is taken from every key below it', async () => {
      const top = await api.newKey(ada.token, { permissions: ['inference', 'manage'] });
      const middle = await api.newKey(top.raw, { permissions: ['inference', 'manage'] });
      const bottom = await api.newKey(middle.raw, { permissions: ['manage'] });
      const changed = await patch(top.id, { permissions: ['inference'] });
      expect(changed.body.permissions).toEqual(['inference']);
      expect((await show(middle.id)).permissions).toEqual(['inference']);
      expect((await show(bottom.id)).permissions).toEqual([]);
      expect((await api.call('GET', KEYS, { as: middle.raw })).status).toBe(403);
      expect((await audited(bottom.id)).map((line) => line.action)).toEqual(['key.created', 'key.updated']);
    });
  });

  describe('changing', () => {
    test('changes only what is named, and null takes away', async () => {
      const key = await api.newKey(ada.token, {
        name: 'before',
        limit_usd: 5,
        period_limit_usd: 1,
        period: '1d',
        expires_in: '1d',
        models: ['gpt-4o-mini'],
      });
      expect((await patch(key.id, { name: 'after' })).body).toMatchObject({
        name: 'after',
        expires_at: key.expires_at,
        limits: key.limits,
        models: ['gpt-4o-mini'],
      });
      expect((await patch(key.id, { limit_usd: null })).body).toMatchObject({
        balance_usd: '1.00',
        limits: { limit_usd: null, period_limit_usd: '1.00' },
      });
      expect((await patch(key.id, { period: null })).body).toMatchObject({
        balance_usd: null,
        limits: { period: null, period_limit_usd: null },
      });
      expect((await patch(key.id, { expires_in: null, models: null })).body).toMatchObject({
        expires_at: null,
        models: null,
      });
      const lines = await audited(key.id);
      expect(lines.map((line) => [line.action, line.details])).toEqual([
        ['key.created', expect.anything()],
        ['key.updated', { name: 'after' }],
        ['key.updated', { limit_usd: null }],
        ['key.updated', { period: null }],
        ['key.updated', { expires_in: null, models: null }],
      ]);
    });

    test('a recurring limit needs its period, and a period its limit', async () => {
      const key = await api.newKey(ada.token);
      expect((await patch(key.id, { period_limit_usd: 1 })).body.error).toMatchObject({
        code: 'invalid_request',
        param: 'period',
      });
      expect((await patch(key.id, { period: '1d' })).body.error).toMatchObject({
        code: 'invalid_request',
        param: 'period_limit_usd',
      });
      expect((await patch(key.id, { period: '1d', period_limit_usd: null })).body.error.param).toBe('period_limit_usd');
      expect((await patch(key.id, { period: '1d', period_limit_usd: 2 })).body.limits).toMatchObject({
        period: '1d',
        period_limit_usd: '2.00',
      });
      expect((await patch(key.id, { period_limit_usd: 3 })).body.limits).toMatchObject({
        period: '1d',
        period_limit_usd: '3.00',
      });
    });

    test('spending counts in its own window only, and a new period starts afresh', async () => {
      const key = await api.newKey(ada.token, { period_limit_usd: 1, period: '1d' });
      await api.use(key.raw, { cost_nano: '250000000', windows: { [key.id]: 0 } });
      expect(await show(key.id)).toMatchObject({
        balance_usd: '0.75',
        limits: { period_spent_usd: '0.25', spent_usd: '0.25' },
      });
      expect((await patch(key.id, { period_limit_usd: 2 })).body.limits.period_spent_usd).toBe('0.25');
      await api.services.store.db
        .update(apiKeys)
        .set({ periodAnchor: new Date(Date.now() - 36 * 3_600_000) })
        .where(eq(apiKeys.id, key.id));
      expect(await show(key.id)).toMatchObject({ balance_usd: '2.00', limits: { period_spent_usd: '0.00' } });
      const changed = (await patch(key.id, { period: '1w' })).body;
      expect(changed.limits).toMatchObject({ period: '1w', period_spent_usd: '0.00', spent_usd: '0.25' });
      expect(Date.parse(changed.limits.period_resets_at) - Date.now()).toBeGreaterThan(6.9 * 86_400_000);
    });

    test('a disabled key stops and an enabled one goes on', async () => {
      const key = await api.newKey(ada.token);
      expect((await patch(key.id, { status: 'disabled' })).body.status).toBe('disabled');
      expect(await works(key.raw)).toBe(false);
      expect((await patch(key.id, { status: 'active' })).body.status).toBe('active');
      await expect.poll(() => works(key.raw), { timeout: 3000 }).toBe(true);
    });

    test('an expired key is activated only with a new expiry', async () => {
      const key = await api.newKey(ada.token, { expires_in: '1h' });
      expect(await works(key.raw)).toBe(true);
      await expire(key.id);
      expect(await works(key.raw)).toBe(false);
      expect((await show(key.id)).status).toBe('expired');
      const refused = await patch(key.id, { status: 'active' });
      expect([refused.status, refused.body.error.code, refused.body.error.param]).toEqual([
        409,
        'conflict',
        'expires_in',
      ]);
      expect(refused.body.error.message).toContain('--expires 30d');
      expect((await patch(key.id, { name: 'still expired' })).body.status).toBe('expired');
      expect((await patch(key.id, { status: 'active', expires_in: '30d' })).body.status).toBe('active');
      await expect.poll(() => works(key.raw), { timeout: 3000 }).toBe(true);
    });
  });

  describe('revoking', () => {
    test('takes every key below with it, for good, and may be repeated', async () => {
      const top = await api.newKey(ada.token, { permissions: ['inference', 'manage'] });
      const middle = await api.newKey(top.raw, { permissions: ['inference', 'manage'] });
      const bottom = await api.newKey(middle.raw, {});
      const gone = await api.newKey(middle.raw, {});
      await api.call('DELETE', `${KEYS}/${gone.id}`, { as: ada.token });
      expect(await works(bottom.raw)).toBe(true);
      const first = await api.call('DELETE', `${KEYS}/${top.id}`, { as: ada.token });
      expect([first.status, first.body]).toEqual([200, { id: top.id, status: 'revoked', revoked: 3 }]);
      for (const key of [top, middle, bottom]) {
        expect((await show(key.id)).status).toBe('revoked');
        expect(await works(key.raw)).toBe(false);
        expect((await audited(key.id)).map((line) => line.action)).toEqual(['key.created', 'key.revoked']);
      }
      const again = await api.call('DELETE', `${KEYS}/${top.id}`, { as: ada.token });
      expect([again.status, again.body.revoked]).toEqual([200, 0]);
      for (const answer of [
        await patch(bottom.id, { status: 'active' }),
        await api.call('POST', `${KEYS}/${top.id}/roll`, { as: ada.token }),
        await api.call('POST', KEYS, { as: ada.token, body: { name: 'x', parent: top.id } }),
      ]) {
        expect([answer.status, answer.body.error.code]).toEqual([409, 'conflict']);
      }
    });

    test('revoked keys are listed only on request', async () => {
      const key = await api.newKey(ada.token, { name: 'leaver' });
      await api.call('DELETE', `${KEYS}/${key.id}`, { as: ada.token });
      const ids = async (query: string) =>
        (await api.call('GET', `${KEYS}?name=leaver${query}`, { as: ada.token })).body.data.map(
          (one: { id: string }) => one.id,
        );
      expect(await ids('')).toEqual([]);
      expect(await ids('&all=false')).toEqual([]);
      expect(await ids('&all=true')).toEqual([key.id]);
    });

    test('keys that are made while their parent is revoked never outlive it', async () => {
      const top = await api.newKey(ada.token, { permissions: ['inference', 'manage'] });
      const middle = await api.newKey(top.raw, { permissions: ['inference', 'manage'] });
      const makers = Array.from({ length: 12 }, () =>
        api.call('POST', KEYS, { as: ada.token, body: { name: 'late', parent: middle.id } }),
      );
      const revoke = api.call('DELETE', `${KEYS}/${top.id}`, { as: ada.token });
      const made = (await Promise.all(makers)).filter((answer) => answer.status === 201);
      expect((await revoke).status).toBe(200);
      for (const { body } of made) expect((await show(body.id)).status).toBe('revoked');
    });

    test('a revocation waits for a key that is being made below, and takes it too', async () => {
      const top = await api.newKey(ada.token, { permissions: ['inference', 'manage'] });
      const middle = await api.newKey(top.raw, { permissions: ['inference', 'manage'] });
      const { services } = api;
      let isMade = (_id: string) => {};
      const made = new Promise<string>((resolve) => {
        isMade = resolve;
      });
      let release = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const making = once(services, { scope: 'test', key: top.id, request: '' }, async (inside) => {
        const key = await createKey(
          inside,
          { kind: 'person', person: ada.person },
          { name: 'late', parent: middle.id },
        );
        isMade(key.id);
        await released;
        return { status: 201, body: key };
      });
      const id = await made;
      let over = false;
      const revoke = api.call('DELETE', `${KEYS}/${top.id}`, { as: ada.token }).finally(() => {
        over = true;
      });
      // Where there is one connection the revocation waits for it; else for the row, unless it is over, which is the bug.
      const waits = sql`select 1 from pg_locks where not granted`;
      if (engine === 'Postgres')
        await expect.poll(async () => over || (await services.store.db.execute(waits)).rowCount! > 0).toBe(true);
      release();
      await making;
      expect((await revoke).body.revoked).toBe(3);
      expect((await show(id)).status).toBe('revoked');
    });

    test('a key may revoke itself', async () => {
      const key = await api.newKey(ada.token, { permissions: ['inference', 'manage'] });
      expect((await api.call('DELETE', `${KEYS}/${key.id}`, { as: key.raw })).body.revoked).toBe(1);
      expect(await works(key.raw)).toBe(false);
    });
  });

  describe('rolling', () => {
    test('gives a new secret and ends the old one at once; everything else stays', async () => {
      const key = await api.newKey(ada.token, { name: 'rolled', limit_usd: 2 });
      expect(await works(key.raw)).toBe(true);
      const { status, body } = await api.call('POST', `${KEYS}/${key.id}/roll`, { as: ada.token });
      expect(status).toBe(200);
      expect(body).toEqual({ ...key, raw: body.raw, key_prefix: body.raw.slice(0, 10), old_expires_at: null });
      expect(body.raw).not.toBe(key.raw);
      expect([await works(key.raw), await works(body.raw)]).toEqual([false, true]);
      const lines = await audited(key.id);
      expect(lines.at(-1)).toMatchObject({
        action: 'key.rolled',
        details: { old_prefix: key.key_prefix, prefix: body.key_prefix },
      });
    });

    test('with a grace time both secrets work until it ends', async () => {
      const key = await api.newKey(ada.token);
      const { body } = await api.call('POST', `${KEYS}/${key.id}/roll`, { as: ada.token, body: { grace: '1h' } });
      expect(Date.parse(body.old_expires_at) - Date.now()).toBeGreaterThan(3_590_000);
      expect([await works(key.raw), await works(body.raw)]).toEqual([true, true]);
      await api.services.store.transaction(async (tx, announce) => {
        await tx
          .update(apiKeys)
          .set({ previousExpiresAt: new Date(Date.now() - 1) })
          .where(eq(apiKeys.id, key.id));
        announce('key', key.id);
      });
      expect([await works(key.raw), await works(body.raw)]).toEqual([false, true]);
    });

    test('revoking ends both secrets of a grace time', async () => {
      const key = await api.newKey(ada.token);
      const { body } = await api.call('POST', `${KEYS}/${key.id}/roll`, { as: ada.token, body: { grace: '1h' } });
      await api.call('DELETE', `${KEYS}/${key.id}`, { as: ada.token });
      expect([await works(key.raw), await works(body.raw)]).toEqual([false, false]);
    });

    test('a key of another shape, as for bootstrapping, keeps working for its grace time', async () => {
      const raw = `sk-gw-${'bootstrap'.repeat(4)}`;
      const key = await api.newKey(ada.token);
      await api.services.store.transaction(async (tx, announce) => {
        const hash = api.services.secrets.hashApiKey(raw);
        await tx.update(apiKeys).set({ hash, irregular: true }).where(eq(apiKeys.id, key.id));
        announce('key', key.id);
      });
      await expect.poll(() => works(raw), { timeout: 3000 }).toBe(true);
      const { body } = await api.call('POST', `${KEYS}/${key.id}/roll`, { as: ada.token, body: { grace: '1h' } });
      // Twice, so that the ring has surely read again which keys have another shape.
      for (const name of ['once', 'twice']) await patch(key.id, { name });
      await show(key.id);
      expect(await works(raw)).toBe(true);
      const again = await api.call('POST', `${KEYS}/${key.id}/roll`, { as: ada.token });
      expect([await works(raw), await works(body.raw), await works(again.body.raw)]).toEqual([false, false, true]);
    });

    test('a key may roll itself', async () => {
      const key = await api.newKey(ada.token, { permissions: ['manage'] });
      const { body } = await api.call('POST', `${KEYS}/${key.id}/roll`, { as: key.raw });
      expect([await works(key.raw), await works(body.raw)]).toEqual([false, true]);
    });

    test.each(['', '0h', '1', '1y', '-1h', '31d', '99999d', 24])('refuses the grace time %o', async (grace) => {
      const key = await api.newKey(ada.token);
      const { status, body } = await api.call('POST', `${KEYS}/${key.id}/roll`, { as: ada.token, body: { grace } });
      expect([status, body.error.code, body.error.param]).toEqual([400, 'invalid_request', 'grace']);
      expect(await works(key.raw)).toBe(true);
    });
  });

  test('a key that is found again page by page: each once, newest first, whatever is added meanwhile', async () => {
    const eve = await api.signUp('eve');
    const made: string[] = [];
    for (let n = 0; n < 7; n++) made.unshift((await api.newKey(eve.token, { name: `k${n}` })).id);
    // Several with one and the same instant, microseconds included: ids decide.
    await api.services.store.db
      .update(apiKeys)
      .set({ createdAt: new Date('2026-01-01T00:00:00.123Z') })
      .where(eq(apiKeys.organizationId, eve.person.organization.id));
    made.sort().reverse();
    const found: string[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null && pages < 10; pages++) {
      const { body } = await api.call('GET', `${KEYS}?limit=2${cursor && `&cursor=${cursor}`}`, { as: eve.token });
      found.push(...body.data.map((key: { id: string }) => key.id));
      expect(body.data.length).toBeLessThanOrEqual(2);
      cursor = body.next_cursor;
      if (pages === 1) await api.newKey(eve.token, { name: 'in between' });
    }
    expect(found).toEqual(made);
  });
});
