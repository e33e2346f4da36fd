import { readFileSync } from 'node:fs';
import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { anthropicMessages } from '../../../../server/dialects/anthropic-messages/index.ts';
import { MessagesSource } from '../../../../server/dialects/anthropic-messages/source.ts';
import { toJson } from '../../../../server/dialects/lossless.ts';
import type { NeutralEvent } from '../../../../server/dialects/neutral/answer.ts';
import { foldAnswer } from '../../../../server/dialects/neutral/fold.ts';
import type { NeutralRequest } from '../../../../server/dialects/neutral/request.ts';
import { NO_TOKENS, type RequestFacts } from '../../../../server/dialects/neutral.ts';
import type { AnswerContext, Totals } from '../../../../server/dialects/translation.ts';

const USAGE = { ...NO_TOKENS, input: 10, cached: 4, cacheWrite: 2, cacheWrite1h: 1, output: 7, reasoning: 3 };
const TOTALS: Totals = { usage: USAGE, cost: { cost: 0.5 }, estimated: false };
const START: NeutralEvent = { type: 'start', id: 'chatcmpl-1', model: 'gpt-5' };

function contextOf(request: Partial<NeutralRequest> = {}): AnswerContext {
  return {
    requestId: 'req_abc',
    facts: {} as RequestFacts,
    request: { model: 'gpt-5', stream: true, messages: [], tools: [], choices: 1, extras: {}, ...request },
    created: 1,
  };
}

function streamOf(events: readonly NeutralEvent[], context = contextOf()): string {
  const writer = anthropicMessages.caller!.createWriter(context);
  return events.map((event) => writer.write(event)).join('') + writer.end(TOTALS);
}

interface Sent {
  type: string;
  index?: number;
  content_block?: { type: string };
  delta?: { type?: string; partial_json?: string };
}

const sent = (text: string): Sent[] =>
  text
    .trimEnd()
    .split('\n\n')
    .map((frame) => {
      const [event, data] = frame.split('\n');
      const value = JSON.parse(data!.slice('data: '.length)) as Sent;
      expect(event).toBe(`event: ${value.type}`);
      return value;
    });

/** What Anthropic's own client makes of a stream. */
async function bySdk(text: string): Promise<Anthropic.Message> {
  const client = new Anthropic({
    apiKey: 'key',
    maxRetries: 0,
    fetch: () => Promise.resolve(new Response(text, { headers: { 'content-type': 'text/event-stream' } })),
  });
  return client.messages
    .stream({ model: 'gpt-5', max_tokens: 10, messages: [{ role: 'user', content: 'x' }] })
    .finalMessage();
}

const call = (index: number, id: string, name: string): NeutralEvent => ({
  type: 'tool-call',
  choice: 0,
  call: index,
  id,
  name,
});
const piece = (index: number, text: string): NeutralEvent => ({ type: 'tool-arguments', choice: 0, call: index, text });
const says = (text: string): NeutralEvent => ({ type: 'text', choice: 0, text });
const ends = (reason: 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'refusal' | 'pause'): NeutralEvent => ({
  type: 'finish',
  choice: 0,
  reason,
});

/** The numbers of the blocks must rise by one, and each be closed before the next opens. */
function checkBlocks(events: Sent[]): void {
  let open = -1;
  let next = 0;
  for (const { type, index } of events) {
    if (type === 'content_block_start') {
      expect(open).toBe(-1);
      expect(index).toBe(next++);
      open = index!;
    } else if (type === 'content_block_delta') expect(index).toBe(open);
    else if (type === 'content_block_stop') {
      expect(index).toBe(open);
      open = -1;
    }
  }
  expect(open).toBe(-1);
}

