import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, streamText, tool } from 'ai';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type JsonObject, toJson } from '../../../../server/dialects/lossless.ts';
import type { NeutralEvent } from '../../../../server/dialects/neutral/answer.ts';
import { foldAnswer } from '../../../../server/dialects/neutral/fold.ts';
import type { NeutralRequest } from '../../../../server/dialects/neutral/request.ts';
import { NO_TOKENS, type RequestFacts } from '../../../../server/dialects/neutral.ts';
import { caller } from '../../../../server/dialects/openai-chat/index.ts';
import type { AnswerContext, Totals } from '../../../../server/dialects/translation.ts';

const TOTALS: Totals = {
  usage: {
    ...NO_TOKENS,
    input: 10,
    cached: 5,
    cacheWrite: 3,
    cacheWrite1h: 2,
    output: 20,
    reasoning: 7,
    audioInput: 1,
    imageOutput: 4,
  },
  cost: { cost: 0.25, cost_details: { total_cost: 0.25 } },
  estimated: false,
};
const USAGE = {
  prompt_tokens: 20,
  completion_tokens: 20,
  total_tokens: 40,
  prompt_tokens_details: {
    cached_tokens: 5,
    cache_write_tokens: 5,
    cache_write_1h_tokens: 2,
    audio_tokens: 1,
    video_tokens: 0,
  },
  completion_tokens_details: { reasoning_tokens: 7, image_tokens: 4, audio_tokens: 0 },
  cost: 0.25,
  cost_details: { total_cost: 0.25 },
};

function context(request: Partial<NeutralRequest> = {}, facts: Partial<RequestFacts> = {}): AnswerContext {
  return {
    requestId: 'req_1',
    created: 1_700_000_000,
    request: { model: 'm', stream: true, messages: [], tools: [], choices: 1, extras: {}, ...request },
    facts: {
      model: 'm',
      stream: true,
      maxOutputTokens: undefined,
      choices: 1,
      wantsUsageChunk: true,
      textBytes: 0,
      ...facts,
    },
  };
}

function written(events: readonly NeutralEvent[], about = context()): string {
  const writer = caller.createWriter(about);
  return events.map((event) => writer.write(event)).join('') + writer.end(TOTALS);
}

const chunksOf = (stream: string) =>
  stream
    .split('\n\n')
    .filter((frame) => frame.startsWith('data: {'))
    .map((frame) => JSON.parse(frame.slice(6)) as OpenAI.ChatCompletionChunk & JsonObject);

/** A fetch that answers with this. */
const answering = (body: string, type: string) => async () => new Response(body, { headers: { 'content-type': type } });
const streaming = (body: string) => answering(body, 'text/event-stream');
const whole = (body: JsonObject) => answering(toJson(body), 'application/json');

const openai = (fetch: () => Promise<Response>) => new OpenAI({ apiKey: 'k', fetch, maxRetries: 0 });
const ASK = { model: 'm', messages: [{ role: 'user' as const, content: 'Hi' }] };

const START: NeutralEvent = { type: 'start', id: 'msg_1', model: 'claude-sonnet-4-5', created: 1_700_000_001 };
const finish = (reason: 'stop' | 'tool_calls' | 'refusal' = 'stop'): NeutralEvent => ({
  type: 'finish',
  choice: 0,
  reason,
});
const text = (value: string): NeutralEvent => ({ type: 'text', choice: 0, text: value });
const callOf = (call: number, name: string): NeutralEvent => ({
  type: 'tool-call',
  choice: 0,
  call,
  id: `call_${call}`,
  name,
});
const piece = (call: number, value: string): NeutralEvent => ({ type: 'tool-arguments', choice: 0, call, text: value });

const SIGNATURE = { family: 'anthropic', value: 'EqQB' } as const;
const TURN: NeutralEvent[] = [
  START,
  { type: 'reasoning', choice: 0, text: 'Look ' },
  { type: 'reasoning', choice: 0, text: 'it up.' },
  { type: 'signature', choice: 0, signature: SIGNATURE },
  text('One '),
  text('moment 👋.'),
  callOf(0, 'find'),
  callOf(1, 'find'),
  piece(0, '{"q":'),
  piece(1, '{"q":"b'),
  piece(0, '"a"}'),
  piece(1, '"}'),
  finish('tool_calls'),
];

