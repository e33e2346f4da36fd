import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENGINES, type Harness, startApi } from '../api/harness.ts';

describe.each(ENGINES)('a request that an own key at a provider served, on %s', (engine) => {
  let api: Harness;
  beforeAll(async () => {
    api = await startApi(engine);
  });
  afterAll(() => api?.close());

  test('counts against the limits of its key, and is no movement of the balance', async () => {
    const ann = await api.signUp('ann', 5_000_000_000n);
    const key = await api.newKey(ann.token, { limit_usd: '10' });
    await api.use(key.raw, { own_key: true, cost_nano: '2000000000' });
    await api.use(key.raw, { cost_nano: '1000000000' });
    const get = async (path: string, as = ann.token) => (await api.call('GET', `/api/v1${path}`, { as })).body;
    expect(await get('/balance')).toMatchObject({ balance_usd: '4.00' });
    expect((await get('/transactions?kind=usage')).data.map((row: { amount_usd: string }) => row.amount_usd)).toEqual([
      '-1.00',
    ]);
    expect(await get(`/me/keys/${key.id}`)).toMatchObject({ limits: { spent_usd: '3.00' } });
    expect(await get('/usage?days=1')).toMatchObject({ total_requests: 2, total_cost_usd: '3.00' });
  });
});
