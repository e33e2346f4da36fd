import type { ServerResponse } from 'node:http';
import OpenAI from 'openai';
import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { fixture, type Seen, sendJson, sendStream, startUpstream, type Upstream } from '../helpers/upstream.ts';

let upstream: Upstream;
let gateway: Gateway;
const GPT = 'openai/gpt-5';
const CLAUDE = 'claude-sonnet-4-6';

/** Each provider in its own format, by the path that was called. */
function asProviders(seen: Seen, response: ServerResponse): void {
  const { stream } = JSON.parse(seen.body.toString('utf8')) as { stream?: boolean };
  const folder = seen.path.includes('/messages')
    ? 'anthropic/messages'
    : seen.path.includes('/responses')
      ? 'openai-responses/tools'
      : 'openai/chat';
  if (stream) sendStream(response, [fixture(`${folder}.stream.txt`)]);
  else sendJson(response, 200, fixture(`${folder}.json`));
}

beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startGateway({ providers: { openai: `${upstream.url}/v1`, anthropic: upstream.url } });
});
afterAll(async () => {
  await stopGateways();
  await upstream.close();
});
beforeEach(() => {
  upstream.respond = asProviders;
  upstream.seen.length = 0;
});

const openai = (apiKey = gateway.key) => new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
const sent = (at = 0) => JSON.parse(upstream.seen[at]!.body.toString('utf8')) as Record<string, unknown>;

describe('Responses to a provider that speaks them', () => {
  test('passes, with its cost, as one answer and as a stream', async () => {
    const whole = await openai().responses.create({ model: GPT, input: 'hi' });
    expect(upstream.seen[0]!.path).toBe('/v1/responses');
    // Nothing is kept under a key that is shared, and thoughts must be able to come back.
    expect(sent()).toEqual({
      model: 'gpt-5',
      input: 'hi',
      store: false,
      include: ['reasoning.encrypted_content'],
    });
    expect(whole.usage).toMatchObject({ input_tokens: 1204, cost: expect.any(Number) });
    const final = await openai().responses.stream({ model: GPT, input: 'hi' }).finalResponse();
    expect(final.output_text).toBe('Ich schaue nach: Zürich und 東京 🗼.');
    expect(final.usage).toMatchObject({ output_tokens: 187, cost: (whole.usage as unknown as { cost: number }).cost });
  });

  test('goes on from a kept answer by sending the conversation, and keeps that answer, too', async () => {
    upstream.respond = (seen, response) => {
      if (seen.path.includes('/messages')) return asProviders(seen, response);
      const body = fixture('openai-responses/tools.json')
        .toString()
        .replace(/resp_\w+/, `resp_up_${upstream.seen.length}`);
      sendJson(response, 200, body);
    };
    const first = await openai().responses.create({ model: GPT, input: 'first' });
    const second = await openai().responses.create({
      model: GPT,
      previous_response_id: first.id,
      input: [{ type: 'function_call_output', call_id: 'call_aZ1', output: '12 °C' }],
    });
    expect(sent(1)).not.toHaveProperty('previous_response_id');
    expect(sent(1).input).toMatchObject([
      { role: 'user', content: [{ type: 'input_text', text: 'first' }] },
      { type: 'reasoning', encrypted_content: 'gAAAAABoWhole/+==' },
      { type: 'message', role: 'assistant' },
      { type: 'function_call', call_id: 'call_aZ1' },
      { type: 'function_call', call_id: 'call_bT2' },
      { type: 'function_call_output', output: '12 °C' },
    ]);
    expect(second.previous_response_id).toBe(first.id);
    expect(await openai().responses.retrieve(second.id)).toMatchObject({ previous_response_id: first.id });
    // And on to another family, with the same conversation.
    await openai().responses.create({ model: CLAUDE, previous_response_id: second.id, input: 'thanks' });
    const roles = (sent(2).messages as { role: string }[]).map(({ role }) => role);
    expect(roles[0]).toBe('user');
    expect(roles.at(-1)).toBe('user');
    expect(upstream.seen[2]!.body.toString()).toContain('12 °C');
  });

  test('a stream that goes on from a kept answer says so in each event that tells of the whole', async () => {
    const first = await openai().responses.create({ model: CLAUDE, input: 'first', max_output_tokens: 100 });
    const told: unknown[] = [];
    for await (const event of await openai().responses.create({
      model: GPT,
      previous_response_id: first.id,
      input: 'second',
      stream: true,
    }))
      if ('response' in event) told.push(event.response.previous_response_id);
    expect(told.length).toBeGreaterThan(2);
    expect(new Set(told)).toEqual(new Set([first.id]));
  });

  test("what is not kept here is refused before any call: under a shared key it may be anybody's", async () => {
    const asked = [
      [{ previous_response_id: 'resp_theirs', input: 'x' }, 'previous_response_id'],
      [{ conversation: 'conv_theirs', input: 'x' }, 'conversation'],
      [{ prompt: { id: 'pmpt_theirs' } }, 'prompt'],
      [{ input: [{ type: 'item_reference', id: 'msg_theirs' }] }, 'input[0]'],
    ] as const;
    for (const [body, param] of asked) {
      await expect(openai().responses.create({ model: GPT, ...body } as never)).rejects.toMatchObject({
        status: 400,
        param,
      });
    }
    expect(upstream.seen).toHaveLength(0);
  });

  test('a background answer is refused before any call', async () => {
    await expect(openai().responses.create({ model: GPT, input: 'x', background: true })).rejects.toMatchObject({
      status: 400,
      param: 'background',
    });
    expect(upstream.seen).toHaveLength(0);
  });

  test('a failed response is an error with its message', async () => {
    upstream.respond = (_seen, response) => sendStream(response, [fixture('openai-responses/failed.stream.txt')]);
    await expect(openai().responses.create({ model: GPT, input: 'x', stream: true })).rejects.toMatchObject({
      message: expect.stringContaining('had an error'),
    });
  });

  test.each([
    [GPT, 'openai-responses/tools.stream.txt', 'event: response.completed'],
    [CLAUDE, 'anthropic/messages.stream.txt', 'event: message_delta'],
  ])('a stream of %s that breaks off after it began ends as the same response, failed', async (model, name, end) => {
    const first = await openai().responses.create({ model: CLAUDE, input: 'first', max_output_tokens: 100 });
    const text = fixture(name).toString();
    upstream.respond = (_seen, response) => sendStream(response, [text.slice(0, text.indexOf(end))]);
    const events: ResponseStreamEvent[] = [];
    const read = async () => {
      const more = { previous_response_id: first.id, stream: true, max_output_tokens: 100 } as const;
      for await (const event of await openai().responses.create({ model, input: 'x', ...more })) events.push(event);
    };
    await read().catch(() => {});
    const [opened] = events as [Extract<ResponseStreamEvent, { type: 'response.created' }>];
    const done = events.flatMap((event) => (event.type === 'response.output_item.done' ? [event.item] : []));
    expect(done.length).toBeGreaterThan(0);
    expect(events.at(-1)).toEqual({
      type: 'response.failed',
      sequence_number: events.length - 1,
      response: {
        ...opened.response,
        status: 'failed',
        error: { code: 'provider_error', message: expect.stringContaining('before the answer was complete') },
        output: done,
      },
    });
    expect(opened.response.previous_response_id).toBe(first.id);
  });
});

