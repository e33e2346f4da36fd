import type { ServerResponse } from 'node:http';
import { Redis } from 'ioredis';
import OpenAI from 'openai';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { createDatabase } from '../helpers/postgres.ts';
import { type RedisServer, startRedis } from '../helpers/redis.ts';
import { keepAnswers, signIn } from '../helpers/response-cache.ts';
import {
  asProvider,
  fixture,
  type Seen,
  sendJson,
  sendStream,
  startUpstream,
  type Upstream,
} from '../helpers/upstream.ts';

const MODEL = 'openai/gpt-4o-mini';
const CHAT = '/v1/chat/completions';

let upstream: Upstream;
let redis: RedisServer;
/** Two processes on one database and one Redis. */
let here: Gateway;
let there: Gateway;
let database: pg.Client;
let token: string;
let prompts = 0;

const environment = async () => ({
  DATABASE_URL: await createDatabase(),
  REDIS_URL: redis.url,
  GATEWAY_SECRET: 'a-secret-for-tests-that-is-long-enough',
});

beforeAll(async () => {
  [upstream, redis] = await Promise.all([startUpstream(), startRedis()]);
  const options = {
    providers: {
      openai: `${upstream.url}/v1`,
      groq: `${upstream.url}/groq/v1`,
      cerebras: `${upstream.url}/cerebras/v1`,
      anthropic: upstream.url,
    },
    env: await environment(),
  };
  here = await startGateway(options);
  there = await startGateway({ ...options, key: here.key });
  database = new pg.Client({ connectionString: options.env.DATABASE_URL });
  await database.connect();
  token = await signIn(here);
  await keepAnswers(here, token, 3600);
});
afterAll(async () => {
  await database?.end();
  await stopGateways();
  await upstream?.close();
  await redis?.stop();
});
beforeEach(() => {
  upstream.respond = asProvider;
  upstream.seen.length = 0;
});

/** A body that nobody sent before. */
const body = (more: object = {}) => ({
  model: MODEL,
  messages: [{ role: 'user', content: `prompt ${++prompts}` }],
  ...more,
});

interface Options {
  on?: Gateway;
  key?: string;
  path?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

async function post(sent: unknown, { on = here, key = on.key, path = CHAT, headers = {}, signal }: Options = {}) {
  const response = await fetch(on.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(sent),
    ...(signal && { signal }),
  });
  const text = await response.text();
  return { status: response.status, cache: response.headers.get('x-gateway-cache'), headers: response.headers, text };
}

/** How each of several requests, one after the other, was answered. */
async function states(sent: unknown, ...each: Options[]) {
  const found: (string | null)[] = [];
  for (const options of each) found.push((await post(sent, options)).cache);
  return found;
}

async function newKey(more: object = {}) {
  const made = await here.api('POST', '/api/v1/me/keys', { name: `key ${++prompts}`, ...more }, token);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body as { id: string; raw: string };
}

/** A project of its own with a key. */
async function newProject(seconds: number | null) {
  const { body: project } = await here.api('POST', '/api/v1/projects', { name: `project ${++prompts}` }, token);
  await keepAnswers(here, token, seconds, project.id);
  const { raw } = await newKey({ project: project.id });
  return { id: project.id as string, key: raw };
}

/** Answers the first call when it is let go, the others at once. */
function holdFirst(answer: (seen: Seen, response: ServerResponse) => void = asProvider) {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let calls = 0;
  upstream.respond = async (seen, response) => {
    if (calls++ > 0) return asProvider(seen, response);
    await held;
    answer(seen, response);
  };
  return release;
}