describe('the official SDK of OpenAI', () => {
  it('reads a turn of thoughts, text and parallel calls from the stream as from the whole answer', async () => {
    const final = await openai(streaming(written(TURN)))
      .chat.completions.stream(ASK)
      .finalChatCompletion();
    const answer = caller.writeAnswer(foldAnswer(TURN), TOTALS, context());
    const created = await openai(whole(answer)).chat.completions.create(ASK);
    for (const completion of [final, created]) {
      expect(completion).toMatchObject({
        id: 'chatcmpl-msg_1',
        object: 'chat.completion',
        created: 1_700_000_001,
        model: 'claude-sonnet-4-5',
        usage: USAGE,
        choices: [
          {
            index: 0,
            finish_reason: 'tool_calls',
            message: {
              role: 'assistant',
              content: 'One moment 👋.',
              extra_content: { anthropic: { reasoning: [{ text: 'Look it up.', signature: 'EqQB' }] } },
              tool_calls: [
                { id: 'call_0', type: 'function', function: { name: 'find', arguments: '{"q":"a"}' } },
                { id: 'call_1', type: 'function', function: { name: 'find', arguments: '{"q":"b"}' } },
              ],
            },
          },
        ],
      });
    }
    expect(created.choices[0]!.message).toMatchObject({ reasoning: 'Look it up.', refusal: null });
  });

  it('parses structured output', async () => {
    const stream = openai(streaming(written([START, text('{"a"'), text(':1}'), finish()]))).chat.completions.stream({
      ...ASK,
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema: {}, strict: true } },
    });
    expect((await stream.finalContent())!).toBe('{"a":1}');
  });

  it('reads refusals, log probabilities and sources, cited in the right place', async () => {
    const token = { token: 'a', logprob: -0.1, bytes: [97], top_logprobs: [] };
    const events: NeutralEvent[] = [
      START,
      text('First. '),
      callOf(0, 'f'),
      text('Second part.'),
      { type: 'citation', choice: 0, citation: { url: 'https://a.example', title: 'A', start: 0, end: 6 } },
      { type: 'citation', choice: 0, citation: { citedText: 'of a document' } },
      { type: 'citation', choice: 0, citation: { url: 'https://b.example' } },
      { type: 'logprobs', choice: 0, tokens: [token] },
      { type: 'refusal', choice: 0, text: 'No ' },
      { type: 'refusal', choice: 0, text: 'more.' },
      finish('refusal'),
    ];
    const annotations = [
      {
        type: 'url_citation',
        url_citation: { url: 'https://a.example', title: 'A', start_index: 7, end_index: 13 },
        url: 'https://a.example',
        title: 'A',
        start_index: 7,
        end_index: 13,
      },
      {
        type: 'url_citation',
        url_citation: { url: 'https://b.example', title: 'https://b.example', start_index: 7, end_index: 7 },
        url: 'https://b.example',
      },
    ];
    const final = await openai(streaming(written(events)))
      .chat.completions.stream(ASK)
      .finalChatCompletion();
    const created = caller.writeAnswer(foldAnswer(events), TOTALS, context()) as unknown as OpenAI.ChatCompletion;
    for (const { choices } of [final, created]) {
      expect(choices[0]).toMatchObject({
        finish_reason: 'stop',
        logprobs: { content: [token] },
        message: { refusal: 'No more.', annotations },
      });
    }
  });

  it('throws at an error event, and keeps several choices apart', async () => {
    const events: NeutralEvent[] = [
      START,
      text('a'),
      { type: 'text', choice: 1, text: 'b' },
      { type: 'finish', choice: 1, reason: 'length' },
      finish(),
    ];
    const stream = written(events);
    const final = await openai(streaming(stream))
      .chat.completions.stream({ ...ASK, n: 2 })
      .finalChatCompletion();
    expect(final.choices.map((choice) => [choice.message.content, choice.finish_reason])).toEqual([
      ['a', 'stop'],
      ['b', 'length'],
    ]);
  });
});

describe('the AI SDK', () => {
  const TOOLS = { find: tool({ inputSchema: z.object({ q: z.string() }) }) };

  it('reads the turn by its OpenAI-compatible provider', async () => {
    const compatible = createOpenAICompatible({
      name: 'gw',
      baseURL: 'http://localhost/v1',
      includeUsage: true,
      fetch: streaming(written(TURN)),
    });
    const result = streamText({ model: compatible('m'), prompt: 'Hi', tools: TOOLS });
    expect(await result.text).toBe('One moment 👋.');
    expect(await result.reasoningText).toBe('Look it up.');
    expect((await result.toolCalls).map(({ input }) => input)).toEqual([{ q: 'a' }, { q: 'b' }]);
    expect(await result.finishReason).toBe('tool-calls');
    expect(await result.usage).toMatchObject({ inputTokens: 20, outputTokens: 20 });
  });

  it('reads sources by its OpenAI provider', async () => {
    const events: NeutralEvent[] = [
      START,
      text('Rain.'),
      { type: 'citation', choice: 0, citation: { url: 'https://a.example' } },
      finish(),
    ];
    const model = createOpenAI({ apiKey: 'k', fetch: streaming(written(events)) }).chat('m');
    const result = streamText({ model, prompt: 'Hi' });
    expect(await result.sources).toMatchObject([{ url: 'https://a.example' }]);
    const answer = caller.writeAnswer(foldAnswer(events), TOTALS, context());
    const generated = await generateText({
      model: createOpenAI({ apiKey: 'k', fetch: whole(answer) }).chat('m'),
      prompt: 'Hi',
    });
    expect(generated.text).toBe('Rain.');
    expect(generated.sources).toMatchObject([{ url: 'https://a.example' }]);
  });
});

