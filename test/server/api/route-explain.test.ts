import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENGINES, type Harness, startApi } from './harness.ts';

describe.each(ENGINES)('route/explain for a person, on %s', (engine) => {
  let api: Harness;
  beforeAll(async () => {
    api = await startApi(engine, { LLM_NEBIUS_API_KEY: 'k', LLM_NOVITA_API_KEY: 'k' });
    await api.signUp('first');
  });
  afterAll(() => api?.close());

  test('is what a new key of theirs would do, in the default project or in another one', async () => {
    const ann = await api.signUp('ann', 5_000_000_000n);
    const call = (method: string, path: string, body: unknown) =>
      api.call(method, `/api/v1${path}`, { as: ann.token, body });
    const explain = async (more = {}) =>
      (await call('POST', '/route/explain', { model: 'llama-3.3-70b-instruct', prompt: 'Hi', ...more })).body;
    await call('POST', '/projects', { name: 'web' });
    await call('PATCH', '/projects/web/routing', { priorities: { nebius: 0 } });
    expect(await explain()).toMatchObject({
      chosen: { provider: 'nebius' },
      budget: { affordable: true, left_usd: '5.00', bounded_by: 'The balance' },
    });
    const web = await explain({ project: 'web' });
    expect(web).toMatchObject({ chosen: { provider: 'novita' }, reason: 'only-target' });
    expect(web.excluded[0]).toMatchObject({ provider: 'nebius', code: 'priority' });
    const none = await call('POST', '/route/explain', { model: 'auto', project: 'nope' });
    expect([none.status, none.body.error.code]).toEqual([404, 'not_found']);
    await call('PATCH', '/projects/web/routing', { priorities: { novita: 0 } });
    expect(await explain({ project: 'web' })).toMatchObject({ chosen: null, refusal: { code: 'permission_denied' } });
  });

  test('somebody without money is told so', async () => {
    const poor = await api.signUp('poor');
    const { body } = await api.call('POST', '/api/v1/route/explain', {
      as: poor.token,
      body: { model: 'llama-3.3-70b-instruct', prompt: 'Hi' },
    });
    expect(body).toMatchObject({ chosen: null, refusal: { code: 'insufficient_balance', http_status: 402 } });
    expect(body.excluded.filter(({ code }: { code: string }) => code === 'budget')).toHaveLength(2);
  });
});
