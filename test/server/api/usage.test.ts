import { count, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { routingNote } from '../../../server/billing/routing-note.ts';
import { auditLog, ledgerEntries, members, organizations, topups } from '../../../server/store/schema.ts';
import { type Answer, ENGINES, type Harness, type SignedIn, startApi } from './harness.ts';

const HOUR_MS = 3_600_000;
const SPAN = { from: expect.stringMatching(/^\d{4}-.*Z$/), to: expect.stringMatching(/^\d{4}-.*Z$/) };
const ago = (hours: number) => new Date(Date.now() - hours * HOUR_MS).toISOString();

describe.each(ENGINES)('usage, logs and money, on %s', (engine) => {
  let api: Harness;
  let ada: SignedIn;
  let top: Answer['body'];
  let child: Answer['body'];
  let other: Answer['body'];
  let failed: string;
  let detailed: string;

  beforeAll(async () => {
    api = await startApi(engine);
    ada = await api.signUp('ada', 10_000_000_000n);
    top = await api.newKey(ada.token, { name: 'top', permissions: ['inference', 'manage'] });
    child = await api.newKey(top.raw, { name: 'child' });
    other = await api.newKey(ada.token, { name: 'other' });
    await api.use(top.raw, { cost_nano: '1000000000', model: 'gpt-4o', session: 's1', created_at: ago(3) });
    detailed = await api.use(child.raw, {
      cost_nano: '2000000001',
      model: 'claude-haiku-4.5',
      provider: 'anthropic',
      provider_model: 'claude-haiku-4-5',
      format: 'anthropic-messages',
      stream: true,
      source: 'claude-code',
      tokens_in: 3_000_000_000 / 2,
      tokens_cached: 7,
      tokens_cache_write: 8,
      tokens_out: 20,
      tokens_reasoning: 9,
      first_token_ms: 33,
      estimated: true,
      metadata: { team: 'blue' },
      created_at: ago(2),
    });
    failed = await api.use(child.raw, {
      cost_nano: '0',
      status_code: 503,
      error_code: 'provider_unavailable',
      provider: null,
      provider_model: null,
      tokens_in: 99,
      created_at: ago(1),
    });
    await api.use(other.raw, { cost_nano: '500000000', model: 'gpt-4o', created_at: ago(30) });
    await api.use(other.raw, { cost_nano: '250000000', model: 'gpt-4o', created_at: ago(24 * 40) });
  });
  afterAll(() => api?.close());

  const get = async (path: string, as = ada.token) => {
    const answer = await api.call('GET', `/api/v1${path}`, { as });
    expect([path, answer.status]).toEqual([path, 200]);
    return answer.body;
  };

  const refused = async (path: string, status: number, param: string, as = ada.token) => {
    const answer = await api.call('GET', `/api/v1${path}`, { as });
    expect([path, answer.status, answer.body.error?.param]).toEqual([path, status, param]);
  };

  describe('usage', () => {
    test.each([
      ['', 30, 3, '3.500000001'],
      ['?days=1', 1, 2, '3.000000001'],
      ['?days=365', 365, 4, '3.750000001'],
    ])('GET /usage%s counts what succeeded in so many times 24 hours', async (query, days, requests, cost) => {
      expect(await get(`/usage${query}`)).toEqual({
        range_days: days,
        ...SPAN,
        total_requests: requests,
        total_tokens_in: 1_500_000_000 + (requests - 1) * 10,
        total_tokens_out: 20 + (requests - 1) * 5,
        total_cost_usd: cost,
      });
    });

    test('a key sees itself and what hangs below it', async () => {
      expect(await get('/usage', top.raw)).toMatchObject({ total_requests: 2, total_cost_usd: '3.000000001' });
      expect(await get('/usage', child.raw)).toMatchObject({ total_requests: 1, total_cost_usd: '2.000000001' });
      expect(await get('/usage', other.raw)).toMatchObject({ total_requests: 1, total_cost_usd: '0.50' });
    });

    test.each([
      ['range=1h', 0.0417, 0],
      ['range=24h', 1, 2],
      ['range=2d', 2, 3],
      ['range=8760h', 365, 4],
      [`from=${ago(2.5)}`, 0.1042, 1],
      [`from=${ago(31)}&to=${ago(2.5)}`, 1.1875, 2],
      [`from=${ago(24 * 40).slice(0, 10)}&to=${ago(24 * 40).slice(0, 10)}`, 1, 1],
      [`from=${encodeURIComponent(ago(4).replace('Z', '+00:00'))}`, 0.1667, 2],
    ])('GET /usage?%s is about that time', async (query, days, requests) => {
      expect(await get(`/usage?${query}`)).toMatchObject({
        range_days: expect.closeTo(days, 2),
        total_requests: requests,
      });
    });

    test('a date alone is a whole day in UTC, the last one included', async () => {
      expect(await get('/usage?from=2026-01-01&to=2026-01-31')).toMatchObject({
        range_days: 31,
        from: '2026-01-01T00:00:00.000Z',
        to: '2026-02-01T00:00:00.000Z',
      });
    });

    test.each([
      ['days=7&range=1h', 'range'],
      ['days=7&from=2026-01-01', 'from'],
      ['range=1h&to=2026-01-01', 'to'],
      ['to=2026-01-01', 'from'],
      ['range=0h', 'range'],
      ['range=366d', 'range'],
      ['range=8761h', 'range'],
      ['range=2w', 'range'],
      ['from=yesterday', 'from'],
      ['from=2026-02-30', 'from'],
      ['from=2026-01-01T10:00:00', 'from'],
      ['from=2026-02-01&to=2026-01-01', 'from'],
      ['from=2999-01-01', 'from'],
      ['from=2020-01-01&to=2021-01-02', 'from'],
    ])('GET /usage?%s is refused', async (query, param) => {
      await refused(`/usage?${query}`, 400, param);
      await refused(`/usage/breakdown?by=day&${query}`, 400, param);
    });

    test('another organisation can be asked for by its members, and by nobody else', async () => {
      const { db } = api.services.store;
      const [zoe, yan] = [await api.signUp('zoe'), await api.signUp('yan')];
      const key = await api.newKey(yan.token);
      await api.use(key.raw);
      await get('/usage', yan.token);
      const org = yan.person.organization.id;
      await refused(`/usage?org=${org}`, 404, 'org', zoe.token);
      await refused(`/usage?org=${org}`, 404, 'org', top.raw);
      await db.insert(members).values({ organizationId: org, userId: zoe.person.userId, role: 'developer' });
      for (const query of [`org=${org}`, "org=yan's", `org=${org}&key=${key.id}`, `org=${org}&project=default`])
        expect(await get(`/usage?${query}`, zoe.token)).toMatchObject({ total_requests: 1 });
      expect(await get(`/usage/breakdown?by=model&org=${org}`, zoe.token)).toMatchObject({ total_requests: 1 });
      expect(await get('/usage', zoe.token)).toMatchObject({ total_requests: 0 });
      expect(await get(`/usage?org=${org}`, key.raw)).toMatchObject({ total_requests: 1 });
      await refused(`/usage?org=${org}&key=${top.id}`, 404, 'key', zoe.token);
    });

    test('one key with those below it, or one project, can be asked for', async () => {
      expect(await get(`/usage?key=${top.id}`)).toMatchObject({ total_requests: 2 });
      expect(await get(`/usage?key=${child.id}`, top.raw)).toMatchObject({ total_requests: 1 });
      expect(await get(`/usage?project=${ada.person.project.id}`)).toMatchObject({ total_requests: 3 });
      expect(await get('/usage?project=default&days=1', child.raw)).toMatchObject({ total_requests: 1 });
      for (const key of [other.id, top.id]) {
        const answer = await api.call('GET', `/api/v1/usage?key=${key}`, { as: child.raw });
        expect([answer.status, answer.body.error.param]).toEqual([404, 'key']);
      }
    });

    test('nothing used is zero, not an error', async () => {
      const zeros = { total_requests: 0, total_tokens_in: 0, total_tokens_out: 0, total_cost_usd: '0.00' };
      const bob = await api.signUp('bob');
      expect(await get('/usage', bob.token)).toEqual({ range_days: 30, ...SPAN, ...zeros });
      for (const by of ['model', 'key', 'session'])
        expect(await get(`/usage/breakdown?by=${by}`, bob.token)).toEqual({
          range_days: 30,
          ...SPAN,
          by,
          ...zeros,
          groups: [],
        });
      const { groups } = await get('/usage/breakdown?by=day&days=2', bob.token);
      expect(groups).toEqual([48, 24, 0].map((hours) => ({ group: ago(hours).slice(0, 10), name: null, ...zeros })));
    });

    test.each([
      [
        'model',
        [
          ['claude-haiku-4.5', 1, '2.000000001'],
          ['gpt-4o', 2, '1.50'],
        ],
      ],
      [
        'provider',
        [
          ['anthropic', 1, '2.000000001'],
          ['openai', 2, '1.50'],
        ],
      ],
      [
        'source',
        [
          ['claude-code', 1, '2.000000001'],
          ['none', 2, '1.50'],
        ],
      ],
      [
        'session',
        [
          ['none', 2, '2.500000001'],
          ['s1', 1, '1.00'],
        ],
      ],
    ])('by %s, dearest first', async (by, groups) => {
      const body = await get(`/usage/breakdown?by=${by}`);
      expect(body).toMatchObject({ by, total_requests: 3, total_cost_usd: '3.500000001' });
      expect(body.groups.map((one: Answer['body']) => [one.group, one.total_requests, one.total_cost_usd])).toEqual(
        groups,
      );
    });

    test('by key, with the names', async () => {
      const { groups } = await get('/usage/breakdown?by=key');
      expect(groups.map((one: Answer['body']) => [one.group, one.name])).toEqual([
        [child.id, 'child'],
        [top.id, 'top'],
        [other.id, 'other'],
      ]);
      expect((await get('/usage/breakdown?by=key', child.raw)).groups).toHaveLength(1);
    });

    test('by day, every day in order, those without use too', async () => {
      const { groups } = await get('/usage/breakdown?by=day&days=60');
      const days = groups.map((one: Answer['body']) => one.group);
      expect([days.length, days[0], days.at(-1)]).toEqual([61, ago(24 * 60).slice(0, 10), ago(0).slice(0, 10)]);
      for (const [at, day] of days.entries()) if (at > 0) expect(day > days[at - 1]).toBe(true);
      const used = groups.filter((one: Answer['body']) => one.total_requests > 0);
      expect(used[0]).toMatchObject({ group: ago(24 * 40).slice(0, 10), total_cost_usd: '0.25' });
      expect(used.reduce((sum: number, one: Answer['body']) => sum + one.total_requests, 0)).toBe(4);
    });

    test('by hour, for at most two days', async () => {
      const { groups } = await get('/usage/breakdown?by=hour&range=48h');
      expect(groups).toHaveLength(49);
      const hour = (hours: number) => `${ago(hours).slice(0, 13)}:00Z`;
      const used = groups.filter((one: Answer['body']) => one.total_requests > 0);
      expect(used.map((one: Answer['body']) => [one.group, one.total_cost_usd])).toEqual([
        [hour(30), '0.50'],
        [hour(3), '1.00'],
        [hour(2), '2.000000001'],
      ]);
      await refused('/usage/breakdown?by=hour&range=49h', 400, 'by');
      await refused('/usage/breakdown?by=hour', 400, 'by');
    });

    test('there are at most a thousand groups, and the totals are still those of all', async () => {
      const eve = await api.signUp('eve');
      const key = await api.newKey(eve.token);
      for (let n = 0; n < 1003; n++) await api.use(key.raw, { session: `s${n}` });
      const body = await get('/usage/breakdown?by=session', eve.token);
      expect([body.groups.length, body.total_requests, body.total_cost_usd]).toEqual([1000, 1003, '1.003']);
    });
  });

  describe('logs', () => {
    test('list every request, failed ones too, newest first, page by page', async () => {
      const all = (await get('/logs')).data;
      expect(all.map((one: Answer['body']) => one.key_name)).toEqual(['child', 'child', 'top', 'other', 'other']);
      const pages: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: Answer['body'] = await get(`/logs?limit=2${cursor && `&cursor=${cursor}`}`);
        pages.push(...page.data.map((one: Answer['body']) => one.id));
        cursor = page.next_cursor;
      }
      expect(pages).toEqual(all.map((one: Answer['body']) => one.id));
    });

    test('can be narrowed to a key, a model, and to what went well or wrong', async () => {
      const ids = async (query: string, as = ada.token) =>
        (await get(`/logs?${query}`, as)).data.map((one: Answer['body']) => one.id);
      expect(await ids('status=error')).toEqual([failed]);
      expect(await ids(`status=ok&key=${child.id}`)).toEqual([detailed]);
      expect(await ids('model=claude-haiku-4.5')).toEqual([detailed]);
      expect(await ids(`key=${top.id}`)).toHaveLength(3);
      expect(await ids('', other.raw)).toHaveLength(2);
      expect((await api.call('GET', `/api/v1/logs?key=${other.id}`, { as: top.raw })).status).toBe(404);
    });

    test('can be narrowed to a provider, a source, a session and a time', async () => {
      const ids = async (query: string) => (await get(`/logs?${query}`)).data.map((one: Answer['body']) => one.id);
      expect(await ids('provider=anthropic')).toEqual([detailed]);
      expect(await ids('source=claude-code')).toEqual([detailed]);
      expect(await ids('session=s1')).toHaveLength(1);
      expect(await ids(`from=${ago(1.5)}`)).toEqual([failed]);
      expect(await ids(`from=${ago(2.5)}&to=${ago(1.5)}`)).toEqual([detailed]);
      expect(await ids(`to=${ago(24 * 39).slice(0, 10)}`)).toHaveLength(1);
    });

    test('find a program by any name that it goes by', async () => {
      const tia = await api.signUp('tia');
      const key = await api.newKey(tia.token);
      const asked = await api.use(key.raw, { source: 'codex' });
      await api.use(key.raw, { source: 'cline' });
      for (const name of ['codex', 'codex-cli', 'Codex%20CLI'])
        expect((await get(`/logs?source=${name}`, tia.token)).data).toMatchObject([{ id: asked }]);
    });

    test('tell attempts that were retried from requests that failed, and neither is counted as used', async () => {
      const tim = await api.signUp('tim');
      const key = await api.newKey(tim.token);
      const failure = { status_code: 502, error_code: 'provider_error', cost_nano: '0', tokens_in: 0, tokens_out: 0 };
      const routing = {
        reason: 'weighted-score',
        attempts: [{ provider: 'acme', model: 'm', status_code: 502, error_type: 'server_error', succeeded: false }],
        scores: [{ provider: 'acme', model: 'm', score: 0.5, price: 1.25 }],
      };
      const answer = await api.use(key.raw, { routing: routingNote(routing) });
      const attempt = await api.use(key.raw, { ...failure, retried_by: answer });
      const wrong = await api.use(key.raw, failure);
      const hit = await api.use(key.raw, { cache_hit: true, cost_nano: '0' });
      const ids = async (query: string) =>
        (await get(`/logs?${query}`, tim.token)).data.map((one: Answer['body']) => one.id);
      expect(await ids('status=retried')).toEqual([attempt]);
      expect(await ids('status=error')).toEqual([wrong]);
      expect(await ids('status=cached')).toEqual([hit]);
      expect((await ids('status=ok')).toSorted()).toEqual([answer, hit].toSorted());
      expect(await ids('')).toHaveLength(4);
      expect(await get(`/logs/${answer}`, tim.token)).toMatchObject({ retried_by: null, routing, cache_hit: false });
      expect(await get(`/logs/${attempt}`, tim.token)).toMatchObject({ retried_by: answer, routing: null });
      expect(await get(`/logs/${hit}`, tim.token)).toMatchObject({ cache_hit: true });
      expect((await get('/usage', tim.token)).total_requests).toBe(2);
      const { groups } = await get('/usage/breakdown?by=key', tim.token);
      expect(groups.map((one: Answer['body']) => one.total_requests)).toEqual([2]);
    });

    test('come oldest first when that is asked for, page by page, also those of one instant', async () => {
      const ivy = await api.signUp('ivy');
      const key = await api.newKey(ivy.token);
      const made: string[] = [];
      for (let n = 0; n < 7; n++) made.push(await api.use(key.raw, { created_at: ago(n < 5 ? 3 : 2) }));
      const pages: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: Answer['body'] = await get(`/logs?order=oldest&limit=2${cursor && `&cursor=${cursor}`}`, ivy.token);
        pages.push(...page.data.map((one: Answer['body']) => one.id));
        cursor = page.next_cursor;
      }
      expect(pages).toEqual([...made.slice(0, 5).toSorted(), ...made.slice(5).toSorted()]);
      expect((await get(`/logs?order=oldest&from=${ago(2.5)}`, ivy.token)).data).toHaveLength(2);
    });

    test('show one request whole, to whoever may see its key', async () => {
      const expected = {
        id: detailed,
        created_at: expect.stringMatching(/^\d{4}-.*Z$/),
        key: child.id,
        key_name: 'child',
        model: 'claude-haiku-4.5',
        provider: 'anthropic',
        provider_model: 'claude-haiku-4-5',
        service_tier: null,
        retried_by: null,
        routing: null,
        cache_hit: false,
        format: 'anthropic-messages',
        stream: true,
        status_code: 200,
        error_code: null,
        tokens_in: 1_500_000_000,
        tokens_cached: 7,
        tokens_cache_write: 8,
        tokens_out: 20,
        tokens_reasoning: 9,
        cost_usd: '2.000000001',
        estimated: true,
        latency_ms: 120,
        time_to_first_token_ms: 33,
        source: 'claude-code',
        session: null,
        metadata: { team: 'blue' },
      };
      for (const as of [ada.token, top.raw, child.raw]) expect(await get(`/logs/${detailed}`, as)).toEqual(expected);
      for (const id of [detailed, 'req_none']) {
        const answer = await api.call('GET', `/api/v1/logs/${id}`, { as: other.raw });
        expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found']);
      }
    });
  });

  describe('money', () => {
    test('a balance includes the request that was answered a moment ago', async () => {
      const eve = await api.signUp('quick', 1_000_000_000n);
      const key = await api.newKey(eve.token, { limit_usd: '0.5' });
      await api.use(key.raw, { cost_nano: '1' });
      expect((await get('/balance', eve.token)).balance_usd).toBe('0.999999999');
      expect((await get('/balance', key.raw)).balance_usd).toBe('0.499999999');
    });

    test('reads go on while nothing can be booked', async () => {
      const { accounting } = api.services;
      for (const stuck of [() => Promise.reject(new Error('the disk is full')), () => new Promise<void>(() => {})]) {
        const flush = vi.spyOn(accounting, 'flush').mockImplementation(stuck);
        expect((await get('/balance')).balance_usd).toBe('6.249999999');
        flush.mockRestore();
      }
    });

    test('transactions are credits and one debit for each request that cost something, and sum up to the balance', async () => {
      const found: Answer['body'][] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: Answer['body'] = await get(`/transactions?limit=2${cursor && `&cursor=${cursor}`}`);
        found.push(...page.data);
        cursor = page.next_cursor;
      }
      expect(found.map((one) => [one.kind, one.amount_usd])).toEqual([
        ['credit', '10.00'],
        ['usage', '-2.000000001'],
        ['usage', '-1.00'],
        ['usage', '-0.50'],
        ['usage', '-0.25'],
      ]);
      expect(found[1]).toMatchObject({ request_id: detailed, id: detailed, description: 'claude-haiku-4.5' });
      expect((await get('/transactions?kind=credit')).data).toEqual([
        expect.objectContaining({ kind: 'credit', description: 'Opening credit', request_id: null }),
      ]);
      expect((await get('/transactions?kind=usage')).data).toHaveLength(4);
      expect((await get('/balance')).balance_usd).toBe('6.249999999');
    });

    test('a top-up is a page to go to: nothing is charged or credited', async () => {
      const { db } = api.services.store;
      const entries = async () => (await db.select({ n: count() }).from(ledgerEntries))[0]!.n;
      const before = await entries();
      const { status, body } = await api.call('POST', '/api/v1/topup', { as: ada.token, body: { amount_usd: '5' } });
      expect([status, body]).toEqual([
        201,
        {
          checkout_url: `${api.url}/topup/${body.session_id}`,
          session_id: expect.stringMatching(/^top_/),
          amount_usd: '5.00',
          fees: null,
          status: 'open',
          expires_at: expect.any(Number),
        },
      ]);
      expect(Math.abs(body.expires_at - Date.now() / 1000 - 24 * 3600)).toBeLessThan(30);
      const page = await fetch(body.checkout_url, { redirect: 'manual' });
      expect([page.status < 400, page.headers.get('content-type') ?? 'text/html']).toEqual([
        true,
        expect.stringContaining('text/'),
      ]);
      expect(await get(`/topup/${body.session_id}`)).toEqual({ ...body, paid: false, balance_usd: '6.249999999' });
      expect(await entries()).toBe(before);
      const [line] = await db.select().from(auditLog).where(eq(auditLog.target, body.session_id));
      expect(line).toMatchObject({
        action: 'topup.created',
        actor: ada.person.userId,
        details: { amount_usd: '5.00' },
      });
    });

    test('a top-up says when it is paid or over', async () => {
      const { db } = api.services.store;
      const { body } = await api.call('POST', '/api/v1/topup', { as: ada.token, body: { amount_usd: 7 } });
      const set = (values: Partial<typeof topups.$inferInsert>) =>
        db.update(topups).set(values).where(eq(topups.id, body.session_id));
      await set({ expiresAt: new Date(Date.now() - 1) });
      expect(await get(`/topup/${body.session_id}`)).toMatchObject({ status: 'expired', paid: false });
      await set({ paidAt: new Date() });
      expect(await get(`/topup/${body.session_id}`)).toMatchObject({ status: 'paid', paid: true });
    });

    test('a balance that is overdrawn is shown to a person as it is, and to a key as nothing', async () => {
      const eve = await api.signUp('overdrawn');
      const key = await api.newKey(eve.token);
      await api.services.store.db
        .update(organizations)
        .set({ balanceNano: -5_000_000n })
        .where(eq(organizations.id, eve.person.organization.id));
      expect((await get('/balance', eve.token)).balance_usd).toBe('-0.005');
      expect((await get('/balance', key.raw)).balance_usd).toBe('0.00');
    });
  });
});
