import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway } from '../../helpers/gateway.ts';
import { KINDS } from '../../helpers/providers/kinds.ts';
import { TEXT } from '../../helpers/providers/scenario.ts';
import { FORMATS } from '../matrix/callers.ts';
import { modelOf, startWorld, type World } from '../matrix/world.ts';
import type { ClientRequest } from './bodies.ts';
import { send } from './wire.ts';

/** What stands at the doors: keys, paths, probes, names, and the errors by which clients decide what to do next. */
let world: World;
let broke: { url: string; key: string };
beforeAll(async () => {
  world = await startWorld();
  broke = await startGateway({ credit: '0', providers: { openai: `${world.providers.url}/openai/v1` } });
});
afterAll(() => world.stop());

type Format = (typeof FORMATS)[number];

/** The least that a caller of this format sends. */
function least(format: Format, model: string, prompt: string): ClientRequest {
  const messages = [{ role: 'user', content: prompt }];
  const bodies: Record<Format, [string, object]> = {
    'openai-chat': ['/v1/chat/completions', { model, messages }],
    'openai-responses': ['/v1/responses', { model, input: prompt }],
    'anthropic-messages': ['/v1/messages?beta=true', { model, max_tokens: 100, messages }],
    gemini: [`/v1beta/models/${model}:generateContent`, { contents: [{ role: 'user', parts: [{ text: prompt }] }] }],
  };
  const [path, body] = bodies[format];
  return { path, headers: format === 'anthropic-messages' ? { 'anthropic-version': '2026-10-21' } : {}, body };
}

/** The message of an error, from where each format has it. */
function errorOf(text: string): { message: string; type?: string; code?: unknown; status?: string } {
  return (JSON.parse(text) as { error: ReturnType<typeof errorOf> }).error;
}

describe.each(FORMATS)('%s', (format) => {
  test.each([
    ['a wrong key', 401, () => world, 'quiet/any', { authorization: 'Bearer sk-gw-wrong' }],
    ['no credit', 402, () => broke, 'openai/gpt-5.4-mini', undefined],
    ['an unknown model', 404, () => world, 'no-such-model-9', undefined],
  ])('%s is told once, not to be tried again', async (_name, status, at, model, auth) => {
    const answer = await send(at(), least(format, model, 'hi'), auth);
    expect([answer.status, answer.headers.get('x-should-retry')]).toEqual([status, 'false']);
    expect(errorOf(answer.text).message.length).toBeGreaterThan(20);
  });

  test('no credit says how to top up, in the format’s own envelope', async () => {
    const { text } = await send(broke, least(format, 'openai/gpt-5.4-mini', 'hi'));
    const error = errorOf(text);
    expect(error.message).toMatch(/topup/);
    if (format === 'anthropic-messages') {
      expect(JSON.parse(text)).toMatchObject({ type: 'error', request_id: expect.any(String) });
      expect(error.type).toBe('billing_error');
    } else if (format === 'gemini') expect(error).toMatchObject({ code: 402, status: expect.any(String) });
    else expect(error).toMatchObject({ type: 'insufficient_quota', code: 'insufficient_balance' });
  });

  test.each(KINDS)('a prompt too long for %s is told in the words that make agents compact', async (kind) => {
    const prompt = `[[overflow#overflow-${format}-${kind}]]`;
    const { status, text } = await send(world, least(format, modelOf(kind, 'text'), prompt));
    expect(status).toBe(400);
    const error = errorOf(text);
    if (format === 'anthropic-messages') expect(error.message).toMatch(/prompt is too long/);
    else if (format === 'gemini') expect(error.status).toBe('INVALID_ARGUMENT');
    else expect(error.code).toBe('context_length_exceeded');
  });

  test.each(KINDS)('%s, limiting its rate, is a 429 with a time to wait', async (kind) => {
    const prompt = `[[status-429#rate-${format}-${kind}]]`;
    const { status, headers } = await send(world, least(format, modelOf(kind, 'text'), prompt));
    expect([status, headers.get('retry-after')]).toEqual([429, '1']);
  });

  test.each<[string, (key: string) => Record<string, string>]>([
    ['a Bearer token', (key) => ({ authorization: `Bearer ${key}` })],
    ['x-api-key', (key) => ({ 'x-api-key': key })],
    ['both, the first of them wrong', (key) => ({ authorization: 'Bearer sk-ant-other', 'x-api-key': key })],
    ['both, the second of them wrong', (key) => ({ authorization: `Bearer ${key}`, 'x-api-key': 'other' })],
  ])('takes the key as %s', async (_name, auth) => {
    expect(await send(world, least(format, 'quiet/any', 'hi'), auth(world.key))).toMatchObject({ status: 200 });
  });
});

