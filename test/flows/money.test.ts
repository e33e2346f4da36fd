import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { formatUsd, parseUsd } from '../../shared/money.ts';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { createDatabase } from '../helpers/postgres.ts';
import { asProvider, fixture, sendJson, startUpstream, type Upstream } from '../helpers/upstream.ts';

let upstream: Upstream;
const CHAT = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] };
const MESSAGE = { model: 'claude-sonnet-4-6', max_tokens: 300, messages: [{ role: 'user', content: 'hi' }] };
/** What the fixtures cost, in nano-dollars. */
const CHAT_NANO = 8_550n;

beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(async () => {
  await stopGateways();
  await upstream.close();
});
beforeEach(() => {
  upstream.respond = asProvider;
  upstream.seen.length = 0;
});

const start = (options: Parameters<typeof startGateway>[0] = {}) =>
  startGateway({ providers: { openai: `${upstream.url}/v1`, anthropic: upstream.url }, ...options });

function ask(gateway: Gateway, key: string, path: string, body: unknown) {
  return fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
}

async function newKey(gateway: Gateway, fields: Record<string, unknown>): Promise<{ id: string; raw: string }> {
  const { status, body } = await gateway.api('POST', '/api/v1/me/keys', { name: 'test', ...fields });
  expect(status).toBe(201);
  return body;
}

function count(statuses: number[]): Record<number, number> {
  const sums: Record<number, number> = {};
  for (const status of statuses) sums[status] = (sums[status] ?? 0) + 1;
  return sums;
}

describe.each([
  ['the embedded store', false],
  ['Postgres', true],
])('on %s', (_store, postgres) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const env = postgres
      ? { DATABASE_URL: await createDatabase(), GATEWAY_SECRET: 'a-secret-for-tests-that-is-long-enough' }
      : {};
    gateway = await start({ env });
  });

  test.each([
    ['whole answers', { ...CHAT }],
    ['streams', { ...CHAT, stream: true }],
    ['answers with a low limit', { ...CHAT, max_tokens: 20 }],
  ])('of 200 parallel requests with a key for exactly 20, 20 pass: %s', async (_kind, body) => {
    const key = await newKey(gateway, { limit_usd: formatUsd(CHAT_NANO * 20n) });
    const answers = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const response = await ask(gateway, key.raw, '/v1/chat/completions', body);
        return { status: response.status, text: await response.text() };
      }),
    );
    expect(count(answers.map(({ status }) => status))).toEqual({ 200: 20, 402: 180 });
    const refused = answers.find(({ status }) => status === 402)!;
    expect(JSON.parse(refused.text)).toMatchObject({
      error: { code: 'key_limit_reached', type: 'insufficient_quota' },
    });
    const shown = await gateway.api('GET', `/api/v1/me/keys/${key.id}`);
    expect(shown.body.limits.spent_usd).toBe(formatUsd(CHAT_NANO * 20n));
    const usage = await gateway.api('GET', `/api/v1/usage?key=${key.id}`);
    expect(usage.body).toMatchObject({ total_requests: 20, total_cost_usd: formatUsd(CHAT_NANO * 20n) });
    expect(answers.filter(({ text }) => text.includes('"cost":0.00000855'))).toHaveLength(20);
  });

  test('a child’s spending counts against its parent, and the parent’s limit stops it', async () => {
    const parent = await newKey(gateway, {
      name: 'parent',
      limit_usd: formatUsd(CHAT_NANO * 3n),
      permissions: ['inference', 'manage'],
    });
    const child = (await gateway.api('POST', '/api/v1/me/keys', { name: 'child', limit_usd: '1' }, parent.raw)).body;
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) statuses.push((await ask(gateway, child.raw, '/v1/chat/completions', CHAT)).status);
    expect(count(statuses)).toEqual({ 200: 3, 402: 2 });
    expect((await gateway.api('GET', `/api/v1/me/keys/${parent.id}`)).body.limits.spent_usd).toBe(
      formatUsd(CHAT_NANO * 3n),
    );
  });

  test('a recurring limit stops the key and says when it starts again', async () => {
    const key = await newKey(gateway, { period_limit_usd: formatUsd(CHAT_NANO * 2n), period: '1d' });
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) statuses.push((await ask(gateway, key.raw, '/v1/chat/completions', CHAT)).status);
    expect(statuses).toEqual([200, 200, 402]);
    const { limits } = (await gateway.api('GET', `/api/v1/me/keys/${key.id}`)).body;
    expect(limits.period_spent_usd).toBe(formatUsd(CHAT_NANO * 2n));
    expect(Date.parse(limits.period_resets_at)).toBeGreaterThan(Date.now());
  });

  test('a raised limit is spendable at once, a revoked key stops at once', async () => {
    const key = await newKey(gateway, { limit_usd: formatUsd(CHAT_NANO) });
    expect((await ask(gateway, key.raw, '/v1/chat/completions', CHAT)).status).toBe(200);
    expect((await ask(gateway, key.raw, '/v1/chat/completions', CHAT)).status).toBe(402);
    await gateway.api('PATCH', `/api/v1/me/keys/${key.id}`, { limit_usd: formatUsd(CHAT_NANO * 2n) });
    expect((await ask(gateway, key.raw, '/v1/chat/completions', CHAT)).status).toBe(200);
    await gateway.api('DELETE', `/api/v1/me/keys/${key.id}`);
    expect((await ask(gateway, key.raw, '/v1/chat/completions', CHAT)).status).toBe(401);
  });

  test('the balance, the usage, the log and the transactions agree to the nano-dollar with what callers were told', async () => {
    const before = parseUsd((await gateway.api('GET', '/api/v1/balance')).body.balance_usd)!;
    const key = await newKey(gateway, { name: 'told' });
    const told = await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        const anthropic = i % 3 === 0;
        const body = { ...(anthropic ? MESSAGE : CHAT), stream: i % 2 === 0 };
        const text = await (
          await ask(gateway, key.raw, anthropic ? '/v1/messages' : '/v1/chat/completions', body)
        ).text();
        return parseUsd(/"cost":([\d.]+)/.exec(text)![1]!)!;
      }),
    );
    const sum = told.reduce((a, b) => a + b);
    const after = parseUsd((await gateway.api('GET', '/api/v1/balance')).body.balance_usd)!;
    expect(before - after).toBe(sum);
    expect((await gateway.api('GET', `/api/v1/usage?key=${key.id}`)).body).toMatchObject({
      total_requests: 60,
      total_cost_usd: formatUsd(sum),
    });
    const logs = (await gateway.api('GET', `/api/v1/logs?key=${key.id}&limit=100`)).body.data as { cost_usd: string }[];
    expect(logs.map(({ cost_usd }) => parseUsd(cost_usd)!).reduce((a, b) => a + b)).toBe(sum);
  });
});