describe('a stream to a caller of Messages', () => {
  it('has its whole life cycle, with usage and cost at the end', async () => {
    const text = streamOf([START, says('Hello '), says('世界'), ends('stop')]);
    expect(sent(text).map(({ type }) => type)).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    const message = await bySdk(text);
    expect(message).toMatchObject({ id: 'msg_abc', role: 'assistant', model: 'gpt-5', stop_reason: 'end_turn' });
    expect(message.content).toEqual([{ type: 'text', text: 'Hello 世界' }]);
    expect(message.usage).toMatchObject({
      input_tokens: 10,
      cache_read_input_tokens: 4,
      cache_creation_input_tokens: 3,
      output_tokens: 7,
      output_tokens_details: { thinking_tokens: 3 },
    });
    expect(sent(text).at(-2)).toMatchObject({ usage: { cost: 0.5 } });
  });

  it('tells calls whose arguments come mixed one after the other, each with its own', async () => {
    const text = streamOf([
      START,
      says('Both.'),
      call(0, 'call_a', 'first'),
      call(1, 'call_b', 'second'),
      piece(1, '{"b":'),
      piece(0, '{"a":"}{'),
      piece(1, '2}'),
      piece(0, '\\""}'),
      ends('tool_calls'),
    ]);
    checkBlocks(sent(text));
    const message = await bySdk(text);
    expect(message.stop_reason).toBe('tool_use');
    expect(message.content).toMatchObject([
      { type: 'text', text: 'Both.' },
      { type: 'tool_use', id: 'call_a', name: 'first', input: { a: '}{"' } },
      { type: 'tool_use', id: 'call_b', name: 'second', input: { b: 2 } },
    ]);
  });

  it('tells the arguments of later calls live once the calls before are whole', () => {
    const writer = anthropicMessages.caller!.createWriter(contextOf());
    for (const event of [START, call(0, 'a', 'f'), piece(0, '{"x":1}'), call(1, 'b', 'g')]) writer.write(event);
    expect(sent(writer.write(piece(1, '{"y":')))).toMatchObject([{ index: 1, delta: { partial_json: '{"y":' } }]);
  });

  it('keeps text that comes among the pieces of a call out of the call', async () => {
    const text = streamOf([START, call(0, 'a', 'f'), piece(0, '{"x"'), says('wait'), piece(0, ':1}'), ends('stop')]);
    checkBlocks(sent(text));
    const message = await bySdk(text);
    expect(message.content).toMatchObject([
      { type: 'tool_use', input: { x: 1 } },
      { type: 'text', text: 'wait' },
    ]);
    expect(message.stop_reason).toBe('tool_use');
  });

  it('has an empty input for a call without arguments, and the free text of a custom tool as its input', async () => {
    const custom: NeutralEvent = { type: 'tool-call', choice: 0, call: 1, id: 'b', name: 'patch', custom: true };
    const message = await bySdk(
      streamOf([START, call(0, 'a', 'now'), custom, piece(1, '*** "Begin'), piece(1, ' Patch'), ends('tool_calls')]),
    );
    expect(message.content).toMatchObject([
      { name: 'now', input: {} },
      { name: 'patch', input: { input: '*** "Begin Patch' } },
    ]);
  });

  it('opens no block for an answer without text', () => {
    expect(sent(streamOf([START, says(''), ends('stop')])).map(({ type }) => type)).toEqual([
      'message_start',
      'message_delta',
      'message_stop',
    ]);
  });

  it('tells thoughts with signatures of any make, so that they come back whole', async () => {
    const foreign = { family: 'openai', value: 'enc==', id: 'rs_1' } as const;
    const message = await bySdk(
      streamOf([
        START,
        { type: 'reasoning', choice: 0, text: 'Hm' },
        { type: 'reasoning', choice: 0, text: '…' },
        { type: 'signature', choice: 0, signature: foreign },
        { type: 'signature', choice: 0, signature: { family: 'anthropic', value: 'Red==', redacted: true } },
        says('Yes'),
        ends('stop'),
      ]),
    );
    expect(message.content).toMatchObject([
      { type: 'thinking', thinking: 'Hm…' },
      { type: 'redacted_thinking', data: 'Red==' },
      { type: 'text', text: 'Yes' },
    ]);
    const back = anthropicMessages.caller!.readRequest(
      { messages: [{ role: 'assistant', content: message.content }] },
      { model: 'gpt-5', stream: false } as RequestFacts,
    );
    expect(back.messages[0]!.content).toMatchObject([
      { type: 'reasoning', text: 'Hm…', signature: foreign },
      { type: 'reasoning', text: '', signature: { family: 'anthropic', value: 'Red==', redacted: true } },
      { type: 'text', text: 'Yes' },
    ]);
  });

  it("gives a call's own signature back to the call", async () => {
    const signature = { family: 'google', value: 'thought' } as const;
    const message = await bySdk(
      streamOf([
        START,
        { type: 'tool-call', choice: 0, call: 0, id: 'a', name: 'f', signature },
        piece(0, '{}'),
        ends('tool_calls'),
      ]),
    );
    const back = anthropicMessages.caller!.readRequest(
      { messages: [{ role: 'assistant', content: message.content }] },
      { model: 'gemini-3-pro', stream: false } as RequestFacts,
    );
    expect(back.messages[0]!.content).toEqual([{ type: 'tool-call', id: 'a', name: 'f', arguments: '{}', signature }]);
  });

  it('keeps the text of thoughts back where the caller wants none, but not their signature', async () => {
    const message = await bySdk(
      streamOf(
        [
          START,
          { type: 'reasoning', choice: 0, text: 'secret' },
          { type: 'signature', choice: 0, signature: { family: 'openai', value: 'enc' } },
          says('Yes'),
          ends('stop'),
        ],
        contextOf({ reasoning: { adaptive: true, show: false } }),
      ),
    );
    expect(message.content[0]).toMatchObject({ type: 'thinking', thinking: '' });
    expect(message.content[0]).toHaveProperty('signature', expect.stringMatching(/^gw1\./));
  });

  it.each([
    ['stop', 'end_turn'],
    ['length', 'max_tokens'],
    ['tool_calls', 'end_turn'],
    ['content_filter', 'refusal'],
    ['refusal', 'refusal'],
    ['pause', 'pause_turn'],
  ] as const)('ends for %s with %s when no tool was called', async (reason, stop) => {
    expect((await bySdk(streamOf([START, says('x'), ends(reason)]))).stop_reason).toBe(stop);
  });

  it('names the stop sequence, and a refusal as one', async () => {
    const stopped = await bySdk(
      streamOf([START, says('x'), { type: 'finish', choice: 0, reason: 'stop', stopSequence: 'END' }]),
    );
    expect(stopped).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'END' });
    const refused = await bySdk(streamOf([START, { type: 'refusal', choice: 0, text: 'I cannot.' }, ends('stop')]));
    expect(refused).toMatchObject({ stop_reason: 'refusal', content: [{ type: 'text', text: 'I cannot.' }] });
  });

  it('cites pages of any provider in the words of its own search', async () => {
    const citation = { url: 'https://a.example', title: 'A', start: 0, end: 1 };
    const message = await bySdk(
      streamOf([START, says('x'), { type: 'citation', choice: 0, citation }, says('y'), ends('stop')]),
    );
    expect(message.content).toMatchObject([
      { type: 'text', text: 'xy', citations: [{ type: 'web_search_result_location', url: 'https://a.example' }] },
    ]);
  });

  it('is the same message as the whole answer', async () => {
    const source = new MessagesSource();
    const events = source.push(
      readFileSync(new URL('../../../fixtures/anthropic/all-blocks.stream.txt', import.meta.url)),
    );
    const streamed = await bySdk(streamOf(events.filter(({ type }) => type !== 'usage' && type !== 'tier')));
    const whole = JSON.parse(toJson(anthropicMessages.caller!.writeAnswer(foldAnswer(events), TOTALS, contextOf())));
    const plain = (value: unknown) =>
      JSON.parse(
        JSON.stringify(value, (key, item: unknown) => (key === 'citations' && item === null ? undefined : item)),
      );
    expect(plain(streamed.content)).toEqual(plain(whole.content));
    expect(whole).toMatchObject({ id: streamed.id, stop_reason: 'tool_use', usage: { output_tokens: 7, cost: 0.5 } });
  });
});
