import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { asProvider, sendJson, startUpstream, type Upstream } from '../helpers/upstream.ts';

let upstream: Upstream;
let gateway: Gateway;

beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startGateway({
    providers: { openai: `${upstream.url}/v1`, anthropic: upstream.url, groq: `${upstream.url}/v1` },
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

async function ask(content: string, more: Record<string, unknown> = {}) {
  const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}` },
    body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content }], ...more }),
  });
  const body = (await answer.json()) as { error?: { code: string; message: string }; usage?: { cost: number } };
  return { status: answer.status, model: answer.headers.get('x-gateway-model'), headers: answer.headers, body };
}

const HARD =
  'Prove, step by step, that the sum of the reciprocals of the primes diverges, and derive the rate at which it does. Then generalise the theorem to arithmetic progressions, and give the complete proof with all lemmas.';

describe('the model auto', () => {
  test('is a cheap one for an easy question and a stronger one for a hard one', async () => {
    const easy = await ask('Hi, how are you?');
    const hard = await ask(HARD);
    expect([easy.status, hard.status]).toEqual([200, 200]);
    expect(easy.model).not.toBe(hard.model);
    expect(hard.body.usage!.cost).toBeGreaterThan(easy.body.usage!.cost);
  });

  test('is told in headers and in the log with its tier', async () => {
    const { headers } = await ask(HARD);
    const id = headers.get('x-request-id')!;
    await expect
      .poll(async () => (await gateway.api('GET', `/api/v1/logs/${id}`)).body)
      .toMatchObject({ routing: { tier: 'REASONING' } });
  });

  test('goes on at another model when all of the first one fails', async () => {
    const asked: string[] = [];
    upstream.respond = (seen, response) => {
      asked.push((JSON.parse(seen.body.toString('utf8')) as { model: string }).model);
      if (asked.length === 1) sendJson(response, 500, '{"error":{"message":"down","type":"x","code":null}}');
      else asProvider(seen, response);
    };
    const { status } = await ask('Hi, how are you?', { stream: false });
    expect(status).toBe(200);
    expect(asked).toHaveLength(2);
    expect(asked[0]).not.toBe(asked[1]);
  });

  test('can be had through the official SDK as a stream, and as gateway/auto', async () => {
    const client = new OpenAI({ apiKey: gateway.key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
    const stream = await client.chat.completions.create({
      model: 'gateway/auto',
      messages: [{ role: 'user', content: 'hi' }],
      stream: true,
    });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toContain('你好 👋');
  });

  test('keeps to what the key may use, and says so when nothing is left', async () => {
    const made = await gateway.api('POST', '/api/v1/me/keys', {
      name: 'dear only',
      iam: [{ rule_type: 'allow_models', rule_value: { models: ['openai/gpt-4o'] } }],
    });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${made.body.raw}` },
      body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'hi' }] }),
    });
    expect(answer.headers.get('x-gateway-model')).toBe('gpt-4o');
  });

  test('goes on at a model that costs something when the free ones have been asked as often as they may', async () => {
    const other = await startGateway({
      providers: { openai: `${upstream.url}/v1`, zai: `${upstream.url}/v1` },
      env: { GATEWAY_FREE_REQUESTS: '2/1m' },
    });
    const send = async () => {
      const answer = await fetch(`${other.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${other.key}` },
        body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'hi' }] }),
      });
      const body = (await answer.json()) as { usage?: { cost: number } };
      return body.usage ? body.usage.cost > 0 : answer.status;
    };
    expect([await send(), await send(), await send()]).toEqual([false, false, true]);
  });

  test('with free_models_only is refused where none is free', async () => {
    const { status, body } = await ask('hi', { free_models_only: true });
    expect(status).toBe(400);
    expect(body.error!.message).toMatch(/free/);
  });
});
