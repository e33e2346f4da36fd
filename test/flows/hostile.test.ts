import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { createDatabase } from '../helpers/postgres.ts';
import { asProvider, fixture, sendJson, sendStream, startUpstream, type Upstream } from '../helpers/upstream.ts';

let upstream: Upstream;
let gateway: Gateway;
const CHAT = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] };

beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startGateway({
    providers: { openai: `${upstream.url}/v1`, anthropic: upstream.url, acme: upstream.url },
  });
});
afterAll(async () => {
  await stopGateways();
  await upstream.close();
});
beforeEach(() => {
  upstream.respond = asProvider;
  upstream.seen.length = 0;
});

function ask(
  body: unknown,
  at: { gateway?: Gateway; key?: string; path?: string; headers?: Record<string, string> } = {},
) {
  const to = at.gateway ?? gateway;
  return fetch(to.url + (at.path ?? '/v1/chat/completions'), {
    method: 'POST',
    headers: { authorization: `Bearer ${at.key ?? to.key}`, ...at.headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

const newKey = async (fields: Record<string, unknown>, at = gateway) =>
  (await at.api('POST', '/api/v1/me/keys', { name: 'test', ...fields })).body as { id: string; raw: string };

describe('callers who mean harm', () => {
  test.each(['/v1/constructor', '/v1/__proto__', '/v1/toString', '/messages/constructor'])(
    '%s is a path like any other unknown one',
    async (path) => {
      expect((await fetch(gateway.url + path, { method: 'POST' })).status).toBe(404);
      expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
    },
  );

  test('names from the prototype are only names', async () => {
    const response = await ask(CHAT, { headers: { 'x-source': 'constructor', 'x-gateway-__proto__': 'x' } });
    expect(response.status).toBe(200);
    await response.text();
    const { body } = await gateway.api('GET', `/api/v1/logs/${response.headers.get('x-request-id')}`);
    expect(body.source).toBe('constructor');
  });

  test.each([
    ['an escape that does not exist in the model', '{"model":"gpt\\q","messages":[{}]}'],
    ['a raw control byte in the model', '{"model":"gpt\u0001","messages":[{}]}'],
    [
      'an escape that does not exist in the options',
      '{"model":"gpt-4o-mini","stream":true,"stream_options":{"a":"\\q"},"messages":[{}]}',
    ],
    ['ten thousand members', `{"model":"gpt-4o-mini","messages":[{}]${',"a":1'.repeat(10_000)}}`],
  ])('%s is 400', async (_case, body) => {
    expect((await ask(body)).status).toBe(400);
  });

  test('prose that begins like a blob is paid for as text', async () => {
    const key = await newKey({ limit_usd: '0.05' });
    const content = 'a'.repeat(300) + 'The quick brown fox. '.repeat(40_000);
    const response = await ask({ model: 'openai/gpt-4o', messages: [{ role: 'user', content }] }, { key: key.raw });
    expect(response.status).toBe(402);
  });

  test('an offer to speak HTTP/2 is passed over, a WebSocket is refused', async () => {
    const send = (upgrade: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
        const body = JSON.stringify(CHAT);
        socket.on('data', (chunk) => {
          resolve(chunk.toString().split('\r\n')[0]!);
          socket.destroy();
        });
        socket.on('error', reject);
        socket.write(
          `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${gateway.key}\r\nconnection: Upgrade\r\nupgrade: ${upgrade}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
        );
      });
    expect(await send('h2c')).toContain('200');
    expect(await send('websocket')).toContain('426');
  });

  test('one who hangs up on pipelined requests gives all their money back', async () => {
    const key = await newKey({ limit_usd: '0.0008' });
    upstream.respond = (_seen, response) =>
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    const body = JSON.stringify({ ...CHAT, stream: true, max_tokens: 400 });
    const one = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key.raw}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.write(one + one);
    await upstream.arrivals(2);
    socket.destroy();
    await Promise.all(upstream.seen.map(({ aborted }) => aborted));
    upstream.respond = asProvider;
    expect((await ask({ ...CHAT, max_tokens: 1000 }, { key: key.raw })).status).toBe(200);
  });
});

describe('providers that are strange', () => {
  test.each([
    ['an empty usage', (answer: Record<string, unknown>) => ({ ...answer, usage: {} })],
    ['a null usage', (answer: Record<string, unknown>) => ({ ...answer, usage: null })],
    ['counts as text', (answer: Record<string, unknown>) => ({ ...answer, usage: { prompt_tokens: '19' } })],
  ])('%s: the answer is still JSON, with an estimate that says so', async (_case, change) => {
    upstream.respond = (_seen, response) =>
      sendJson(response, 200, JSON.stringify(change(JSON.parse(fixture('openai/chat.json').toString()))));
    const { usage } = (await (await ask(CHAT)).json()) as { usage: Record<string, unknown> };
    expect(usage).toMatchObject({
      completion_tokens: expect.any(Number),
      cost: expect.any(Number),
      cost_details: { estimated: true },
    });
  });

  test('a custom model in another script, gzipped and streamed', async () => {
    upstream.respond = (_seen, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
      response.end(gzipSync(fixture('openai/chat.stream.txt')));
    };
    const response = await ask({ ...CHAT, model: 'acme/模型', stream: true });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('[DONE]');
    expect(decodeURIComponent(response.headers.get('x-gateway-model')!)).toBe('模型');
  });

  test('a reset after the terminal event spoils nothing', async () => {
    upstream.respond = (_seen, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(fixture('openai/chat.stream.txt'), () => response.socket!.resetAndDestroy());
    };
    const text = await (await ask({ ...CHAT, stream: true })).text();
    expect(text.trimEnd().endsWith('[DONE]')).toBe(true);
  });

  test('two choices of which one was finished are not a whole answer', async () => {
    upstream.respond = (_seen, response) =>
      sendStream(response, [
        'data: {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}\n\n',
        'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n',
      ]);
    const response = await ask({ ...CHAT, stream: true, n: 2 });
    await expect(response.text()).rejects.toThrow();
  });

  test('an overload inside a stream before content is 503 with its pause', async () => {
    upstream.respond = (_seen, response) =>
      sendStream(response, [
        'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
      ]);
    const response = await ask(
      { model: 'claude-sonnet-4-6', max_tokens: 9, stream: true, messages: [{ role: 'user', content: 'hi' }] },
      { path: '/v1/messages' },
    );
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toMatchObject({ error: { type: 'overloaded_error' } });
  });
});

describe('money', () => {
  test('what was spent before a limit was set is not spendable again', async () => {
    const key = await newKey({});
    const held: (() => void)[] = [];
    upstream.respond = (seen, response) => void held.push(() => asProvider(seen, response));
    const early = Array.from({ length: 5 }, () => ask(CHAT, { key: key.raw }));
    await upstream.arrivals(5);
    // 8,550 nano-dollars each: five will have cost more than the limit that is set now.
    await gateway.api('PATCH', `/api/v1/me/keys/${key.id}`, { limit_usd: '0.00003' });
    upstream.respond = asProvider;
    expect((await ask(CHAT, { key: key.raw })).status).toBe(200);
    for (const answer of held) answer();
    for (const response of await Promise.all(early)) expect(response.status).toBe(200);
    await gateway.api('GET', '/api/v1/balance');
    expect((await ask(CHAT, { key: key.raw })).status).toBe(402);
  });

  test('a stream, too, tells the provider what its limit affords', async () => {
    const key = await newKey({ limit_usd: '0.001' });
    await (await ask({ ...CHAT, stream: true }, { key: key.raw })).text();
    expect(JSON.parse(upstream.seen[0]!.body.toString()).max_completion_tokens).toBeLessThan(1700);
  });

  test('a dear request of one key does not lock the others out', async () => {
    upstream.respond = (_seen, response) => {
      const answer = JSON.parse(fixture('openai/chat.json').toString());
      answer.usage = { prompt_tokens: 1_000_000, completion_tokens: 16_000 };
      sendJson(response, 200, JSON.stringify(answer));
    };
    await ask(CHAT);
    const key = await newKey({ limit_usd: '0.01' });
    upstream.respond = (_seen, response) =>
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    const running = new AbortController();
    fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key.raw}` },
      body: JSON.stringify({ ...CHAT, stream: true, max_tokens: 10 }),
      signal: running.signal,
    }).catch(() => {});
    await upstream.arrivals(2);
    upstream.respond = asProvider;
    const startedMs = performance.now();
    expect((await ask({ ...CHAT, max_tokens: 10 }, { key: key.raw })).status).toBe(200);
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    running.abort();
  });
});

describe('the journal', () => {
  test('whose folder is taken away is made again, and no record is lost or sent to anybody else', async () => {
    const own = await startGateway({ providers: { openai: `${upstream.url}/v1` } });
    expect((await ask(CHAT, { gateway: own })).status).toBe(200);
    await own.api('GET', '/api/v1/balance');
    rmSync(join(own.dataDir, 'server', 'journal'), { recursive: true });
    for (let i = 0; i < 3; i++) {
      expect((await ask(CHAT, { gateway: own })).status).toBe(200);
      await own.api('GET', '/api/v1/balance');
    }
    expect((await own.api('GET', '/api/v1/usage')).body.total_requests).toBe(4);
    expect(await own.stop()).toBe(0);
  });

  test('of a second process that was killed is read by whichever starts next', async () => {
    const env = { DATABASE_URL: await createDatabase(), GATEWAY_SECRET: 'a-secret-for-tests-that-is-long-enough' };
    const start = (dataDir?: string, key?: string) =>
      startGateway({ providers: { openai: `${upstream.url}/v1` }, dataDir, key, env });
    const first = await start();
    const second = await start(first.dataDir, first.key);
    for (const one of [first, second]) expect((await ask(CHAT, { gateway: one })).status).toBe(200);
    await Promise.all([first.kill(), second.kill()]);
    const again = await start(first.dataDir, first.key);
    expect((await again.api('GET', '/api/v1/usage')).body.total_requests).toBe(2);
  });
});