describe('bounds', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await start({ credit: '0' });
  });

  test('an empty balance is 402 with the command and the page to top up, in each format', async () => {
    const chat = await ask(gateway, gateway.key, '/v1/chat/completions', CHAT);
    expect(chat.status).toBe(402);
    expect(chat.headers.get('x-should-retry')).toBe('false');
    const { error } = (await chat.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe('insufficient_balance');
    expect(error.message).toContain('gateway topup');
    expect(error.message).toContain(gateway.url);
    const message = await ask(gateway, gateway.key, '/v1/messages', MESSAGE);
    expect(await message.json()).toMatchObject({ type: 'error', error: { type: 'billing_error' } });
    expect(upstream.seen).toHaveLength(0);
  });

  test('what a whole answer could cost is bounded by lowering the limit that the provider is sent', async () => {
    const funded = await start({ credit: '1' });
    // 600 output tokens at 0.60 USD a million, and a little for the input.
    const key = await newKey(funded, { limit_usd: '0.00036' });
    expect((await ask(funded, key.raw, '/v1/chat/completions', CHAT)).status).toBe(200);
    const sent = JSON.parse(upstream.seen.at(-1)!.body.toString()) as { max_completion_tokens: number };
    expect(sent.max_completion_tokens).toBeGreaterThan(500);
    expect(sent.max_completion_tokens).toBeLessThan(601);
    await ask(funded, key.raw, '/v1/chat/completions', { ...CHAT, max_tokens: 128_000 });
    expect(JSON.parse(upstream.seen.at(-1)!.body.toString()).max_tokens).toBeLessThan(601);
    // With money enough nothing is touched: agents ask for 128,000 tokens and use a few.
    await ask(funded, funded.key, '/v1/chat/completions', { ...CHAT, max_tokens: 16_000 });
    expect(JSON.parse(upstream.seen.at(-1)!.body.toString()).max_tokens).toBe(16_000);
  });

  test('a stream is ended at the limit with the dialect’s budget error, and what it used is booked', async () => {
    const funded = await start({ credit: '1' });
    const key = await newKey(funded, { limit_usd: '0.0001' });
    const piece = `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'lorem ipsum dolor sit amet '.repeat(4) }, finish_reason: null }] })}\n\n`;
    upstream.respond = (_seen, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const more = (): void => {
        if (!response.destroyed) response.write(piece, () => setImmediate(more));
      };
      more();
    };
    const response = await ask(funded, key.raw, '/v1/chat/completions', { ...CHAT, stream: true });
    let text = '';
    const reading = (async () => {
      for await (const part of response.body!) text += new TextDecoder().decode(part as Uint8Array);
    })();
    await expect(reading).rejects.toThrow();
    expect(text).toContain('"code":"key_limit_reached"');
    await upstream.seen.at(-1)!.aborted;
    const log = (await funded.api('GET', `/api/v1/logs/${response.headers.get('x-request-id')}`)).body;
    expect(log).toMatchObject({ status_code: 402, error_code: 'key_limit_reached', estimated: true });
    expect(Number(log.cost_usd)).toBeGreaterThan(0.00009);
    expect(Number(log.cost_usd)).toBeLessThan(0.0003);
  });

  test('a long stream with money enough is not ended, its hold grows', async () => {
    const funded = await start({ credit: '1' });
    const piece = `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'lorem ipsum dolor sit amet '.repeat(40) }, finish_reason: null }] })}\n\n`;
    const tail = fixture('openai/chat.stream.txt').toString().split('\n\n').slice(-4).join('\n\n');
    upstream.respond = (_seen, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(piece.repeat(100) + tail);
    };
    const text = await (await ask(funded, funded.key, '/v1/chat/completions', { ...CHAT, stream: true })).text();
    expect(text).toContain('[DONE]');
  });

  test('an answer without usage is booked as an estimate and says so', async () => {
    const funded = await start({ credit: '1' });
    upstream.respond = (_seen, response) => {
      const { usage: _usage, ...rest } = JSON.parse(fixture('openai/chat.json').toString());
      sendJson(response, 200, JSON.stringify(rest));
    };
    const body = (await (await ask(funded, funded.key, '/v1/chat/completions', CHAT)).json()) as {
      usage: { cost: number; cost_details: { estimated: boolean } };
    };
    expect(body.usage.cost_details.estimated).toBe(true);
    const [log] = (await funded.api('GET', '/api/v1/logs')).body.data;
    expect(log).toMatchObject({ estimated: true, cost_usd: expect.stringMatching(/^0\.0000/) });
    expect(Number(log.cost_usd)).toBe(body.usage.cost);
  });
});