describe('a request that is the same byte for byte', () => {
  test.each([
    ['whole', {}],
    ['as a stream', { stream: true, stream_options: { include_usage: true } }],
  ])('is answered %s without a provider, for nothing, and says so', async (_case, more) => {
    const sent = body(more);
    const [first, again] = [await post(sent), await post(sent)];
    expect([first.cache, again.cache]).toEqual(['miss', 'hit']);
    expect(upstream.seen).toHaveLength(1);
    expect(again.text).toMatch(/"prompt_tokens":\s*0,/);
    expect(again.text).toMatch(/"cost":0,"cost_details":\{"upstream_inference_cost":0,/);
    expect(first.text).not.toMatch(/"cost":0,/);
    const kept = (text: string) => text.replace(/"usage".*$/s, '');
    expect(kept(again.text)).toBe(kept(first.text));
    if (!('stream' in more)) expect(JSON.parse(again.text).metadata).toEqual({ routing: [] });
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect(again.headers.get('x-gateway-provider')).toBe('openai');
    const id = again.headers.get('x-request-id');
    expect(id).not.toBe(first.headers.get('x-request-id'));
    const [row] = await vi.waitFor(async () => {
      const { rows } = await database.query('select * from usage_records where id = $1', [id]);
      expect(rows).toHaveLength(1);
      return rows;
    });
    expect(row).toMatchObject({
      cache_hit: true,
      status_code: 200,
      tokens_in: 0,
      tokens_out: 0,
      cost_nano: '0',
      provider: 'openai',
      routing: null,
    });
    const { body: ledger } = await here.api('GET', '/api/v1/transactions?limit=5', undefined, token);
    const moved = ledger.data.map((one: { request_id: string }) => one.request_id);
    expect(moved).toContain(first.headers.get('x-request-id'));
    expect(moved).not.toContain(id);
    const { rows } = await database.query('select cache_hit, cost_nano from usage_records where id = $1', [
      first.headers.get('x-request-id'),
    ]);
    expect(rows).toMatchObject([{ cache_hit: false, cost_nano: expect.stringMatching(/^[1-9]/) }]);
  });

  test('says again what of it the provider had no place for', async () => {
    const sent = body({ model: 'anthropic/claude-sonnet-4-6', seed: 7, max_tokens: 50 });
    const [first, again] = [await post(sent), await post(sent)];
    expect([first.cache, again.cache]).toEqual(['miss', 'hit']);
    expect(first.headers.get('x-gateway-dropped')).toContain('seed');
    expect(again.headers.get('x-gateway-dropped')).toBe(first.headers.get('x-gateway-dropped'));
  });

  test("is another one in each shape of Gemini's stream, and is free in both", async () => {
    const sent = { contents: [{ role: 'user', parts: [{ text: `prompt ${++prompts}` }] }] };
    const path = '/v1beta/models/gpt-4o-mini:streamGenerateContent';
    const ask = (query: string) => post(sent, { path: path + query });
    const [array, sse] = [await ask(''), await ask('?alt=sse')];
    const again = [await ask(''), await ask('?alt=sse')] as const;
    expect([array, sse, ...again].map(({ cache }) => cache)).toEqual(['miss', 'miss', 'hit', 'hit']);
    expect(JSON.parse(again[0].text)).toHaveLength(JSON.parse(array.text).length);
    expect(again[0].headers.get('content-type')).toBe(array.headers.get('content-type'));
    for (const { text } of [array, sse]) expect(text).toMatch(/TokenCount":[1-9]/);
    for (const { text } of again) expect(text).not.toMatch(/TokenCount":[1-9]/);
  });

  test('is the first answer again where the model is left to us', async () => {
    const sent = body({ model: 'auto' });
    const [first, again] = [await post(sent), await post(sent)];
    expect([first.status, first.cache, again.cache]).toEqual([200, 'miss', 'hit']);
    expect(again.headers.get('x-gateway-model')).toBe(first.headers.get('x-gateway-model'));
  });

  test('is another one for another project, and a project that keeps nothing says nothing', async () => {
    const [other, off] = [await newProject(3600), await newProject(null)];
    const sent = body();
    expect(await states(sent, {}, { key: other.key }, { key: other.key }, { key: off.key }, { key: off.key })).toEqual([
      'miss',
      'miss',
      'hit',
      null,
      null,
    ]);
    expect(upstream.seen).toHaveLength(4);
  });

  test('asks the provider again once its project keeps nothing any more', async () => {
    const project = await newProject(3600);
    const sent = body();
    expect(await states(sent, project, project)).toEqual(['miss', 'hit']);
    await keepAnswers(here, token, null, project.id);
    await vi.waitFor(async () => expect((await post(sent, project)).cache).toBeNull());
  });

  test('goes to the provider with no-cache, which renews it, and past everything with no-store', async () => {
    let answers = 0;
    upstream.respond = (_seen, response) =>
      sendJson(
        response,
        200,
        fixture('openai/chat.json')
          .toString()
          .replace(/"id": ?"/, `"id":"${++answers}-`),
      );
    const sent = body();
    const id = async (control?: string) =>
      JSON.parse(
        (await post(sent, control === undefined ? {} : { headers: { 'cache-control': control } })).text,
      ).id.split('-')[0] as string;
    expect([await id(), await id('no-store'), await id(), await id('no-cache'), await id()]).toEqual([
      '1',
      '2',
      '1',
      '3',
      '3',
    ]);
  });

  test.each([
    ['embeddings', 'openai/embeddings.json', { model: 'text-embedding-3-small', input: 'hi' }],
    ['moderations', 'openai/moderation.json', { input: 'hi' }],
  ])('is known for %s, too', async (act, name, sent) => {
    upstream.respond = (_seen, response) => sendJson(response, 200, fixture(name));
    const options = { path: `/v1/${act}` };
    const [first, again] = [await post(sent, options), await post(sent, options)];
    expect([first.status, first.cache, again.cache]).toEqual([200, 'miss', 'hit']);
    expect(again.text).not.toMatch(/_tokens":\s*[1-9]/);
    expect(upstream.seen).toHaveLength(1);
  });
});

describe('a key', () => {
  test('gets nothing that its rules would not let it ask for', async () => {
    const sent = { ...body(), model: 'gpt-oss-120b' };
    const provider = (await post(sent)).headers.get('x-gateway-provider')!;
    const rules = (rule_type: string, rule_value: object) => ({ iam: [{ rule_type, rule_value }] });
    const elsewhere = await newKey(rules('deny_providers', { providers: [provider] }));
    const nowhere = await newKey(rules('deny_models', { models: ['gpt-oss-120b'] }));
    const answer = await post(sent, { key: elsewhere.raw });
    expect([answer.status, answer.cache]).toEqual([200, 'miss']);
    expect(answer.headers.get('x-gateway-provider')).not.toBe(provider);
    expect((await post(sent, { key: nowhere.raw })).status).toBe(403);
    expect((await post(sent, { key: (await newKey()).raw })).cache).toBe('hit');
    expect(upstream.seen).toHaveLength(2);
  });

  test('without money left gets none either, nor one whose rates are used up', async () => {
    const sent = body();
    await post(sent);
    const poor = await newKey({ limit_usd: '1' });
    await database.query('update api_keys set spent_nano = limit_nano where id = $1', [poor.id]);
    const refused = await post(sent, { key: poor.raw });
    expect([refused.status, refused.text]).toEqual([402, expect.stringContaining('key_limit_reached')]);
    const slow = await newKey({ rate_limits: { requests_per_minute: 1 } });
    expect((await post(sent, { key: slow.raw })).cache).toBe('hit');
    expect((await post(sent, { key: slow.raw })).status).toBe(429);
  });
});

describe('the same request many times at once', () => {
  test.each([false, true])('is one call of the provider, streamed: %s', async (stream) => {
    const release = holdFirst();
    const sent = body({ stream });
    const asked = Array.from({ length: 64 }, () => post(sent));
    await upstream.arrivals(1);
    await post(body());
    release();
    const answers = await Promise.all(asked);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(64);
    expect(answers.filter(({ cache }) => cache === 'hit')).toHaveLength(63);
    expect(upstream.seen).toHaveLength(2);
  });

  test.each([
    ['hangs up', undefined],
    ['fails', (_seen: Seen, response: ServerResponse) => sendJson(response, 500, '{"error":{"message":"no"}}')],
  ])('goes on with the next one when the first %s', async (_case, answer) => {
    const release = holdFirst(answer);
    const sent = body();
    const hangUp = new AbortController();
    const first = post(sent, { signal: hangUp.signal }).then(
      ({ status }) => status,
      () => 'gone',
    );
    await upstream.arrivals(1);
    const others = Promise.all([post(sent), post(sent), post(sent)]);
    await post(body());
    if (answer) release();
    else hangUp.abort();
    expect(await first).toBe(answer ? 502 : 'gone');
    expect((await others).filter(({ cache }) => cache === 'hit')).toHaveLength(2);
    expect(upstream.seen).toHaveLength(3);
    release();
  });

  test('is waited for no longer than whoever waits may', async () => {
    const release = holdFirst();
    const sent = body();
    const first = post(sent);
    await upstream.arrivals(1);
    const late = await post(sent, { headers: { 'x-timeout-ms': '100' } });
    expect([late.status, JSON.parse(late.text).error.code]).toEqual([504, 'timeout']);
    expect(upstream.seen).toHaveLength(1);
    const hasty = await post(sent, { headers: { 'x-first-byte-timeout-ms': '100' } });
    expect([hasty.status, hasty.cache]).toEqual([200, 'miss']);
    expect(upstream.seen).toHaveLength(2);
    release();
    expect((await first).status).toBe(200);
  });
});

describe('not kept is', () => {
  const STREAM = fixture('openai/chat.stream.txt').toString();
  const cut = (_seen: Seen, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(STREAM.slice(0, STREAM.length / 2), () => setImmediate(() => response.destroy()));
  };
  const large = STREAM.replace('"content":"', `"content":"${'x'.repeat(1024 * 1024)}`);
  const silent = STREAM.replace(/"usage":\s*\{/, '"unused":{');

  test.each<[string, Upstream['respond']]>([
    ['a stream that broke off', cut],
    [
      'a stream that ended too early',
      (_seen, response) => sendStream(response, [STREAM.replace(/data: \[DONE\].*/s, '').slice(0, 900)]),
    ],
    ['an answer of more than 1 MiB', (_seen, response) => sendStream(response, [large])],
    ['one whose usage is a guess', (_seen, response) => sendStream(response, [silent])],
  ])('%s', async (_case, respond) => {
    upstream.respond = respond;
    const sent = body({ stream: true, stream_options: { include_usage: true } });
    const first = await post(sent).catch(() => undefined);
    expect([undefined, 'miss']).toContain(first?.cache);
    upstream.respond = asProvider;
    expect(await states(sent, {}, {})).toEqual(['miss', 'hit']);
  });

  test('an answer that its caller did not wait for', async () => {
    const release = holdFirst();
    const sent = body();
    const hangUp = new AbortController();
    const gone = post(sent, { signal: hangUp.signal }).catch(() => 'gone');
    await upstream.arrivals(1);
    hangUp.abort();
    expect(await gone).toBe('gone');
    await upstream.seen[0]!.aborted;
    release();
    expect(await states(sent, {}, {})).toEqual(['miss', 'hit']);
  });

  test('one that was cut short because the money did not last for more', async () => {
    const sent = body({ max_tokens: 16_000 });
    const poor = await newKey({ limit_usd: '0.001' });
    expect(await states(sent, { key: poor.raw }, {}, {})).toEqual(['miss', 'miss', 'hit']);
    expect(JSON.parse(upstream.seen[0]!.body.toString()).max_tokens).toBeLessThan(16_000);
  });
});

describe('an answer of the Responses API', () => {
  const client = () => new OpenAI({ apiKey: here.key, baseURL: `${here.url}/v1`, maxRetries: 0 });
  let answers = 0;
  beforeEach(() => {
    upstream.respond = (_seen, response) =>
      sendJson(
        response,
        200,
        fixture('openai-responses/tools.json')
          .toString()
          .replace(/"id": ?"resp_/, `"id":"resp_${++answers}`),
      );
  });

  test('can be gone on from, and is gone when it is deleted', async () => {
    const ask = (more: object = {}) => client().responses.create({ model: 'openai/gpt-5', input: 'hi', ...more });
    const [first, again] = [await ask(), await ask()];
    expect(again).toMatchObject({ id: first.id, usage: { input_tokens: 0, output_tokens: 0, cost: 0 } });
    expect(upstream.seen).toHaveLength(1);
    const on = { previous_response_id: again.id, input: 'and then?' };
    expect((await ask(on)).id).toBe((await ask(on)).id);
    expect(upstream.seen).toHaveLength(2);
    await client().responses.delete(first.id);
    expect((await ask()).id).not.toBe(first.id);
  });
});

describe('several processes', () => {
  test('have each answer once, streamed or not', async () => {
    const kept = new Redis(redis.url);
    for (const sent of [body(), body({ stream: true })]) {
      const before = await kept.dbsize();
      expect(await states(sent, {})).toEqual(['miss']);
      await vi.waitFor(async () => expect(await kept.dbsize()).toBe(before + 1));
      expect(await states(sent, { on: there })).toEqual(['hit']);
    }
    kept.disconnect();
  });

  test('go on by themselves while Redis is down', async () => {
    const sent = body();
    await redis.stop();
    expect(await states(sent, {}, {}, { on: there }, { on: there })).toEqual(['miss', 'hit', 'miss', 'hit']);
    redis = await startRedis(Number(new URL(redis.url).port));
    await vi.waitFor(
      async () => {
        const fresh = body();
        expect(await states(fresh, {}, { on: there })).toEqual(['miss', 'hit']);
      },
      { timeout: 10_000, interval: 200 },
    );
  });
});