describe('Responses to a provider of another format', () => {
  test('has its whole life cycle, is kept, and can be gone on from at once', async () => {
    const seen: string[] = [];
    const runner = openai().responses.stream({ model: CLAUDE, input: 'hi', max_output_tokens: 100 });
    runner.on('event', ({ type }) => seen.push(type));
    const first = await runner.finalResponse();
    expect(seen[0]).toBe('response.created');
    expect(seen.at(-1)).toBe('response.completed');
    expect(first.id).toMatch(/^resp_[0-9a-z]{22}$/);
    expect(first.usage).toMatchObject({ cost: expect.any(Number) });
    const second = await openai().responses.create({
      model: CLAUDE,
      previous_response_id: first.id,
      input: 'and?',
      max_output_tokens: 100,
    });
    expect(second.previous_response_id).toBe(first.id);
    const { messages } = sent(1) as { messages: { role: string }[] };
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    // A reference to an item of the answer is the item itself.
    upstream.seen.length = 0;
    await openai().responses.create({
      model: CLAUDE,
      input: [
        { role: 'user', content: 'hi' },
        { type: 'item_reference', id: first.output.find(({ type }) => type === 'message')!.id! },
        { role: 'user', content: 'so?' },
      ],
      max_output_tokens: 100,
    });
    expect(JSON.stringify(sent().messages)).toContain(JSON.stringify(first.output_text).slice(1, -1));
  });

  test('is shown, listed and forgotten as at OpenAI', async () => {
    const made = await openai().responses.create({ model: CLAUDE, input: 'remember me', max_output_tokens: 100 });
    expect(await openai().responses.retrieve(made.id)).toMatchObject({
      id: made.id,
      object: 'response',
      output_text: made.output_text,
    });
    const page = await openai().responses.inputItems.list(made.id);
    expect(page.data).toMatchObject([
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'remember me' }] },
    ]);
    await openai().responses.delete(made.id);
    await expect(openai().responses.retrieve(made.id)).rejects.toMatchObject({ status: 404 });
    await expect(
      openai().responses.create({ model: CLAUDE, previous_response_id: made.id, input: 'x' }),
    ).rejects.toMatchObject({
      status: 400,
      code: 'previous_response_not_found',
      param: 'previous_response_id',
    });
  });

  test('is not kept when the caller does not want it', async () => {
    const made = await openai().responses.create({ model: CLAUDE, input: 'x', store: false, max_output_tokens: 100 });
    await expect(openai().responses.retrieve(made.id)).rejects.toMatchObject({ status: 404 });
  });

  test('only keys of the same project find it', async () => {
    const other = await gateway.api('POST', '/api/v1/me/keys', { name: 'same project' });
    const made = await openai().responses.create({ model: CLAUDE, input: 'x', max_output_tokens: 100 });
    expect(await openai(other.body.key ?? other.body.raw).responses.retrieve(made.id)).toMatchObject({ id: made.id });
    await expect(openai('sk-gw-wrong').responses.retrieve(made.id)).rejects.toMatchObject({ status: 401 });
  });

  test('a restart loses no conversation', async () => {
    const made = await openai().responses.create({ model: CLAUDE, input: 'persist', max_output_tokens: 100 });
    const { dataDir, key } = gateway;
    expect(await gateway.stop()).toBe(0);
    gateway = await startGateway({
      providers: { openai: `${upstream.url}/v1`, anthropic: upstream.url },
      dataDir,
      key,
    });
    expect(await openai().responses.retrieve(made.id)).toMatchObject({ id: made.id });
    await vi.waitFor(() => expect(gateway.log()).not.toContain('"level":50'));
  });
});
