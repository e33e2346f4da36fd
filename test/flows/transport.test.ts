import type { Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { asProvider, sendStream, startUpstream, type Upstream } from '../helpers/upstream.ts';

let upstream: Upstream;
let gateway: Gateway;
beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startGateway({
    providers: { openai: `${upstream.url}/v1`, azure: `${upstream.url}/azure`, anthropic: upstream.url },
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

const MESSAGES = [{ role: 'user', content: 'hi' }];
const ask = (path: string, body: object, headers: Record<string, string> = {}) =>
  fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, ...headers },
    body: JSON.stringify({ messages: MESSAGES, ...body }),
  });

test('a provider gets its own key and what is meant for it, and nothing else of the caller’s headers', async () => {
  const response = await ask(
    '/v1/messages',
    { model: 'anthropic/claude-haiku-4-5', max_tokens: 9 },
    {
      'x-api-key': gateway.key,
      cookie: 'session=of-the-caller',
      'x-forwarded-for': '192.0.2.7',
      'x-private': 'of-the-caller',
      'anthropic-beta': 'context-1m-2025-08-07',
    },
  );
  expect(response.status).toBe(200);
  const { headers } = upstream.seen[0]!;
  expect(headers).toMatchObject({
    'x-api-key': 'upstream-anthropic-key',
    'anthropic-beta': expect.stringContaining('context-1m-2025-08-07'),
  });
  expect(JSON.stringify(headers)).not.toMatch(new RegExp(`${gateway.key}|of-the-caller|192\\.0\\.2\\.7`));
});

test('a connection that the provider closes as it is used again fails nobody', async () => {
  const used = new WeakSet<Socket>();
  let closed = 0;
  upstream.respond = (seen, response) => {
    const socket = response.socket!;
    if (used.has(socket) && closed === 0) {
      closed++;
      socket.destroy();
      return;
    }
    used.add(socket);
    asProvider(seen, response);
  };
  for (let i = 0; i < 3; i++) {
    const response = await ask('/v1/chat/completions', { model: 'openai/gpt-4o-mini' });
    expect(response.status).toBe(200);
    await response.text();
  }
  expect([closed, upstream.seen.length]).toEqual([1, 4]);
});

test('the same model is asked of the same provider each time, as its prompt cache is there', async () => {
  const providers = new Set<string | null>();
  for (let i = 0; i < 6; i++) {
    const response = await ask('/v1/chat/completions', { model: 'gpt-4o-mini' });
    providers.add(response.headers.get('x-gateway-provider'));
    await response.text();
  }
  expect([...providers]).toEqual(['openai']);
});

test('a stream is not paced: ten thousand events take less than a millisecond each', async () => {
  const event = (text: string, finish: string | null = null) =>
    `data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"${text}"},"finish_reason":${JSON.stringify(finish)}}]}\n\n`;
  const events = Array.from({ length: 10_000 }, (_, at) => event(`w${at} `));
  upstream.respond = (_seen, response) =>
    sendStream(response, [`${events.join('')}${event('', 'stop')}data: [DONE]\n\n`]);
  const startedMs = performance.now();
  const response = await ask('/v1/chat/completions', { model: 'openai/gpt-4o-mini', stream: true });
  const text = await response.text();
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  expect(text).toContain('w9999 ');
});
