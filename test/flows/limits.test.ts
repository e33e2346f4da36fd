import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { createDatabase } from '../helpers/postgres.ts';
import { startRedis } from '../helpers/redis.ts';
import { asProvider, fixture, sendJson, startUpstream, type Upstream } from '../helpers/upstream.ts';

let upstream: Upstream;
let gateway: Gateway;
const CHAT = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user' as const, content: 'hi' }] };

const providers = () => ({
  openai: `${upstream.url}/v1`,
  anthropic: upstream.url,
  zai: `${upstream.url}/zai`,
});

beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startGateway({ providers: providers(), env: { GATEWAY_FREE_REQUESTS: '2/10m' } });
});
afterAll(async () => {
  await stopGateways();
  await upstream.close();
});
beforeEach(() => {
  upstream.respond = asProvider;
  upstream.seen.length = 0;
});

async function newKey(rates: Record<string, number>, of = gateway): Promise<string> {
  const { status, body } = await of.api('POST', '/api/v1/me/keys', { name: 'ci', rate_limits: rates });
  expect(status).toBe(201);
  return body.raw;
}

function ask(key: string, body: object = CHAT, signal?: AbortSignal, of = gateway): Promise<Response> {
  return fetch(`${of.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
}

const limitsTold = ({ headers }: Response) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-ratelimit')));

describe('a key that may make one request a minute', () => {
  test('is told so with the answer, and with the refusal when there is room again', async () => {
    const key = await newKey({ requests_per_minute: 1 });
    const first = await ask(key);
    expect(first.status).toBe(200);
    const now = Date.now() / 1000;
    expect(limitsTold(first)).toMatchObject({ 'x-ratelimit-limit': '1', 'x-ratelimit-remaining': '0' });
    const reset = Number(first.headers.get('x-ratelimit-reset'));
    expect(reset).toBeGreaterThan(now + 55);
    expect(reset).toBeLessThan(now + 70);
    const second = await ask(key);
    expect(second.status).toBe(429);
    expect(limitsTold(second)).toMatchObject({ 'x-ratelimit-limit': '1', 'x-ratelimit-remaining': '0' });
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(second.headers.get('x-should-retry')).toBeNull();
    expect(upstream.seen).toHaveLength(1);
  });

  test("OpenAI's client is told in chat completions, streams and Responses", async () => {
    const key = await newKey({ requests_per_minute: 1 });
    const openai = new OpenAI({ apiKey: key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
    await openai.chat.completions.create(CHAT);
    const asked = [
      () => openai.chat.completions.create(CHAT),
      () => openai.chat.completions.create({ ...CHAT, stream: true }),
      () => openai.responses.create({ model: 'openai/gpt-4o-mini', input: 'hi' }),
    ];
    for (const call of asked) {
      const error = await call().then(
        () => undefined,
        (refused: unknown) => refused,
      );
      expect(error).toBeInstanceOf(OpenAI.RateLimitError);
      expect(error).toMatchObject({ status: 429, code: 'rate_limit_exceeded', type: 'rate_limit_error' });
      expect((error as Error).message).toContain('the key "ci" may make 1 request a minute');
    }
  });

  test("Anthropic's client is told in its own terms", async () => {
    const anthropic = new Anthropic({
      apiKey: await newKey({ requests_per_minute: 1 }),
      baseURL: gateway.url,
      maxRetries: 0,
    });
    const body = { model: 'claude-sonnet-4-6', max_tokens: 9, messages: [{ role: 'user' as const, content: 'hi' }] };
    await anthropic.messages.create(body);
    const refused = anthropic.messages.create(body);
    await expect(refused).rejects.toBeInstanceOf(Anthropic.RateLimitError);
    await expect(refused).rejects.toMatchObject({ status: 429, error: { error: { type: 'rate_limit_error' } } });
  });

  test("Google's client is told in its own terms", async () => {
    const apiKey = await newKey({ requests_per_minute: 1 });
    const genai = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: gateway.url } });
    const call = { model: 'openai/gpt-4o-mini', contents: 'hi' };
    await genai.models.generateContent(call);
    await expect(genai.models.generateContent(call)).rejects.toMatchObject({
      status: 429,
      message: expect.stringContaining('RESOURCE_EXHAUSTED'),
    });
  });
});

test('a client that retries by itself gets its answer once there is room: it waits as long as it is told to', async () => {
  const openai = new OpenAI({
    apiKey: await newKey({ requests_per_second: 1 }),
    baseURL: `${gateway.url}/v1`,
    maxRetries: 5,
  });
  await Promise.all([1, 2].map(() => openai.chat.completions.create(CHAT)));
  expect(upstream.seen).toHaveLength(2);
});

test('tokens count as the provider reports them', async () => {
  const key = await newKey({ tokens_per_minute: 10_000 });
  const left = async () => Number(limitsTold(await ask(key))['x-ratelimit-remaining-tokens']);
  const [first, second] = [await left(), await left()];
  // The answer of the fixture took 29 tokens, in place of the estimate.
  expect(first - second).toBe(29);
});

describe('one request under way at a time', () => {
  /** A request whose provider does not answer until it is let. */
  async function held(key: string, signal?: AbortSignal) {
    let answer = () => {};
    upstream.respond = (_seen, response) => {
      answer = () => sendJson(response, 200, fixture('openai/chat.json'));
    };
    const arrived = upstream.arrivals(upstream.seen.length + 1);
    const reply = ask(key, CHAT, signal).catch(() => undefined);
    await arrived;
    upstream.respond = asProvider;
    return { reply, answer: () => answer() };
  }

  test('a second one is refused, and may go on when the first is answered', async () => {
    const key = await newKey({ concurrent_requests: 1 });
    const first = await held(key);
    const second = await ask(key);
    expect(second.status).toBe(429);
    expect(((await second.json()) as { error: { message: string } }).error.message).toContain('1 request under way');
    first.answer();
    await (await first.reply)!.text();
    expect((await ask(key)).status).toBe(200);
    expect((await ask(key, { ...CHAT, stream: true })).status).toBe(200);
  });

  test('a caller that hangs up gives its place back', async () => {
    const key = await newKey({ concurrent_requests: 1 });
    const hangUp = new AbortController();
    const first = await held(key, hangUp.signal);
    expect((await ask(key)).status).toBe(429);
    hangUp.abort();
    await first.reply;
    await expect.poll(async () => (await ask(key)).status).toBe(200);
  });

  test('a request that fails gives its place back', async () => {
    const key = await newKey({ concurrent_requests: 1 });
    upstream.respond = (_seen, response) => sendJson(response, 400, fixture('openai/error-400.json'));
    expect((await ask(key)).status).toBe(400);
    expect((await ask(key, { model: 'no-such-model', messages: [] })).status).toBeGreaterThanOrEqual(400);
    upstream.respond = asProvider;
    expect((await ask(key)).status).toBe(200);
  });
});

test('requests to free models are bounded by organisation, and others go on', async () => {
  const [one, other] = [await newKey({}), await newKey({})];
  const free = { ...CHAT, model: 'zai/glm-4.5-flash' };
  const first = await ask(one, free);
  expect(first.status).toBe(200);
  expect(limitsTold(first)).toMatchObject({ 'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '1' });
  expect((await ask(other, free)).status).toBe(200);
  const refused = await ask(one, free);
  expect(refused.status).toBe(429);
  const { error } = (await refused.json()) as { error: { message: string } };
  expect(error.message).toMatch(/2 requests to free models in 10 minutes.*gateway topup/);
  expect((await ask(one)).status).toBe(200);
});

test('two servers on one Postgres and Redis, 64 callers, one key with room for 100 requests: exactly 100 pass', async () => {
  const redis = await startRedis();
  try {
    const env = {
      DATABASE_URL: await createDatabase(),
      REDIS_URL: redis.url,
      GATEWAY_SECRET: 'a secret of the tests, long enough',
    };
    const first = await startGateway({ providers: providers(), env });
    const second = await startGateway({ providers: providers(), env, key: first.key });
    const key = await newKey({ requests_per_minute: 100 }, first);
    const statuses: number[] = [];
    await Promise.all(
      Array.from({ length: 64 }, async (_, caller) => {
        for (let each = 0; each < 3; each++) {
          const { status } = await ask(key, CHAT, undefined, caller % 2 === 0 ? first : second);
          statuses.push(status);
        }
      }),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(100);
    expect(statuses.filter((status) => status === 429)).toHaveLength(92);
    expect(upstream.seen).toHaveLength(100);
  } finally {
    await stopGateways();
    await redis.stop();
  }
});
