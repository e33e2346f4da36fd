import OpenAI from 'openai';
import type { Response as Answered, ResponseStreamEvent } from 'openai/resources/responses/responses';
import { describe, expect, test } from 'vitest';
import { scanObject } from '../../../../server/dialects/json-scan.ts';
import type { JsonObject } from '../../../../server/dialects/lossless.ts';
import type { NeutralEvent } from '../../../../server/dialects/neutral/answer.ts';
import { foldAnswer } from '../../../../server/dialects/neutral/fold.ts';
import type { Message } from '../../../../server/dialects/neutral/request.ts';
import { NO_TOKENS } from '../../../../server/dialects/neutral.ts';
import { openaiResponses } from '../../../../server/dialects/openai-responses/index.ts';
import { readRequest } from '../../../../server/dialects/openai-responses/read-request.ts';
import { writeAnswer } from '../../../../server/dialects/openai-responses/write-answer.ts';
import { ResponsesWriter } from '../../../../server/dialects/openai-responses/writer.ts';
import type { AnswerContext, Totals } from '../../../../server/dialects/translation.ts';

const TOTALS: Totals = {
  usage: { ...NO_TOKENS, input: 10, cached: 30, cacheWrite: 5, output: 8, reasoning: 3 },
  cost: { cost: 0.25, cost_details: {} },
  estimated: false,
};
const start: NeutralEvent = { type: 'start', id: 'msg_01', model: 'claude-sonnet-4-5-20250929' };
const text = (piece: string): NeutralEvent => ({ type: 'text', choice: 0, text: piece });
const finish = (reason: Extract<NeutralEvent, { type: 'finish' }>['reason']): NeutralEvent => ({
  type: 'finish',
  choice: 0,
  reason,
});
const call = (at: number, name: string, more: object = {}): NeutralEvent => ({
  type: 'tool-call',
  choice: 0,
  call: at,
  id: `toolu_${at}`,
  name,
  ...more,
});
const piece = (at: number, json: string): NeutralEvent => ({ type: 'tool-arguments', choice: 0, call: at, text: json });

const TOOLS = [
  { type: 'function', name: 'get_weather', parameters: { type: 'object' }, strict: false },
  { type: 'custom', name: 'apply_patch' },
  {
    type: 'namespace',
    name: 'mcp__docs',
    description: '',
    tools: [{ type: 'function', name: 'search', parameters: {}, strict: false }],
  },
];

function contextOf(body: JsonObject = {}): AnswerContext {
  const whole = { model: 'claude-sonnet-4-5', input: 'hi', tools: TOOLS, ...body };
  const facts = openaiResponses.read(scanObject(Buffer.from(JSON.stringify(whole))), {});
  return { requestId: 'req_mi8f0a1xabcdefghij0001', facts, request: readRequest(whole, facts), created: 1_763_700_000 };
}

function written(events: readonly NeutralEvent[], context = contextOf()): string {
  const writer = new ResponsesWriter(context);
  return events.map((event) => writer.write(event)).join('') + writer.end(TOTALS);
}

const eventsOf = (stream: string) =>
  stream
    .split('\n\n')
    .filter(Boolean)
    .map((frame) => {
      const [first, second] = frame.split('\n');
      const data = JSON.parse(second!.slice('data: '.length)) as ResponseStreamEvent;
      expect(first).toBe(`event: ${data.type}`);
      return data;
    });

/** What the official SDK makes of it, and the events that it saw. */
async function throughSdk(stream: string) {
  const client = new OpenAI({
    apiKey: 'k',
    baseURL: 'http://127.0.0.1:1/v1',
    fetch: () => Promise.resolve(new Response(stream, { headers: { 'content-type': 'text/event-stream' } })),
  });
  const runner = client.responses.stream({ model: 'm', input: 'hi' });
  const seen: string[] = [];
  runner.on('event', (event) => seen.push(event.type));
  return { final: await runner.finalResponse(), seen };
}

/** Without what tells one moment from another. */
const timeless = (response: object) => {
  const {
    completed_at: _at,
    output_text: _text,
    output_parsed: _parsed,
    ...rest
  } = response as Record<string, unknown>;
  return JSON.parse(
    JSON.stringify(rest, (key, value: unknown) => (key === 'parsed' || key === 'parsed_arguments' ? undefined : value)),
  ) as Answered;
};