describe('the usage of a stream', () => {
  it('comes in a chunk of its own for who asked', () => {
    const chunks = chunksOf(written([START, text('a'), finish()]));
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: USAGE });
    expect(chunks.at(-2)!.usage).toBeUndefined();
  });

  it('comes in the chunk with the finish reason for who did not, and every chunk has a choice', () => {
    const chunks = chunksOf(written([START, text('a'), finish()], context({}, { wantsUsageChunk: false })));
    expect(chunks.at(-1)).toMatchObject({ choices: [{ finish_reason: 'stop' }], usage: USAGE });
    expect(chunks.every(({ choices }) => choices.length === 1)).toBe(true);
  });

  it('is followed by [DONE] alone', () => {
    expect(written([START, text('a'), finish()]).endsWith('}\n\ndata: [DONE]\n\n')).toBe(true);
  });
});

describe('what chat completions have no place for', () => {
  it('rides in extra_content, as Google documents it on calls and text', () => {
    const google = { family: 'google', value: 'CoQB' } as const;
    const events: NeutralEvent[] = [
      START,
      { type: 'tool-call', choice: 0, call: 0, id: 'a', name: 'f', signature: google },
      piece(0, '{}'),
      { type: 'signature', choice: 0, signature: google },
      finish('tool_calls'),
    ];
    const extra = { google: { thought_signature: 'CoQB' } };
    const deltas = chunksOf(written(events)).map(({ choices }) => choices[0]?.delta);
    expect(deltas).toContainEqual({ extra_content: extra });
    expect(deltas).toContainEqual({ tool_calls: [expect.objectContaining({ id: 'a', extra_content: extra })] });
    const answer = caller.writeAnswer(foldAnswer(events), TOTALS, context());
    expect(answer.choices).toMatchObject([
      { message: { extra_content: extra, tool_calls: [{ extra_content: extra }] } },
    ]);
  });

  it('is a free-form tool again for its caller, though the model knew a function', async () => {
    const about = context({ tools: [{ type: 'custom', name: 'sh' }] });
    const events = [START, callOf(0, 'sh'), piece(0, '{"input":"ls'), piece(0, ' -l"}'), finish('tool_calls')];
    const deltas = chunksOf(written(events, about)).flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);
    expect(deltas).toEqual([
      { index: 0, id: 'call_0', type: 'custom', custom: { name: 'sh', input: '' } },
      { index: 0, custom: { input: 'ls -l' } },
    ]);
    const answer = caller.writeAnswer(foldAnswer(events), TOTALS, about);
    expect(answer.choices).toMatchObject([
      { message: { tool_calls: [{ id: 'call_0', type: 'custom', custom: { name: 'sh', input: 'ls -l' } }] } },
    ]);
  });

  it('is answered in the old shape to who asked in it', () => {
    const about = context({}, { legacyFunctions: true });
    const events = [START, callOf(0, 'f'), piece(0, '{}'), finish('tool_calls')];
    const chunks = chunksOf(written(events, about));
    expect(chunks.map(({ choices }) => choices[0]?.delta.function_call).filter(Boolean)).toEqual([
      { name: 'f', arguments: '' },
      { arguments: '{}' },
    ]);
    const answer = caller.writeAnswer(foldAnswer(events), TOTALS, about);
    expect(answer.choices).toMatchObject([
      { finish_reason: 'function_call', message: { content: null, function_call: { name: 'f', arguments: '{}' } } },
    ]);
  });

  it('is a generated image in images, and audio in audio', () => {
    const events: NeutralEvent[] = [
      START,
      { type: 'image', choice: 0, mediaType: 'image/png', data: 'aGk=' },
      { type: 'audio', choice: 0, id: 'audio_1', data: 'UklG', transcript: 'Hi', expiresAt: 9 },
      finish(),
    ];
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=' } };
    const audio = { id: 'audio_1', data: 'UklG', transcript: 'Hi', expires_at: 9 };
    const deltas = chunksOf(written(events)).map(({ choices }) => choices[0]?.delta);
    expect(deltas).toContainEqual({ images: [image] });
    expect(deltas).toContainEqual({ audio });
    const answer = caller.writeAnswer(foldAnswer(events), TOTALS, context());
    expect(answer.choices).toMatchObject([{ message: { images: [image], audio } }]);
  });
});

it.each([
  ['refusal', 'content_filter'],
  ['pause', 'length'],
  ['content_filter', 'content_filter'],
  ['length', 'length'],
] as const)('an answer that ended by %s has the finish reason %s', (reason, expected) => {
  const chunks = chunksOf(written([START, text('a'), { type: 'finish', choice: 0, reason }]));
  expect(chunks.at(-2)!.choices[0]!.finish_reason).toBe(expected);
});
