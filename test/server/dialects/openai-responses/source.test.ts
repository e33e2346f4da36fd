import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type JsonObject, parseJson } from '../../../../server/dialects/lossless.ts';
import type { NeutralEvent } from '../../../../server/dialects/neutral/answer.ts';
import { foldAnswer } from '../../../../server/dialects/neutral/fold.ts';
import { readAnswer } from '../../../../server/dialects/openai-responses/read-answer.ts';
import { ResponsesSource } from '../../../../server/dialects/openai-responses/source.ts';

const stream = (name: string) => readFileSync(`test/fixtures/openai-responses/${name}.stream.txt`);
const whole = (name: string) =>
  parseJson(readFileSync(`test/fixtures/openai-responses/${name}.json`, 'utf8')) as JsonObject;

function events(...pieces: Buffer[]) {
  const source = new ResponsesSource();
  const all = pieces.flatMap((piece) => source.push(piece));
  return { events: [...all, ...source.end()], complete: source.complete };
}

const framed = (...data: JsonObject[]) =>
  Buffer.from(data.map((one) => `event: ${String(one.type)}\ndata: ${JSON.stringify(one)}\n\n`).join(''));

describe('a Responses stream of a provider', () => {
  test.each(['tools', 'search', 'refusal', 'done-only'])('%s gives the same events wherever it is cut', (name) => {
    const bytes = stream(name);
    const { events: all, complete } = events(bytes);
    expect(complete).toBe(true);
    for (let at = 0; at <= bytes.length; at++)
      expect(events(bytes.subarray(0, at), bytes.subarray(at)).events).toEqual(all);
  });

  test.each(['tools', 'search', 'refusal', 'done-only'])('%s says what the whole answer says', (name) => {
    expect(foldAnswer(events(stream(name)).events)).toEqual(foldAnswer(readAnswer(whole(name))!));
  });

  test.each<[string, (event: JsonObject) => JsonObject]>([
    ['places', (event: JsonObject) => ({ ...event, item_id: undefined })],
    ['ids', (event: JsonObject) => ({ ...event, output_index: undefined })],
    [
      'neither places nor ids',
      (event: JsonObject) => ({
        ...event,
        output_index: undefined,
        item_id: undefined,
        ...(event.item ? { item: { ...(event.item as JsonObject), id: undefined } } : {}),
      }),
    ],
  ])('items whose events have %s are told once', (_what, change) => {
    const text = (at: number): JsonObject[] => {
      const item = { id: `msg_${at}`, type: 'message', content: [{ type: 'output_text', text: `text ${at}` }] };
      const where = { output_index: at, item_id: item.id };
      return [
        { type: 'response.output_item.added', output_index: at, item: { ...item, content: [] } },
        { type: 'response.output_text.delta', ...where, delta: 'text ' },
        { type: 'response.output_text.delta', ...where, delta: String(at) },
        { type: 'response.output_item.done', output_index: at, item },
      ];
    };
    const output = [0, 1].map((at) => text(at).at(-1)!.item as JsonObject);
    const told = events(
      framed(
        { type: 'response.created', response: { id: 'resp_1', model: 'm' } },
        { type: 'keepalive' },
        ...[...text(0), ...text(1)].map(change),
        { type: 'response.completed', response: { id: 'resp_1', status: 'completed', output } },
      ),
    ).events;
    expect(told.flatMap((event) => (event.type === 'text' ? [event.text] : [])).join('')).toBe('text 0text 1');
  });

  test('thoughts with their signature, text and parallel calls come in order', () => {
    const answer = foldAnswer(events(stream('tools')).events);
    expect(answer.choices[0]).toEqual({
      stop: 'tool_calls',
      content: [
        {
          type: 'reasoning',
          text: '**Looking up the weather** ☀️\n\nTwo cities, two calls.',
          summary: true,
          signature: { family: 'openai', value: 'gAAAAABoWhole/+==', id: 'rs_68a1b2c3d4e5f607' },
        },
        { type: 'text', text: 'Ich schaue nach: Zürich und 東京 🗼.' },
        { type: 'tool-call', id: 'call_aZ1', name: 'get_weather', arguments: '{"city":"Zürich"}' },
        { type: 'tool-call', id: 'call_bT2', name: 'get_weather', arguments: '{"city":"東京"}' },
      ],
    });
    expect(answer).toMatchObject({
      model: 'gpt-5-2025-08-07',
      created: 1763700000,
      tier: 'default',
      usage: { input: 80, cached: 1024, cacheWrite: 100, output: 187, reasoning: 128 },
    });
  });

  test('arguments that come only when they are done are told once, digits and all', () => {
    const content = foldAnswer(events(stream('done-only')).events).choices[0]!.content;
    expect(content).toEqual([
      { type: 'tool-call', id: 'call_1', name: 'get_weather', arguments: '{"city":"Rom","id":9007199254740993}' },
      { type: 'tool-call', id: 'call_2', name: 'apply_patch', custom: true, arguments: '*** Begin Patch\n' },
      { type: 'tool-call', id: 'call_3', name: 'get_weather', arguments: '{"city":"Bern"}' },
    ]);
  });

  test('a search is a native part and counted, its citation stands with the text, the length stop is told', () => {
    const answer = foldAnswer(events(stream('search')).events);
    expect(answer.usage).toMatchObject({ searches: 1 });
    expect(answer.choices[0]).toMatchObject({
      stop: 'length',
      content: [
        { type: 'native', family: 'openai', value: { type: 'web_search_call', status: 'completed' } },
        { type: 'text', citations: [{ url: 'https://endoflife.date/nodejs', start: 28, end: 44 }] },
      ],
    });
  });

  test('a refusal is one', () => {
    expect(foldAnswer(events(stream('refusal')).events).choices[0]).toMatchObject({
      stop: 'refusal',
      content: [{ type: 'refusal', text: "I can't help with that." }],
    });
  });

  test('raw thoughts of open models are thoughts, not summaries', () => {
    const found = events(
      framed(
        { type: 'response.created', response: { id: 'resp_1', model: 'gpt-oss' } },
        { type: 'response.output_item.added', output_index: 0, item: { type: 'reasoning', id: 'rs_1', summary: [] } },
        { type: 'response.reasoning_text.delta', output_index: 0, content_index: 0, item_id: 'rs_1', delta: 'hm' },
        {
          type: 'response.output_item.done',
          output_index: 0,
          item: { type: 'reasoning', id: 'rs_1', summary: [], content: [{ type: 'reasoning_text', text: 'hm' }] },
        },
        { type: 'response.completed', response: { id: 'resp_1', status: 'completed', output: [] } },
      ),
    ).events.filter((event) => event.type === 'reasoning');
    expect(found).toEqual([{ type: 'reasoning', choice: 0, text: 'hm' }]);
  });

  test('a server that sends nothing but the terminal event is read all the same', () => {
    const { events: found } = events(framed({ type: 'response.completed', response: whole('tools') }));
    expect(foldAnswer(found)).toEqual(foldAnswer(readAnswer(whole('tools'))!));
  });

  test("a failure is told in the provider's words, and nothing after it", () => {
    const { events: found, complete } = events(stream('failed'));
    expect(found.at(-1)).toMatchObject({ type: 'error', code: 'server_error' } satisfies Partial<NeutralEvent>);
    expect(complete).toBe(false);
  });

  test('a stream that ends early, even with [DONE], is not complete', () => {
    const text = stream('tools').toString();
    const early = text.slice(0, text.indexOf('event: response.completed'));
    expect(events(Buffer.from(`${early}data: [DONE]\n\n`)).complete).toBe(false);
  });
});

test('a whole answer that failed is an error; what is no response is none', () => {
  expect(readAnswer({ status: 'failed', output: [], error: { code: 'server_error', message: 'no' } })).toMatchObject([
    { type: 'error', message: 'no', code: 'server_error' },
  ]);
  expect(readAnswer({ choices: [] })).toBeUndefined();
});
