import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { sendJson, startUpstream, type Upstream } from '../helpers/upstream.ts';

let upstream: Upstream;
let gateway: Gateway;
const USAGE = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 };
/** 1,000 tokens in and 100 out of gpt-5.4, at 2.5 and 15 USD a million. */
const STANDARD = 0.004;

beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startGateway({ providers: { openai: `${upstream.url}/v1`, 'google-ai-studio': upstream.url } });
});
afterAll(async () => {
  await stopGateways();
  await upstream.close();
});
beforeEach(() => {
  upstream.seen.length = 0;
});

const openai = () => new OpenAI({ apiKey: gateway.key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
const ask = { model: 'gpt-5.4', messages: [{ role: 'user' as const, content: 'hi' }] };
const lastTier = async () => (await gateway.api('GET', '/api/v1/logs?limit=1')).body.data[0].service_tier;

/** OpenAI, which served the request in this tier, whole or as a stream. */
function served(tier: string | undefined) {
  upstream.respond = (seen, response) => {
    const of = tier === undefined ? {} : { service_tier: tier };
    const head = { id: 'c1', created: 1, model: 'gpt-5.4' };
    const said = { index: 0, finish_reason: 'stop' };
    if (!JSON.parse(seen.body.toString()).stream) {
      const message = { role: 'assistant', content: 'hi, "service_tier":"flex"' };
      const choices = [{ ...said, message }];
      sendJson(response, 200, JSON.stringify({ ...head, object: 'chat.completion', choices, usage: USAGE, ...of }));
      return;
    }
    const chunk = (more: object) =>
      `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...of, ...more })}\n\n`;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(
      chunk({ choices: [{ ...said, delta: { role: 'assistant', content: 'hi' } }] }) +
        chunk({ choices: [], usage: USAGE }) +
        'data: [DONE]\n\n',
    );
  };
}

test.each([
  ['asked for and served', 'flex', 'flex', 0.5, 'flex'],
  ['asked for and served', 'priority', 'priority', 2, 'priority'],
  ['asked for, but the provider served the standard one', 'priority', 'default', 1, null],
  ['asked for, of which the provider tells nothing', 'flex', undefined, 0.5, 'flex'],
  ['the provider’s own choice', 'auto', 'priority', 2, 'priority'],
] as const)('a tier that was %s is billed as it was served: %s', async (_case, asked, by, times, recorded) => {
  served(by);
  const whole = await openai().chat.completions.create({ ...ask, service_tier: asked });
  expect(whole.usage).toMatchObject({ cost: STANDARD * times });
  expect(JSON.parse(upstream.seen[0]!.body.toString()).service_tier).toBe(asked);
  expect(await lastTier()).toBe(recorded);
  const stream = await openai().chat.completions.create({
    ...ask,
    service_tier: asked,
    stream: true,
    stream_options: { include_usage: true },
  });
  let usage: unknown;
  for await (const chunk of stream) usage = chunk.usage ?? usage;
  expect(usage).toMatchObject({ cost: STANDARD * times });
  expect(await lastTier()).toBe(recorded);
});

test('Google AI Studio tells the tier in a header', async () => {
  upstream.respond = (_seen, response) => {
    response.setHeader('x-gemini-service-tier', 'standard');
    const usageMetadata = { promptTokenCount: 1000, candidatesTokenCount: 100, totalTokenCount: 1100 };
    const candidates = [{ content: { role: 'model', parts: [{ text: 'hi' }] }, finishReason: 'STOP', index: 0 }];
    sendJson(response, 200, JSON.stringify({ candidates, usageMetadata, modelVersion: 'gemini-2.5-flash' }));
  };
  const asked = await openai().chat.completions.create({ ...ask, model: 'gemini-2.5-flash', service_tier: 'flex' });
  expect(asked.usage).toMatchObject({ cost: (1000 * 0.3 + 100 * 2.5) / 1e6 });
  expect(await lastTier()).toBeNull();
});

test('a tier that the model is not served in is refused before any call', async () => {
  const asked = openai().chat.completions.create({ ...ask, model: 'gpt-4o', service_tier: 'flex' });
  await expect(asked).rejects.toMatchObject({ status: 400, code: 'unsupported_service_tier' });
  expect(upstream.seen).toEqual([]);
});
