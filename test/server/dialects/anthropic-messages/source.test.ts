import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../../../server/dialects/anthropic-messages/read-answer.ts';
import { MessagesSource } from '../../../../server/dialects/anthropic-messages/source.ts';
import { type JsonObject, parseJson } from '../../../../server/dialects/lossless.ts';
import type { NeutralEvent } from '../../../../server/dialects/neutral/answer.ts';
import { foldAnswer } from '../../../../server/dialects/neutral/fold.ts';

const fixture = (name: string) => readFileSync(new URL(`../../../fixtures/anthropic/${name}`, import.meta.url));
const ALL = fixture('all-blocks.stream.txt');
const SIGNATURE = 'EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds';

function eventsOf(...chunks: Buffer[]): NeutralEvent[] {
  const source = new MessagesSource();
  return [...chunks.flatMap((chunk) => source.push(chunk)), ...source.end()];
}

const frames = (...events: JsonObject[]) =>
  Buffer.from(events.map((event) => `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`).join(''));

describe('a stream of Messages', () => {
  it('becomes thoughts with their signatures, searches, cited text and tool calls, in order', () => {
    const { content, stop } = foldAnswer(eventsOf(ALL)).choices[0]!;
    expect(stop).toBe('tool_calls');
    expect(content.map(({ type }) => type)).toEqual([
      'reasoning',
      'reasoning',
      'native',
      'native',
      'text',
      'tool-call',
      'tool-call',
    ]);
    expect(content[0]).toEqual({
      type: 'reasoning',
      text: 'I should look it up 🔎',
      signature: { family: 'anthropic', value: SIGNATURE },
    });
    expect(content[1]).toMatchObject({ text: '', signature: { family: 'anthropic', redacted: true } });
    expect(content[2]).toMatchObject({ value: { name: 'web_search', input: { query: 'weather NYC today' } } });
    expect(content[3]).toMatchObject({ value: { type: 'web_search_tool_result' } });
    expect(content[5]).toEqual({
      type: 'tool-call',
      id: 'toolu_01T1x1fJ34qAmk2tNTrN7Up6',
      name: 'get_weather',
      arguments: '{"location": "Tokyo", "id": 9007199254740993}',
    });
    expect(content[6]).toMatchObject({ name: 'get_time', arguments: '{}' });
  });

  it('tells where in the text a citation stands', () => {
    const text = foldAnswer(eventsOf(ALL)).choices[0]!.content.find((part) => part.type === 'text')!;
    expect(text).toMatchObject({ text: 'Here is 东京 and New York. It is sunny there.' });
    const [citation] = text.citations!;
    expect(text.text.slice(citation!.start, citation!.end)).toBe('It is sunny there.');
    expect(citation).toMatchObject({
      url: 'https://weather.example/nyc',
      title: 'Weather in New York',
      citedText: 'Sunny, 20 degrees',
      native: { family: 'anthropic', value: { encrypted_index: 'Eo8BCioIAhgBIiQyYjQ0' } },
    });
  });

  it('counts what the last message_delta says, over what message_start said', () => {
    expect(foldAnswer(eventsOf(ALL)).usage).toEqual({
      input: 2700,
      cached: 1000,
      cacheWrite: 200,
      cacheWrite1h: 100,
      output: 510,
      reasoning: 40,
      searches: 1,
      place: 'global',
    });
    expect(foldAnswer(eventsOf(ALL)).tier).toBe('default');
  });

  it.each(['all-blocks.stream.txt', 'messages.stream.txt'])('%s gives the same events, cut at every byte', (name) => {
    const bytes = fixture(name);
    const whole = JSON.stringify(eventsOf(bytes));
    for (let cut = 1; cut < bytes.length; cut++) {
      expect(JSON.stringify(eventsOf(bytes.subarray(0, cut), bytes.subarray(cut)))).toBe(whole);
    }
    const single = [...bytes].map((byte) => Buffer.from([byte]));
    expect(JSON.stringify(eventsOf(...single))).toBe(whole);
  });

  it('is complete with its stop reason, and not before', () => {
    const source = new MessagesSource();
    const end = ALL.indexOf('event: message_delta');
    source.push(ALL.subarray(0, end));
    source.end();
    expect(source.complete).toBe(false);
    const other = new MessagesSource();
    other.push(ALL);
    expect(other.complete).toBe(true);
  });

  it('ends with the error event of an overloaded provider', () => {
    const events = eventsOf(
      ALL.subarray(0, ALL.indexOf('event: ping')),
      frames({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
    );
    expect(events.at(-1)).toEqual({
      type: 'error',
      message: 'Overloaded',
      errorType: 'overloaded_error',
      code: 'overloaded_error',
    });
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['tool_use', 'tool_calls'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['refusal', 'refusal'],
    ['pause_turn', 'pause'],
    ['something_new', 'stop'],
  ])('ends for %s as %s', (stop_reason, reason) => {
    const events = eventsOf(frames({ type: 'message_delta', delta: { stop_reason }, usage: { output_tokens: 1 } }));
    expect(events.find(({ type }) => type === 'finish')).toMatchObject({ reason });
  });

  it('tells a stop sequence by name, and why the model refused', () => {
    expect(
      eventsOf(frames({ type: 'message_delta', delta: { stop_reason: 'stop_sequence', stop_sequence: 'END' } })),
    ).toContainEqual({ type: 'finish', choice: 0, reason: 'stop', stopSequence: 'END' });
    const details = { type: 'refusal', category: 'cyber', explanation: 'This asks for malware.' };
    expect(
      eventsOf(frames({ type: 'message_delta', delta: { stop_reason: 'refusal', stop_details: details } })),
    ).toContainEqual({ type: 'refusal', choice: 0, text: 'This asks for malware.' });
  });

  it('keeps a thought whose text is kept back, by its signature alone', () => {
    const events = eventsOf(
      frames(
        { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
        { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'Abc' } },
        { type: 'content_block_stop', index: 0 },
      ),
    );
    expect(foldAnswer(events).choices[0]!.content).toEqual([
      { type: 'reasoning', text: '', signature: { family: 'anthropic', value: 'Abc' } },
    ]);
  });
});

describe('a whole message', () => {
  it('gives the events of its stream', () => {
    const body = parseJson(
      JSON.stringify({
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'claude-opus-5-5',
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: 'Sig==' },
          { type: 'redacted_thinking', data: 'Red==' },
          { type: 'text', text: 'Hi', citations: null },
          { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: [1] } },
          { type: 'tool_use', id: 'toolu_2', name: 'g', input: {} },
        ],
        stop_reason: 'tool_use',
        stop_sequence: null,
        usage: { input_tokens: 3, output_tokens: 4, service_tier: 'priority' },
      }).replace('[1]', '[12345678901234567890]'),
    ) as JsonObject;
    const answer = foldAnswer(readAnswer(body)!);
    expect(answer).toMatchObject({ id: 'msg_1', model: 'claude-opus-5-5', tier: 'priority' });
    expect(answer.choices[0]).toEqual({
      stop: 'tool_calls',
      content: [
        { type: 'reasoning', text: 'Hm.', signature: { family: 'anthropic', value: 'Sig==' } },
        { type: 'reasoning', text: '', signature: { family: 'anthropic', value: 'Red==', redacted: true } },
        { type: 'text', text: 'Hi' },
        { type: 'tool-call', id: 'toolu_1', name: 'f', arguments: '{"a":[12345678901234567890]}' },
        { type: 'tool-call', id: 'toolu_2', name: 'g', arguments: '{}' },
      ],
    });
  });

  it('is none without content', () => {
    expect(readAnswer({ type: 'error', error: { type: 'api_error', message: 'x' } })).toBeUndefined();
  });
});