describe('Gemini’s clients', () => {
  test('send the key as x-goog-api-key or in the query, and ask v1 as well as v1beta', async () => {
    const { body } = least('gemini', 'quiet/any', 'hi');
    const path = '/v1/models/quiet/any:generateContent';
    expect(await send(world, { path, headers: {}, body }, { 'x-goog-api-key': world.key })).toMatchObject({
      status: 200,
    });
    const asked = `${path.replace('v1', 'v1beta')}?key=${world.key}`;
    expect(await send(world, { path: asked, headers: {}, body }, {})).toMatchObject({ status: 200 });
    expect(world.gateway.log()).not.toContain(world.key);
  });
});

test.each([
  ['/chat/completions', 'openai-chat'],
  ['/v1/v1/chat/completions', 'openai-chat'],
  ['/openai/v1/chat/completions', 'openai-chat'],
  ['/responses', 'openai-responses'],
  ['/v1/v1/responses', 'openai-responses'],
  ['/messages', 'anthropic-messages'],
  ['/v1/v1/messages?beta=true', 'anthropic-messages'],
  ['/anthropic/v1/messages', 'anthropic-messages'],
  ['/v1/models/quiet/any:generateContent', 'gemini'],
] as const)('%s is a path that works', async (path, format) => {
  const answer = await send(world, { ...least(format, 'quiet/any', '[[text#path]]'), path });
  expect([answer.status, answer.text.includes(JSON.stringify(TEXT).slice(1, -1))]).toEqual([200, true]);
});

test('a WebSocket on /v1/responses is answered 426 at once', async () => {
  const status = await new Promise((resolve, reject) => {
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'a',
    };
    request(`${world.url}/v1/responses`, { headers }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });
  expect(status).toBe(426);
});

test.each([
  ['HEAD', '/api/hello'],
  ['GET', '/v1/api/hello'],
  ['GET', '/api/v1/models/nothing'],
  ['POST', '/api/show'],
])('%s %s, a probe, is a 404 at once', async (method, path) => {
  const response = await fetch(world.url + path, { method, headers: { authorization: `Bearer ${world.key}` } });
  expect(response.status).toBe(404);
  if (method !== 'HEAD') expect(await response.json()).toHaveProperty('error.message');
});

test('one list of models serves OpenAI’s and Anthropic’s clients and the discovery of Claude Code', async () => {
  const response = await fetch(`${world.url}/v1/models`, { headers: { authorization: `Bearer ${world.key}` } });
  const list = (await response.json()) as { data: object[] };
  expect(list).toMatchObject({
    object: 'list',
    has_more: false,
    first_id: expect.any(String),
    last_id: expect.any(String),
  });
  expect(list.data.find((each) => (each as { id: string }).id === 'anthropic/claude-sonnet-4.6')).toMatchObject({
    object: 'model',
    type: 'model',
    created: expect.any(Number),
    created_at: expect.any(String),
    owned_by: expect.any(String),
    display_name: 'Claude Sonnet 4.6',
  });
  const one = await fetch(`${world.url}/v1/models/openai%2Fgpt-5`, {
    headers: { authorization: `Bearer ${world.key}` },
  });
  expect(await one.json()).toMatchObject({ id: 'openai/gpt-5' });
});

test.each(['claude-haiku-4-5-20251001', 'claude-opus-5-5', 'gemini-3.7-flash', 'gpt-5.4-mini'])(
  '%s, as built-in providers of clients ask for it, is known',
  async (model) => {
    for (const format of FORMATS) {
      const answer = await send(world, least(format, model, `[[text#name]]`));
      expect([format, answer.status]).toEqual([format, 200]);
    }
  },
);

test('a burst of 35 count_tokens is answered', async () => {
  const body = { model: 'quiet/any', messages: [{ role: 'user', content: 'How many tokens are these?' }] };
  const answers = await Promise.all(
    Array.from({ length: 35 }, () =>
      send(world, {
        path: '/v1/messages/count_tokens?beta=true',
        headers: { 'anthropic-version': '2023-06-01' },
        body,
      }),
    ),
  );
  for (const { status, text } of answers) {
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({ input_tokens: expect.any(Number) });
  }
});
