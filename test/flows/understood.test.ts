import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { asProvider, startUpstream, type Upstream } from '../helpers/upstream.ts';

/** A model without eyes, in chat completions alone. */
const BLIND = 'openai/gpt-3.5-turbo';
const PNG = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } };

let upstream: Upstream;
let gateway: Gateway;
beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startGateway({ providers: { openai: `${upstream.url}/v1`, anthropic: upstream.url } });
});
afterAll(async () => {
  await stopGateways();
  await upstream.close();
});
beforeEach(() => {
  upstream.respond = asProvider;
  upstream.seen.length = 0;
});

async function ask(path: string, body: object) {
  const response = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}` },
    body: JSON.stringify(body),
  });
  // biome-ignore lint/suspicious/noExplicitAny: errors of three formats
  return { status: response.status, body: (await response.json()) as any };
}
const messages = (content: unknown, more: object = {}) =>
  ask('/v1/messages', { model: BLIND, max_tokens: 50, messages: [{ role: 'user', content }], ...more });

describe('content that nobody would understand is refused before any call, by its place in the body', () => {
  test.each([
    ['messages.0.content.1.type', '/v1/messages', { max_tokens: 9 }, [{ type: 'text', text: 'x' }, { type: 'bogus' }]],
    ['messages[0].content[0].type', '/v1/chat/completions', { model: 'claude-haiku-4-5' }, [{ type: 'bogus' }]],
  ])('%s', async (param, path, more, content) => {
    const { status, body } = await ask(path, { model: BLIND, messages: [{ role: 'user', content }], ...more });
    expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining(param)]);
    expect(upstream.seen).toEqual([]);
  });

  test('contents[0].parts[0]', async () => {
    const contents = [{ role: 'user', parts: [{ txt: 'x' }] }];
    const { status, body } = await ask(`/v1beta/models/${BLIND}:generateContent`, { contents });
    expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining('contents[0].parts[0]')]);
    expect(upstream.seen).toEqual([]);
  });
});

test('what a model cannot see is refused with the way to those that can', async () => {
  const { body } = await messages([PNG]);
  expect(body.error.message).toContain('openai/gpt-3.5-turbo does not take images. Run `gateway models --cap');
  expect(upstream.seen).toEqual([]);
});

test('an agent that reads a picture by a tool goes on, with a note in its place', async () => {
  const { status } = await messages('Look', {
    messages: [
      { role: 'user', content: 'Look' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'Read', input: { file: 'a.png' } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: [PNG] }] },
    ],
  });
  expect(status).toBe(200);
  const sent = upstream.seen[0]!.body.toString();
  expect(sent).toContain('An image was left out here');
  expect(sent).not.toContain('iVBORw0KGgo=');
});

test('content that is unknown here goes on to whoever speaks the caller’s own format', async () => {
  const { status } = await messages([{ type: 'bogus' }], { model: 'anthropic/claude-haiku-4-5' });
  expect(status).toBe(200);
  expect(upstream.seen[0]!.body.toString()).toContain('"bogus"');
});
