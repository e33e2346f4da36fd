import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { createDatabase } from '../helpers/postgres.ts';
import { sendJson, startUpstream, type Upstream } from '../helpers/upstream.ts';

const MODEL = 'llama-3.3-70b-instruct';
const messages = [{ role: 'user', content: 'Hi' }];
/** The model's providers, the cheapest first. */
const PROVIDERS = ['nebius', 'novita', 'groq', 'together-ai'] as const;

describe('what is explained is what happens', () => {
  let gateway: Gateway;
  const upstreams = new Map<string, Upstream>();
  beforeAll(async () => {
    for (const name of [...PROVIDERS.filter((each) => each !== 'together-ai'), 'openai', 'anthropic'])
      upstreams.set(name, await startUpstream());
    const providers = Object.fromEntries([...upstreams].map(([name, { url }]) => [name, `${url}/v1`]));
    const url = await createDatabase();
    gateway = await startGateway({
      providers,
      env: { DATABASE_URL: url, GATEWAY_SECRET: 'a-secret-for-tests-that-is-long-enough' },
    });
    // of real requests, one in a hundred tries another target than the one that is explained
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(`update projects set routing = '{"thresholds":{"exploration_rate":0}}'`);
    await client.end();
  });
  afterAll(async () => {
    await stopGateways();
    for (const upstream of upstreams.values()) await upstream.close();
  });

  const explain = (body: object, key?: string) => gateway.api('POST', '/api/v1/route/explain', body, key);
  const explained = async (body: object, key?: string) => {
    const answer = await explain(body, key);
    expect(answer).toMatchObject({ status: 200 });
    return answer.body;
  };
  const send = async (
    body: object,
    headers: Record<string, string> = {},
    key = gateway.key,
    path = 'chat/completions',
  ) => {
    const response = await fetch(`${gateway.url}/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    await response.arrayBuffer();
    return response;
  };
  const provider = async (...args: Parameters<typeof send>) => (await send(...args)).headers.get('x-gateway-provider');
  const calls = () => [...upstreams.values()].reduce((sum, { seen }) => sum + seen.length, 0);
  const newKey = async (body: object) => (await gateway.api('POST', '/api/v1/me/keys', { name: 'k', ...body })).body;

  test('a model of several providers: the order, what each would cost, and who has no key here', async () => {
    const told = await explained({ model: MODEL, messages });
    expect(told).toMatchObject({
      model: MODEL,
      tier: null,
      reason: 'weighted-score',
      strategy: 'auto',
      chosen: { provider: 'nebius', model: `nebius/${MODEL}` },
      refusal: null,
      budget: { affordable: true, left_usd: '100.00', bounded_by: 'The balance' },
      estimate: { input_tokens: expect.any(Number), output_tokens_typical: 1024 },
    });
    expect(told.fallbacks.map((one: { provider: string }) => one.provider)).toEqual(['novita', 'groq']);
    expect(told.candidates[0]).toMatchObject({
      provider: 'nebius',
      score: 0,
      price: { input: '0.13', output: '0.40' },
      uptime: 100,
      priority: 1,
      cache_supported: true,
      down: false,
      own_key: false,
      keys: { healthy: 1, total: 1 },
    });
    const scores = told.candidates.map((one: { score: number }) => one.score);
    expect(scores).toEqual(scores.toSorted((a: number, b: number) => a - b));
    expect(Number(told.candidates[0].estimated_cost_usd)).toBeGreaterThan(0);
    expect(Number(told.estimate.max_cost_usd)).toBeGreaterThan(Number(told.estimate.cost_usd));
    expect(told.excluded).toEqual(
      ['aws-bedrock', 'together-ai'].map((name) => ({
        provider: name,
        model: `${name}/${MODEL}`,
        code: 'no_provider_key',
        reason: `There is no key of ${name} here.`,
      })),
    );
    expect(await provider({ model: MODEL, messages })).toBe('nebius');
  });

  test('nobody is called and nothing is remembered', async () => {
    const before = calls();
    const [{ body: balance }, { body: log }] = [
      await gateway.api('GET', '/api/v1/balance'),
      await gateway.api('GET', '/api/v1/logs'),
    ];
    // a choice that would be preferred, and a session that would be pinned, had it been made
    for (let n = 0; n < 20; n++) await explained({ model: 'gpt-oss-120b', prompt: 'Hi', session: 's-explained' });
    expect(calls()).toBe(before);
    expect((await gateway.api('GET', '/api/v1/balance')).body).toEqual(balance);
    expect((await gateway.api('GET', '/api/v1/logs')).body.data).toEqual(log.data);
    expect(await explained({ model: 'gpt-oss-120b', prompt: 'Hi', session: 's-explained' })).toMatchObject({
      reason: 'weighted-score',
      session: 's-explained',
    });
  });

  test('a session stays where it is', async () => {
    const model = 'gpt-oss-120b';
    const pinned = await provider({ model, messages, routing: 'throughput' }, { 'x-session-id': 's-real' });
    const told = await explained({ model, messages, session: 's-real' });
    expect(told).toMatchObject({ reason: 'session-sticky', chosen: { provider: pinned } });
    expect(await provider({ model, messages }, { 'x-session-id': 's-real' })).toBe(pinned);
  });

  test.each([
    ['openai', 'chat/completions', { messages }],
    ['anthropic', 'messages', { max_tokens: 100, messages }],
    ['responses', 'responses', { input: 'Hi' }],
  ])('a whole request of the format %s', async (format, path, rest) => {
    for (const model of [MODEL, 'claude-haiku-4.5']) {
      const request = { model, ...rest };
      const told = await explained({ format, request });
      expect(await provider(request, {}, gateway.key, path)).toBe(told.chosen.provider);
    }
  });

  test('a request of Gemini, whose path names model and method', async () => {
    const told = await explained({ format: 'gemini', model: MODEL, prompt: 'Hi', stream: true });
    expect(told).toMatchObject({ stream: true, chosen: { provider: 'nebius' }, format: 'gemini' });
  });

  test('auto: the tier, what made it, and a model that is good enough', async () => {
    const body = {
      model: 'auto',
      messages: [{ role: 'user', content: 'Prove that there are infinitely many primes.' }],
    };
    const told = await explained(body);
    expect(told).toMatchObject({ tier: expect.stringMatching(/^[A-Z]+$/), tier_score: expect.any(Number) });
    expect(told.signals[0]).toMatchObject({ name: expect.any(String), score: expect.any(Number) });
    const response = await send(body);
    expect(response.headers.get('x-gateway-provider')).toBe(told.chosen.provider);
    expect(told.chosen.model).toContain(response.headers.get('x-gateway-model')!.split('/').at(-1));
  });

  test('rules of a key are named, and where they leave nothing the refusal is told', async () => {
    const key = await newKey({ iam: [{ rule_type: 'deny_providers', rule_value: { providers: ['nebius'] } }] });
    const told = await explained({ model: MODEL, messages }, key.raw);
    expect(told.chosen.provider).toBe('novita');
    expect(told.excluded[0]).toMatchObject({
      provider: 'nebius',
      code: 'rule',
      reason: expect.stringMatching(/Access denied: .*iam_/),
    });
    const all = await newKey({ iam: [{ rule_type: 'deny_models', rule_value: { models: [MODEL] } }] });
    const refused = await explained({ model: MODEL, messages }, all.raw);
    expect(refused).toMatchObject({
      chosen: null,
      candidates: [],
      refusal: { code: 'permission_denied', http_status: 403 },
    });
    expect((await send({ model: MODEL, messages }, {}, all.raw)).status).toBe(403);
  });

  test('what the money does not last for is told', async () => {
    const key = await newKey({ limit_usd: '0.000000001' });
    const told = await explained({ model: MODEL, messages }, key.raw);
    expect(told).toMatchObject({
      chosen: null,
      budget: { affordable: false, left_usd: '0.000000001', bounded_by: expect.stringContaining('spending limit') },
      refusal: { code: 'key_limit_reached', http_status: 402 },
    });
    expect((await send({ model: MODEL, messages }, {}, key.raw)).status).toBe(402);
  });

  test('what the model cannot do is told', async () => {
    const request = { model: 'openai/gpt-4o-mini', messages, reasoning_effort: 'high' };
    const told = await explained({ request });
    expect(told).toMatchObject({ chosen: null, refusal: { http_status: 400 } });
    expect(told.excluded[0]).toMatchObject({ provider: 'openai', code: 'capability' });
    expect((await send(request)).status).toBe(400);
  });

  test('what providers answered lately counts', async () => {
    upstreams.get('nebius')!.respond = (_seen, response) => sendJson(response, 503, '{"error":{"message":"busy"}}');
    for (let n = 0; n < 12; n++) await send({ model: MODEL, messages });
    const told = await explained({ model: MODEL, messages });
    const nebius = told.candidates.find((one: { provider: string }) => one.provider === 'nebius');
    expect(nebius.uptime).toBeLessThan(100);
    expect(told.chosen.provider).not.toBe('nebius');
    expect(await provider({ model: MODEL, messages })).toBe(told.chosen.provider);
  });

  test.each([
    [{ messages }, 'model'],
    [{ model: MODEL, prompt: 'Hi', messages }, 'body'],
    [{ model: MODEL, routing: 'cheap' }, 'routing'],
    [{ request: { model: MODEL, messages: 'Hi' } }, 'messages'],
    [{ model: MODEL, project: 'web' }, 'project'],
  ])('%j is refused as a mistake in %s', async (body, param) => {
    const { status, body: answer } = await explain(body);
    expect([status, answer.error.param]).toEqual([400, param]);
  });

  test('a model that does not exist is a 404 with the nearest, and a key that may not call models is refused', async () => {
    const answer = await explain({ model: 'llama-3.3-70b-instrukt', prompt: 'Hi' });
    expect([answer.status, answer.body.error.message]).toEqual([404, expect.stringContaining(MODEL)]);
    const key = await newKey({ permissions: ['manage'] });
    expect((await explain({ model: MODEL, prompt: 'Hi' }, key.raw)).status).toBe(403);
  });
});
