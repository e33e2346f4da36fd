import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { grantDue } from '../../../server/billing/auto-topup.ts';
import { auditLog, ledgerEntries, organizations, users } from '../../../server/store/schema.ts';
import { openStore } from '../../../server/store/store.ts';
import { ENGINES, type Harness, type SignedIn, startApi } from './harness.ts';

const USD = 1_000_000_000n;
const AUTO = '/api/v1/credits/auto';
const UNSET = {
  enabled: false,
  threshold_usd: '5.00',
  amount_usd: '25.00',
  max_per_month_usd: null,
  granted_this_month_usd: '0.00',
  last_topup_at: null,
};

describe.each(ENGINES)('automatic top-up, on %s', (engine) => {
  let api: Harness;
  beforeAll(async () => {
    api = await startApi(engine);
  });
  afterAll(() => api?.close());

  /** Somebody with so much credit; the server has one owner at a time. */
  const owner = async (name: string, creditNano = 0n): Promise<SignedIn> => {
    const signedIn = await api.signUp(name, creditNano);
    const { db } = api.services.store;
    await db.update(users).set({ isOwner: false }).where(eq(users.isOwner, true));
    await db.update(users).set({ isOwner: true }).where(eq(users.id, signedIn.person.userId));
    return signedIn;
  };
  const set = (as: string, body: unknown) => api.call('PUT', AUTO, { as, body });
  const show = async (as: string) => (await api.call('GET', AUTO, { as })).body;
  const balanceOf = async ({ person }: SignedIn) => {
    const { db } = api.services.store;
    const [row] = await db.select().from(organizations).where(eq(organizations.id, person.organization.id));
    return row!.balanceNano;
  };
  const grantsOf = async ({ person }: SignedIn) =>
    (await api.services.store.db.select().from(ledgerEntries)).filter(
      ({ organizationId, kind }) => organizationId === person.organization.id && kind === 'auto_topup',
    );
  /** A request of the organisation that cost so much, booked; then what automatic top-up did about it is awaited. */
  const spend = async (raw: string, nano: bigint) => {
    await api.use(raw, { cost_nano: nano.toString() });
    await api.services.accounting.flush();
  };
  const settled = (check: () => Promise<void>) =>
    expect.poll(() => check().then(() => true), { timeout: 5000 }).toBe(true);

  test('is off until somebody sets it, and tells its defaults', async () => {
    const ann = await owner('ann');
    expect(await show(ann.token)).toEqual(UNSET);
  });

  test('is for the owner of the server alone: anybody else is told whom to ask', async () => {
    const bob = await api.signUp('bob');
    const { status, body } = await set(bob.token, { enabled: true });
    expect([status, body.error.code]).toEqual([403, 'permission_denied']);
    expect(body.error.message).toContain('gateway topup --amount 25');
    expect(await show(bob.token)).toEqual(UNSET);
    const key = await api.newKey(bob.token, { permissions: ['inference', 'manage'] });
    expect((await api.call('GET', AUTO, { as: key.raw })).status).toBe(403);
  });

  test('what is left out stays as it is, and the change is in the audit log', async () => {
    const cas = await owner('cas', 100n * USD);
    await set(cas.token, { threshold_usd: 7, max_per_month_usd: '50' });
    const after = await set(cas.token, { enabled: true, amount_usd: '10' });
    expect(after).toMatchObject({ status: 200 });
    expect(after.body).toEqual({
      ...UNSET,
      enabled: true,
      threshold_usd: '7.00',
      amount_usd: '10.00',
      max_per_month_usd: '50.00',
    });
    expect((await set(cas.token, { max_per_month_usd: null })).body).toMatchObject({ max_per_month_usd: null });
    const told = await api.services.store.db
      .select({ action: auditLog.action, details: auditLog.details })
      .from(auditLog)
      .where(eq(auditLog.actor, cas.person.userId));
    expect(told).toContainEqual({ action: 'auto_topup.updated', details: { enabled: true, amount_usd: '10.00' } });
  });

  test.each([
    [{}, 'body'],
    [{ enabled: 'yes' }, 'enabled'],
    [{ threshold_usd: '0' }, 'threshold_usd'],
    [{ threshold_usd: '10', amount_usd: '9' }, 'amount_usd'],
    [{ amount_usd: '10001' }, 'amount_usd'],
    [{ max_per_month_usd: '10' }, 'max_per_month_usd'],
    [{ tokens: 'USDC' }, 'tokens'],
  ])('refuses %o', async (body, param) => {
    const dan = await owner(`dan-${param}-${JSON.stringify(body).length}`);
    const answer = await set(dan.token, body);
    expect([answer.status, answer.body.error.code, answer.body.error.param]).toEqual([400, 'invalid_request', param]);
    expect(await show(dan.token)).toEqual(UNSET);
  });

  test('adds what is due at once when it is switched on, and says so', async () => {
    const eve = await owner('eve', USD);
    const { body } = await set(eve.token, { enabled: true });
    expect(body).toMatchObject({ granted_this_month_usd: '25.00', last_topup_at: expect.stringMatching(/Z$/) });
    expect(await balanceOf(eve)).toBe(26n * USD);
    const { data } = (await api.call('GET', '/api/v1/transactions', { as: eve.token })).body;
    expect(data[0]).toMatchObject({
      kind: 'credit',
      amount_usd: '25.00',
      description: 'Automatic top-up: the balance was below 5.00 USD',
    });
  });

  test('a request that takes the balance below the threshold is followed by one top-up, spendable at once', async () => {
    const fay = await owner('fay', 6n * USD);
    await set(fay.token, { enabled: true, amount_usd: '10' });
    const key = await api.newKey(fay.token);
    await spend(key.raw, USD);
    expect(await balanceOf(fay)).toBe(5n * USD);
    expect(await grantsOf(fay)).toEqual([]);
    await spend(key.raw, 1n);
    await settled(async () => expect(await balanceOf(fay)).toBe(15n * USD - 1n));
    const account = api.services.budget.find(`organization:${fay.person.organization.id}`)!;
    await settled(async () => expect(account.capacity).toBe(15n * USD - 1n));
    await spend(key.raw, 1n);
    expect(await grantsOf(fay)).toHaveLength(1);
    const entries = await api.services.store.db
      .select()
      .from(auditLog)
      .where(eq(auditLog.organizationId, fay.person.organization.id));
    expect(entries.filter(({ action }) => action === 'auto_topup.granted')).toMatchObject([
      { details: { amount_usd: '10.00', balance_usd: '4.999999999' } },
    ]);
  });

  test('a request that is refused for want of credit makes up for a top-up that was missed', async () => {
    const gil = await owner('gil', 6n * USD);
    await set(gil.token, { enabled: true });
    const key = await api.newKey(gil.token);
    const { db } = api.services.store;
    await db.update(organizations).set({ balanceNano: 0n }).where(eq(organizations.id, gil.person.organization.id));
    await api.use(key.raw, { cost_nano: '0', status_code: 402, error_code: 'insufficient_balance' });
    await settled(async () => expect(await balanceOf(gil)).toBe(25n * USD));
  });

  test('adds no more in a month than the cap, counting what it added before', async () => {
    const hal = await owner('hal');
    await set(hal.token, { enabled: true, amount_usd: '10', max_per_month_usd: '25' });
    const key = await api.newKey(hal.token);
    await spend(key.raw, 10n * USD);
    await settled(async () => expect(await balanceOf(hal)).toBe(10n * USD));
    await spend(key.raw, 10n * USD);
    await grantDue(api.services, [hal.person.organization.id]);
    expect(await balanceOf(hal)).toBe(0n);
    expect(await show(hal.token)).toMatchObject({ granted_this_month_usd: '20.00' });
    const { db } = api.services.store;
    const lastMonth = new Date(Date.now() - 32 * 86_400_000);
    const [first] = await grantsOf(hal);
    await db.update(ledgerEntries).set({ createdAt: lastMonth }).where(eq(ledgerEntries.id, first!.id));
    await grantDue(api.services, [hal.person.organization.id]);
    expect(await balanceOf(hal)).toBe(10n * USD);
  });

  test('adds nothing once it is switched off', async () => {
    const ida = await owner('ida', 6n * USD);
    await set(ida.token, { enabled: true });
    await set(ida.token, { enabled: false });
    const key = await api.newKey(ida.token);
    await spend(key.raw, 5n * USD);
    await grantDue(api.services, [ida.person.organization.id]);
    expect(await grantsOf(ida)).toEqual([]);
  });

  test('forty who see the balance below the threshold at once grant once, also from another process', async () => {
    const jon = await owner('jon', 6n * USD);
    await set(jon.token, { enabled: true });
    const { db } = api.services.store;
    const id = jon.person.organization.id;
    await db.update(organizations).set({ balanceNano: USD }).where(eq(organizations.id, id));
    const { config, log } = api.services;
    const other = config.databaseUrl === undefined ? undefined : await openStore({ config, log });
    const processes = [api.services, ...(other ? [{ store: other, log }] : [])];
    await Promise.all(Array.from({ length: 40 }, (_, i) => grantDue(processes[i % processes.length]!, [id])));
    await other?.close();
    expect(await balanceOf(jon)).toBe(26n * USD);
    expect(await grantsOf(jon)).toHaveLength(1);
  });
});
