import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { sendJson, startUpstream, type Upstream } from '../helpers/upstream.ts';

let upstream: Upstream;
let gateway: Gateway;

beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startGateway({
    providers: { openai: `${upstream.url}/v1`, anthropic: upstream.url, 'google-ai-studio': upstream.url },
  });
});
afterAll(async () => {
  await stopGateways();
  await upstream.close();
});
beforeEach(() => {
  upstream.seen.length = 0;
  upstream.respond = (seen, response) =>
    sendJson(response, 200, seen.path.endsWith(':countTokens') ? '{"totalTokens":31}' : '{"input_tokens":2095}');
});

const HELLO = [{ role: 'user' as const, content: 'x'.repeat(400) }];
const anthropic = () => new Anthropic({ apiKey: gateway.key, baseURL: gateway.url, maxRetries: 0 });

function post(path: string, body: unknown, key = gateway.key) {
  return fetch(gateway.url + path, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json', 'anthropic-beta': 'a-2026' },
    body: JSON.stringify(body),
  });
}

test('the tokens of a Messages request are counted by Anthropic, without a charge', async () => {
  const before = await gateway.api('GET', '/api/v1/balance');
  const body = { model: 'anthropic/claude-sonnet-4.6', system: 'Hi', messages: HELLO, future: 1 };
  const { data, response } = await anthropic().messages.countTokens(body).withResponse();
  expect(data.input_tokens).toBe(2095);
  expect(response.headers.get('x-gateway-estimated')).toBeNull();
  const [seen] = upstream.seen;
  expect(seen!.path).toBe('/v1/messages/count_tokens');
  expect(JSON.parse(seen!.body.toString())).toEqual({ ...body, model: 'claude-sonnet-4-6' });
  expect(seen!.headers['x-api-key']).not.toBe(gateway.key);
  expect(await gateway.api('GET', '/api/v1/balance')).toMatchObject({ body: before.body });
});

test('those of a model of another format are estimated, a burst of them in no time', async () => {
  const burst = Array.from({ length: 35 }, () =>
    post('/v1/messages/count_tokens', { model: 'gpt-4o-mini', messages: HELLO }),
  );
  for (const answer of await Promise.all(burst)) {
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-gateway-estimated')).toBe('true');
    const { input_tokens } = (await answer.json()) as { input_tokens: number };
    expect(input_tokens).toBeGreaterThan(99);
    expect(input_tokens).toBeLessThan(120);
  }
  expect(upstream.seen).toHaveLength(0);
});

test('they are estimated, too, when the provider cannot say', async () => {
  upstream.respond = (_seen, response) =>
    sendJson(response, 529, '{"type":"error","error":{"type":"overloaded_error"}}');
  const answer = await post('/v1/messages/count_tokens?beta=true', { model: 'claude-sonnet-4-6', messages: HELLO });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('x-gateway-estimated')).toBe('true');
});

test('those of a Gemini request are counted by Google, or estimated in its shape', async () => {
  const contents = [{ role: 'user', parts: [{ text: 'x'.repeat(400) }] }];
  const counted = await post('/v1beta/models/gemini-2.5-flash:countTokens', { contents });
  expect(await counted.json()).toEqual({ totalTokens: 31 });
  expect(upstream.seen[0]!.path).toBe('/v1beta/models/gemini-2.5-flash:countTokens');
  const estimated = await post('/v1beta/models/gpt-4o-mini:countTokens', { contents });
  expect(estimated.headers.get('x-gateway-estimated')).toBe('true');
  expect(await estimated.json()).toEqual({ totalTokens: expect.any(Number) });
});

test('nobody counts without a key, a model or messages', async () => {
  const body = { model: 'gpt-4o-mini', messages: HELLO };
  const stranger = await post('/v1/messages/count_tokens', body, 'sk-wrong');
  expect(stranger.status).toBe(401);
  expect(await stranger.json()).toMatchObject({ type: 'error', error: { type: 'authentication_error' } });
  expect((await post('/v1/messages/count_tokens', { ...body, model: 'no-such-model' })).status).toBe(404);
  expect((await post('/v1/messages/count_tokens', { model: 'gpt-4o-mini' })).status).toBe(400);
});

test('those of the model auto are counted by whoever would get the request, as agents ask whatever the model', async () => {
  const answer = await anthropic().messages.countTokens({ model: 'auto', messages: HELLO });
  expect(answer.input_tokens).toBeGreaterThan(50);
});