describe('two server processes on one Postgres', () => {
  test('a key that one revokes, disables or lets expire stops at the other within a second', async () => {
    const env = { DATABASE_URL: await createDatabase(), GATEWAY_SECRET: 'a-secret-for-tests-that-is-long-enough' };
    const first = await start({ env });
    const second = await start({ env, key: first.key });
    const stopsWithin = async (raw: string) => {
      const startedMs = performance.now();
      while ((await ask(second, raw, '/v1/chat/completions', CHAT)).status === 200) {
        if (performance.now() - startedMs > 5000) break;
      }
      return performance.now() - startedMs;
    };
    const revoked = await newKey(first, {});
    const disabled = await newKey(first, {});
    const parent = await newKey(first, { permissions: ['inference', 'manage'] });
    const child = (await first.api('POST', '/api/v1/me/keys', { name: 'child' }, parent.raw)).body;
    for (const key of [revoked, disabled, child])
      expect((await ask(second, key.raw, '/v1/chat/completions', CHAT)).status).toBe(200);
    await first.api('DELETE', `/api/v1/me/keys/${revoked.id}`);
    expect(await stopsWithin(revoked.raw)).toBeLessThan(1000);
    await first.api('PATCH', `/api/v1/me/keys/${disabled.id}`, { status: 'disabled' });
    expect(await stopsWithin(disabled.raw)).toBeLessThan(1000);
    await first.api('DELETE', `/api/v1/me/keys/${parent.id}`);
    expect(await stopsWithin(child.raw)).toBeLessThan(1000);
    const expiring = await newKey(first, { expires_in: new Date(Date.now() + 700).toISOString() });
    expect((await ask(second, expiring.raw, '/v1/chat/completions', CHAT)).status).toBe(200);
    expect(await stopsWithin(expiring.raw)).toBeLessThan(1700);
  });
});