const AGENT: NeutralEvent[] = [
  start,
  { type: 'reasoning', choice: 0, text: 'Two ' },
  { type: 'reasoning', choice: 0, text: 'cities.' },
  { type: 'signature', choice: 0, signature: { family: 'anthropic', value: 'EqQB+/=' } },
  text('Ich schaue 🗼 '),
  text('nach.'),
  call(0, 'get_weather'),
  piece(0, '{"city":'),
  call(1, 'get_weather'),
  piece(1, '{"city":"東京"}'),
  piece(0, '"Zürich"}'),
  finish('tool_calls'),
];

describe('an answer as a Responses stream', () => {
  test('begins, adds, ends and completes every item, with ids, indexes and numbers in order', () => {
    const events = eventsOf(written(AGENT, contextOf({ reasoning: { summary: 'auto' } })));
    expect(events.map(({ type }) => type.replace('response.', ''))).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'reasoning_summary_part.added',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done',
      'output_item.done',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'output_item.added',
      'function_call_arguments.delta',
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
      'function_call_arguments.done',
      'output_item.done',
      'completed',
    ]);
    expect(events.map(({ sequence_number: at }) => at)).toEqual(events.map((_, index) => index));
  });

  test('is what the official SDK folds to the same response', async () => {
    const stream = written(AGENT, contextOf({ reasoning: { summary: 'auto' } }));
    const { final, seen } = await throughSdk(stream);
    expect(seen).toHaveLength(26);
    const completed = eventsOf(stream).at(-1) as { response: Answered };
    expect(timeless(final).output).toEqual(timeless(completed.response).output);
    expect(final.output_text).toBe('Ich schaue 🗼 nach.');
    expect(final).toMatchObject({
      id: 'resp_mi8f0a1xabcdefghij0001',
      status: 'completed',
      model: 'claude-sonnet-4-5-20250929',
      output: [
        {
          type: 'reasoning',
          id: 'rs_mi8f0a1xabcdefghij0001_0',
          summary: [{ type: 'summary_text', text: 'Two cities.' }],
        },
        { type: 'message', role: 'assistant', status: 'completed' },
        {
          type: 'function_call',
          call_id: 'toolu_0',
          name: 'get_weather',
          arguments: '{"city":"Zürich"}',
          status: 'completed',
        },
        { type: 'function_call', call_id: 'toolu_1', arguments: '{"city":"東京"}' },
      ],
    });
  });

  test('carries the usage with its details, and the cost', () => {
    const completed = eventsOf(written([start, text('hi'), finish('stop')])).at(-1) as unknown as {
      response: JsonObject;
    };
    expect(completed.response.usage).toEqual({
      input_tokens: 45,
      input_tokens_details: { cached_tokens: 30, cache_write_tokens: 5 },
      output_tokens: 8,
      output_tokens_details: { reasoning_tokens: 3 },
      total_tokens: 53,
      cost: 0.25,
      cost_details: {},
    });
  });

  test('shows thoughts as raw text to a caller who asked for no summary', async () => {
    const { final } = await throughSdk(written(AGENT));
    expect(final.output[0]).toMatchObject({
      type: 'reasoning',
      summary: [],
      content: [{ type: 'reasoning_text', text: 'Two cities.' }],
    });
  });

  test.each([
    ['the limit', 'length', 'incomplete', { reason: 'max_output_tokens' }],
    ['a filter', 'content_filter', 'incomplete', { reason: 'content_filter' }],
    ['a refusal without words', 'refusal', 'incomplete', { reason: 'content_filter' }],
    ['a paused turn', 'pause', 'completed', null],
  ] as const)('says how it ended after %s', async (_case, reason, status, details) => {
    const { final, seen } = await throughSdk(written([start, text('so'), finish(reason)]));
    expect(final).toMatchObject({ status, incomplete_details: details, output: [{ type: 'message', status }] });
    expect(seen.at(-1)).toBe(`response.${status}`);
  });

  test('tells a refusal in words as one', async () => {
    const { final } = await throughSdk(
      written([start, { type: 'refusal', choice: 0, text: 'No.' }, finish('refusal')]),
    );
    expect(final).toMatchObject({ status: 'completed', output: [{ content: [{ type: 'refusal', refusal: 'No.' }] }] });
  });

  test('gives a call of a free-form tool its text back, and a namespaced one its namespace', async () => {
    const { final, seen } = await throughSdk(
      written([
        start,
        call(0, 'apply_patch'),
        piece(0, '{"input":"*** Begin'),
        piece(0, ' Patch\\n"}'),
        call(1, 'mcp__docs__search'),
        finish('tool_calls'),
      ]),
    );
    expect(final.output).toMatchObject([
      { type: 'custom_tool_call', name: 'apply_patch', call_id: 'toolu_0', input: '*** Begin Patch\n' },
      { type: 'function_call', name: 'search', namespace: 'mcp__docs', arguments: '{}' },
    ]);
    expect(seen).toContain('response.custom_tool_call_input.done');
  });

  test('tells where the text comes from, and the search that found it', async () => {
    const { final, seen } = await throughSdk(
      written([
        start,
        {
          type: 'native',
          choice: 0,
          family: 'anthropic',
          value: { type: 'server_tool_use', id: 'srv', name: 'web_search', input: { query: 'node' } },
        },
        { type: 'native', choice: 0, family: 'anthropic', value: { type: 'web_search_tool_result', content: [] } },
        text('Node 20 ended.'),
        { type: 'citation', choice: 0, citation: { url: 'https://e.com', title: 'E', start: 0, end: 14 } },
        finish('stop'),
      ]),
    );
    expect(final.output).toMatchObject([
      { type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'node' } },
      {
        content: [
          { annotations: [{ type: 'url_citation', url: 'https://e.com', title: 'E', start_index: 0, end_index: 14 }] },
        ],
      },
    ]);
    expect(seen).toEqual(
      expect.arrayContaining(['response.web_search_call.completed', 'response.output_text.annotation.added']),
    );
  });

  test('says the same in one piece', () => {
    const summary = contextOf({ reasoning: { summary: 'auto' } });
    for (const events of [
      AGENT,
      [start, text('a'), { type: 'refusal', choice: 0, text: 'b' } as const, finish('length')],
      [start, { type: 'image', choice: 0, mediaType: 'image/webp', data: 'UklG' } as const, finish('stop')],
    ]) {
      const streamed = (eventsOf(written(events, summary)).at(-1) as { response: object }).response;
      expect(timeless(JSON.parse(JSON.stringify(writeAnswer(foldAnswer(events), TOTALS, summary))) as object)).toEqual(
        timeless(streamed),
      );
    }
  });

  test('hands the whole response over, in a stream as in one piece', () => {
    const answered: JsonObject[] = [];
    const context = { ...contextOf(), answered: (response: JsonObject) => void answered.push(response) };
    written([start, text('hi'), finish('stop')], context);
    writeAnswer(foldAnswer([start, text('hi'), finish('stop')]), TOTALS, context);
    expect(answered).toMatchObject([{ status: 'completed' }, { status: 'completed' }]);
  });
});

