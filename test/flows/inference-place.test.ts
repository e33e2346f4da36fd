import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { sendJson, startUpstream, type Upstream } from '../helpers/upstream.ts';

let upstream: Upstream;
let gateway: Gateway;
/** 1,000 tokens in and 100 out of Claude Opus 5, at 5 and 25 USD a million. */
const STANDARD = 0.0075;

beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startGateway({ providers: { anthropic: upstream.url } });
});
afterAll(async () => {
  await stopGateways();
  await upstream.close();
});
beforeEach(() => {
  upstream.seen.length = 0;
});

/** Anthropic, which served the request in this place and tier, whole or as a stream. */
function served(inference_geo: string | undefined, service_tier = 'standard') {
  const usage = { input_tokens: 1000, output_tokens: 100, service_tier, inference_geo };
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-opus-5', stop_sequence: null };
  const text = { type: 'text', text: 'hi' };
  upstream.respond = (seen, response) => {
    if (!JSON.parse(seen.body.toString()).stream) {
      sendJson(response, 200, JSON.stringify({ ...message, content: [text], stop_reason: 'end_turn', usage }));
      return;
    }
    const event = (type: string, more: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(
      event('message_start', { message: { ...message, content: [], stop_reason: null, usage } }) +
        event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
        event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'hi' } }) +
        event('content_block_stop', { index: 0 }) +
        event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 100 } }) +
        event('message_stop', {}),
    );
  };
}

const anthropic = () => new Anthropic({ apiKey: gateway.key, baseURL: gateway.url, maxRetries: 0 });
const openai = () => new OpenAI({ apiKey: gateway.key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
const messages = [{ role: 'user' as const, content: 'hi' }];
const last = async () => (await gateway.api('GET', '/api/v1/logs?limit=1')).body.data[0];

test.each([
  ['asked for and told', 'us', 'us', 1.1],
  ['asked for, of which the provider tells nothing', 'us', undefined, 1.1],
  ['the workspace’s own choice', undefined, 'us', 1.1],
  ['that is anywhere', 'global', 'global', 1],
] as const)('a place of inference that was %s has its price', async (_case, inference_geo, told, times) => {
  served(told);
  const ask = { model: 'claude-opus-5', max_tokens: 500, messages, ...(inference_geo && { inference_geo }) };
  const whole = await anthropic().messages.create(ask);
  expect(whole.usage).toMatchObject({ cost: STANDARD * times });
  expect(JSON.parse(upstream.seen[0]!.body.toString()).inference_geo).toBe(inference_geo);
  let usage: unknown;
  for await (const event of await anthropic().messages.create({ ...ask, stream: true }))
    if (event.type === 'message_delta') usage = event.usage;
  expect(usage).toMatchObject({ cost: STANDARD * times });
});

test('it has that price for callers of other formats, too', async () => {
  served('us');
  const ask = { model: 'anthropic/claude-opus-5', messages, inference_geo: 'us' };
  const { usage } = await openai().chat.completions.create(ask);
  expect(usage).toMatchObject({ cost: STANDARD * 1.1 });
  expect(JSON.parse(upstream.seen[0]!.body.toString()).inference_geo).toBe('us');
});

test('the tier that served a stream of Messages is on record', async () => {
  served('global', 'priority');
  const ask = { model: 'claude-opus-5', max_tokens: 500, messages };
  await anthropic().messages.stream(ask).finalMessage();
  expect(await last()).toMatchObject({ service_tier: 'priority' });
});
