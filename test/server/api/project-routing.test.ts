import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createKeyRing } from '../../../server/identity/key-ring.ts';
import { openStore } from '../../../server/store/store.ts';
import { ENGINES, type Harness, type SignedIn, startApi } from './harness.ts';

describe.each(ENGINES)("a project's routing, on %s", (engine) => {
  let api: Harness;
  let count = 0;
  beforeAll(async () => {
    api = await startApi(engine, {
      LLM_OPENAI_API_KEY: 'k',
      LLM_ACME_API_KEY: 'k',
      LLM_ACME_BASE_URL: 'http://a.test',
    });
    await api.signUp('first');
  });
  afterAll(() => api?.close());

  const somebody = () => api.signUp(`p${++count}`);
  const path = '/api/v1/projects/default/routing';
  const call = (who: SignedIn, method: string, body?: unknown) => api.call(method, path, { as: who.token, body });
  const change = async (who: SignedIn, body: unknown) => (await call(who, 'PATCH', body)).body;

  test('is the defaults until something else is wanted, all of it in the spelling of the API', async () => {
    const ann = await somebody();
    const { status, body } = await call(ann, 'GET');
    expect(status).toBe(200);
    expect(body).toMatchObject({ project: expect.stringMatching(/^prj_/), name: 'default', overrides: {} });
    expect(body.effective).toEqual(body.defaults);
    expect(body.effective).toMatchObject({
      weights: { price: 0.6, image_price: 1, uptime: 0.5, throughput: 0.05, latency: 0.025, cache: 0.2 },
      thresholds: { cache_prompt_tokens: 5000, exploration_rate: 0.01 },
      retry: { max_retries: 2, low_uptime_fallback_threshold: 90 },
      timeouts: { gateway_ms: 1_500_000 },
      history: { window_minutes: 60, tier1_minutes: 1, tier1_weight: 10 },
      sticky: { enabled: true, ttl_seconds: 3600 },
      priorities: {},
      auto: { boundaries: { MEDIUM: expect.any(Number), REASONING: expect.any(Number) }, models: {} },
    });
  });

  test('a change adds to what there is, and null takes a value or a group back', async () => {
    const ann = await somebody();
    await change(ann, { weights: { price: 0.8, cache: 0 }, priorities: { openai: 0, acme: 2 } });
    const more = await change(ann, {
      weights: { cache: null },
      retry: { max_retries: 1 },
      priorities: { openai: null },
    });
    expect(more.overrides).toEqual({ weights: { price: 0.8 }, retry: { max_retries: 1 }, priorities: { acme: 2 } });
    expect(more.effective).toMatchObject({ weights: { price: 0.8, cache: 0.2 }, retry: { max_retries: 1 } });
    expect(more.defaults.weights.price).toBe(0.6);
    expect((await change(ann, { weights: null, priorities: { acme: null } })).overrides).toEqual({
      retry: { max_retries: 1 },
    });
    expect((await call(ann, 'DELETE')).body.overrides).toEqual({});
    expect((await call(ann, 'GET')).body.effective).toEqual(more.defaults);
  });

  test('names are stored as they are compared', async () => {
    const ann = await somebody();
    const { overrides } = await change(ann, {
      priorities: { Google: 0.5, acme: 2 },
      auto: { models: { SIMPLE: ['gateway/gpt-4o-mini', 'acme/anything'] } },
    });
    expect(overrides).toEqual({
      priorities: { 'google-ai-studio': 0.5, acme: 2 },
      auto: { models: { SIMPLE: ['gpt-4o-mini', 'acme/anything'] } },
    });
    expect((await change(ann, { priorities: { google: null } })).overrides.priorities).toEqual({ acme: 2 });
  });

  test.each([
    ['a provider that is not known', { priorities: { opnai: 1 } }, 'priorities.opnai', 'Did you mean openai'],
    [
      'a model that is not known',
      { auto: { models: { SIMPLE: ['gpt-4o-mimi'] } } },
      'auto.models.SIMPLE.0',
      'gpt-4o-mini',
    ],
    [
      'a model that generates no text',
      { auto: { models: { SIMPLE: ['gpt-4o', 'text-embedding-3-small'] } } },
      'auto.models.SIMPLE.1',
      'answers on POST /v1/embeddings only',
    ],
    ['a weight below zero', { weights: { price: -1 } }, 'weights.price', '>=0'],
    ['a name that is no setting', { weights: { prize: 1 } }, 'weights.prize', 'not known here'],
    ['a tier that is none', { auto: { models: { HARD: ['gpt-4o'] } } }, 'auto.models.HARD', 'auto.models.HARD'],
    [
      'minutes out of order',
      { history: { tier1_minutes: 10 } },
      'history.tier1_minutes',
      'tier1_minutes (10), tier2_minutes (5)',
    ],
    ['a window that is too short', { history: { window_minutes: 3 } }, 'history.tier2_minutes', 'window_minutes (3)'],
    [
      'boundaries that fall',
      { auto: { boundaries: { MEDIUM: 0.9, COMPLEX: 0.1 } } },
      'auto.boundaries.MEDIUM',
      'must not fall',
    ],
  ])('refuses %s, and changes nothing', async (_what, body, param, message) => {
    const ann = await somebody();
    await change(ann, { retry: { max_retries: 1 } });
    const refused = await call(ann, 'PATCH', { retry: { max_retries: 5 }, ...body });
    expect(refused.status).toBe(400);
    expect(refused.body.error).toMatchObject({
      code: 'invalid_request',
      param,
      message: expect.stringContaining(message),
    });
    expect((await call(ann, 'GET')).body.overrides).toEqual({ retry: { max_retries: 1 } });
  });

  test('is written down with who changed it, once, and heard by the keys of the project', async () => {
    const ann = await somebody();
    const { raw } = await api.newKey(ann.token);
    const settings = async () => (await api.services.keyRing.authenticate(raw)).project;
    expect((await settings()).routing.retry.maxRetries).toBe(2);
    await change(ann, { retry: { max_retries: 0 }, history: { tier1_minutes: 2 } });
    await change(ann, { retry: { max_retries: 0 } });
    expect((await settings()).routing).toMatchObject({ retry: { maxRetries: 0 }, history: { tier1Minutes: 2 } });
    const { body } = await api.call('GET', '/api/v1/audit-logs', { as: ann.token });
    const changes = body.data.filter(({ action }: { action: string }) => action === 'project.routing_changed');
    expect(changes.map(({ details }: { details: unknown }) => details)).toEqual([
      { routing: { retry: { max_retries: 0 }, history: { tier1_minutes: 2 } } },
    ]);
  });

  test('developers may read it alone', async () => {
    const ann = await somebody();
    const { raw } = await api.newKey(ann.token);
    expect((await api.call('GET', path, { as: raw })).status).toBe(403);
    const { store } = api.services;
    await store.db.execute(`update members set role = 'developer' where user_id = '${ann.person.userId}'`);
    expect((await call(ann, 'GET')).status).toBe(200);
    expect((await call(ann, 'PATCH', { retry: null })).status).toBe(403);
    expect((await call(ann, 'DELETE')).status).toBe(403);
  });

  test('the response cache is on for so many seconds, or off', async () => {
    const ann = await somebody();
    const { raw } = await api.newKey(ann.token);
    const patch = async (response_cache_seconds: unknown) =>
      api.call('PATCH', '/api/v1/projects/default', { as: ann.token, body: { response_cache_seconds } });
    expect((await patch(60)).body.response_cache_seconds).toBe(60);
    expect((await api.services.keyRing.authenticate(raw)).project.responseCacheSeconds).toBe(60);
    for (const wrong of [9, 31_536_001, 10.5, '60']) expect((await patch(wrong)).status).toBe(400);
    expect((await patch(null)).body.response_cache_seconds).toBe(null);
    expect((await api.services.keyRing.authenticate(raw)).project.responseCacheSeconds).toBe(null);
  });

  // The embedded database has one process.
  const onPostgres = engine === 'Postgres' ? test : () => {};
  onPostgres('another process that uses the same database hears of a change', async () => {
    const { config, log, secrets, budget, limits, accounting } = api.services;
    const store = await openStore({ config, log });
    try {
      const ring = await createKeyRing({ store, secrets, budget, limits, accounting, log });
      const ann = await somebody();
      const { raw } = await api.newKey(ann.token);
      const priorities = () => ring.authenticate(raw).then(({ project }) => project.routing.priorities);
      expect(await priorities()).toEqual({});
      await change(ann, { priorities: { openai: 0 } });
      await vi.waitFor(async () => expect(await priorities()).toEqual({ openai: 0 }), {
        timeout: 10_000,
        interval: 20,
      });
    } finally {
      await store.close();
    }
  });
});