test('thoughts and signatures of every family come back whole from what was written', () => {
  const google = { family: 'google', value: 'CsMB/+=' } as const;
  const events: NeutralEvent[] = [
    start,
    { type: 'reasoning', choice: 0, text: 'a thought\n\nin two' },
    { type: 'signature', choice: 0, signature: { family: 'anthropic', value: 'EqQB' } },
    { type: 'signature', choice: 0, signature: { family: 'anthropic', value: 'hidden', redacted: true } },
    text('now'),
    call(0, 'mcp__docs__search', { signature: google }),
    piece(0, '{"q":9007199254740993}'),
    finish('tool_calls'),
  ];
  for (const body of [{}, { reasoning: { summary: 'auto' } }]) {
    const context = contextOf(body);
    const { output } = (eventsOf(written(events, context)).at(-1) as { response: { output: unknown } }).response;
    const next = { model: 'm', input: output, tools: TOOLS };
    const facts = openaiResponses.read(scanObject(Buffer.from(JSON.stringify(next))), {});
    const turn = readRequest(next, facts).messages[0] as Extract<Message, { role: 'assistant' }>;
    expect(turn.content).toMatchObject([
      { type: 'reasoning', text: 'a thought\n\nin two', signature: { family: 'anthropic', value: 'EqQB' } },
      { type: 'reasoning', text: '', signature: { family: 'anthropic', value: 'hidden', redacted: true } },
      { type: 'text', text: 'now' },
      {
        type: 'tool-call',
        name: 'search',
        namespace: 'mcp__docs',
        arguments: '{"q":9007199254740993}',
        signature: google,
      },
    ]);
  }
});
