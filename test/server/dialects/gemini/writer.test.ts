import { readFileSync } from 'node:fs';
import { GoogleGenAI } from '@google/genai';
import { describe, expect, test } from 'vitest';
import { gemini } from '../../../../server/dialects/gemini/index.ts';
import { GeminiSource } from '../../../../server/dialects/gemini/source.ts';
import { type JsonObject, parseJson } from '../../../../server/dialects/lossless.ts';
import type { NeutralEvent } from '../../../../server/dialects/neutral/answer.ts';
import { foldAnswer } from '../../../../server/dialects/neutral/fold.ts';
import type { AnswerContext, Totals } from '../../../../server/dialects/translation.ts';

const USAGE = { input: 10, cached: 4, cacheWrite: 2, cacheWrite1h: 0, output: 9, reasoning: 5, audioInput: 3 };
const TOTALS: Totals = { usage: USAGE, cost: { cost: 0.5 }, estimated: false };

function context({ show = true, jsonArray = false } = {}): AnswerContext {
  const facts = {
    model: 'asked/model',
    stream: true,
    maxOutputTokens: undefined,
    choices: 1,
    wantsUsageChunk: true,
    textBytes: 1,
    ...(jsonArray && { jsonArray }),
  };
  return {
    requestId: 'req_1',
    created: 1_763_700_000,
    facts,
    request: { model: 'm', stream: true, messages: [], tools: [], choices: 1, extras: {}, reasoning: { show } },
  };
}

function written(events: readonly NeutralEvent[], options?: Parameters<typeof context>[0]): string {
  const writer = gemini.caller!.createWriter(context(options));
  return events.map((event) => writer.write(event)).join('') + writer.end(TOTALS);
}

interface Chunk {
  candidates: { content: { parts: JsonObject[]; role: string }; index: number; finishReason?: string }[];
  usageMetadata?: JsonObject;
}

function chunks(events: readonly NeutralEvent[], options?: Parameters<typeof context>[0]): Chunk[] {
  const frames = written(events, options).split('\r\n\r\n').slice(0, -1);
  return frames.map((frame) => parseJson(frame.replace(/^data: /, '')) as Chunk);
}

const parts = (events: readonly NeutralEvent[], options?: Parameters<typeof context>[0]) =>
  chunks(events, options).flatMap(({ candidates }) => candidates[0]!.content.parts);

const start: NeutralEvent = { type: 'start', id: 'resp_9', model: 'gpt-5' };
const text = (text: string): NeutralEvent => ({ type: 'text', choice: 0, text });
const finish: NeutralEvent = { type: 'finish', choice: 0, reason: 'stop' };

describe('a stream for a Gemini caller', () => {
  test('tells text as it comes, and the reason with usage and cost in the last chunk', () => {
    const all = chunks([start, text('Hel'), text('lo'), finish]);
    expect(all[0]).toEqual({
      candidates: [{ content: { parts: [{ text: 'Hel' }], role: 'model' }, index: 0 }],
      modelVersion: 'gpt-5',
      responseId: 'resp_9',
    });
    expect(all.at(-1)).toMatchObject({
      candidates: [{ finishReason: 'STOP', content: { parts: [{ text: '' }] } }],
      usageMetadata: {
        promptTokenCount: 16,
        cachedContentTokenCount: 4,
        candidatesTokenCount: 4,
        thoughtsTokenCount: 5,
        totalTokenCount: 25,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 13 },
          { modality: 'AUDIO', tokenCount: 3 },
        ],
        cost: 0.5,
      },
    });
    expect(all).toHaveLength(3);
  });

  test('tells calls whole and in order, however the pieces of their arguments are mixed', () => {
    const call = (number: number, name: string): NeutralEvent => ({
      type: 'tool-call',
      choice: 0,
      call: number,
      id: `c${number}`,
      name,
    });
    const piece = (number: number, text: string): NeutralEvent => ({
      type: 'tool-arguments',
      choice: 0,
      call: number,
      text,
    });
    const found = parts([
      start,
      text('Look: '),
      call(0, 'a'),
      piece(0, '{"big":90071992'),
      call(1, 'b'),
      piece(1, '{"x"'),
      piece(0, '54740993}'),
      piece(1, ':[1]}'),
      call(2, 'none'),
      call(3, 'bad'),
      piece(3, '{"half'),
      { type: 'finish', choice: 0, reason: 'tool_calls' },
    ]);
    expect(found.slice(1, -1)).toEqual(
      [
        { id: 'c0', name: 'a', args: { big: expect.stringMatching(/9007199254740993$/) } },
        { id: 'c1', name: 'b', args: { x: [1] } },
        { id: 'c2', name: 'none', args: {} },
        { id: 'c3', name: 'bad', args: { arguments: '{"half' } },
      ].map((functionCall) => ({ functionCall })),
    );
    expect(written([call(0, 'a'), piece(0, '{"big":9007199254740993}'), finish])).toContain('{"big":9007199254740993}');
  });

  test('shows thoughts to those alone who asked, but gives their signatures to all', () => {
    const signature = { family: 'anthropic', value: 'EqQB+/==' } as const;
    const events: NeutralEvent[] = [
      start,
      { type: 'reasoning', choice: 0, text: 'Hm.' },
      { type: 'signature', choice: 0, signature },
      text('Yes.'),
      finish,
    ];
    const [thought, signed] = parts(events);
    expect(thought).toEqual({ text: 'Hm.', thought: true });
    expect(signed).toMatchObject({ text: '', thought: true });
    // bytes in base64: clients decode it, and encode it again
    const packed = signed!.thoughtSignature as string;
    expect(Buffer.from(packed, 'base64').toString('base64')).toBe(packed);
    const hidden = parts(events, { show: false });
    expect(hidden.map((part) => part.text)).toEqual(['', 'Yes.', '']);
  });

  test('tells sources in bytes of the text they belong to', () => {
    const url = 'https://x.example';
    const last = chunks([
      start,
      text('Zürich '),
      text('🌧 ja'),
      { type: 'citation', choice: 0, citation: { url, title: 'X', start: 7, end: 9 } },
      finish,
    ]).at(-1)!;
    expect(last.candidates[0]).toMatchObject({
      groundingMetadata: {
        groundingChunks: [{ web: { uri: url, title: 'X' } }],
        groundingSupports: [{ segment: { startIndex: 8, endIndex: 12, text: '🌧' }, groundingChunkIndices: [0] }],
      },
    });
  });

  test('tells log probabilities as Google does', () => {
    const tokens = [{ token: 'a', logprob: -1, bytes: [97], top_logprobs: [{ token: 'b', logprob: -2, bytes: [98] }] }];
    expect(
      chunks([start, text('a'), { type: 'logprobs', choice: 0, tokens }, finish]).at(-1)!.candidates[0],
    ).toMatchObject({
      avgLogprobs: -1,
      logprobsResult: {
        chosenCandidates: [{ token: 'a', logProbability: -1 }],
        topCandidates: [{ candidates: [{ token: 'b', logProbability: -2 }] }],
      },
    });
  });

  test('tells several choices each with its own reason', () => {
    const last = chunks([
      start,
      { type: 'text', choice: 1, text: 'b' },
      text('a'),
      { type: 'finish', choice: 1, reason: 'length' },
      { type: 'finish', choice: 0, reason: 'content_filter' },
    ]).at(-1)!;
    expect(last.candidates.map(({ index, finishReason }) => [index, finishReason])).toEqual([
      [0, 'SAFETY'],
      [1, 'MAX_TOKENS'],
    ]);
  });

  test('that is a refusal has ended for safety, although OpenAI calls that a stop', () => {
    const last = chunks([start, { type: 'refusal', choice: 0, text: 'No.' }, finish]).at(-1)!;
    expect(last.candidates[0]!.finishReason).toBe('SAFETY');
  });

  test('is one JSON array for those who asked for no events', () => {
    expect(JSON.parse(written([start, text('a'), finish], { jsonArray: true }))).toHaveLength(2);
  });

  test.each(['text', 'tools', 'search'])('says of %s what Google’s own stream says', (name) => {
    const events = (bytes: Buffer) => {
      const source = new GeminiSource();
      return [...source.push(bytes), ...source.end()];
    };
    const given = events(readFileSync(`test/fixtures/gemini/${name}.stream.txt`));
    const again = foldAnswer(
      events(Buffer.from(written(given.filter(({ type }) => type !== 'usage' && type !== 'tier')))),
    );
    expect({ ...again, usage: undefined }).toEqual({ ...foldAnswer(given), usage: undefined, tier: undefined });
  });

  test('is read by Google’s own client, error event included', async () => {
    const reply = (body: string) => async () =>
      new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    const original = globalThis.fetch;
    try {
      globalThis.fetch = reply(written([start, text('Hello 🗼'), finish]));
      const client = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: 'http://127.0.0.1:9' } });
      let all = '';
      for await (const chunk of await client.models.generateContentStream({ model: 'm', contents: 'hi' }))
        all += chunk.text ?? '';
      expect(all).toBe('Hello 🗼');
    } finally {
      globalThis.fetch = original;
    }
  });
});

describe('a whole answer for a Gemini caller', () => {
  const whole = (events: readonly NeutralEvent[], options?: Parameters<typeof context>[0]) =>
    gemini.caller!.writeAnswer(foldAnswer(events), TOTALS, context(options));

  test('has parts, reason, usage and cost', () => {
    const signature = { family: 'google', value: 'CiQB' } as const;
    const body = whole([
      start,
      { type: 'reasoning', choice: 0, text: 'Hm.' },
      text('Yes.'),
      { type: 'tool-call', choice: 0, call: 0, id: 'c', name: 'f', signature },
      { type: 'tool-arguments', choice: 0, call: 0, text: '{"a":1}' },
      { type: 'finish', choice: 0, reason: 'tool_calls' },
    ]);
    expect(body).toMatchObject({
      candidates: [
        {
          content: {
            role: 'model',
            parts: [
              { text: 'Hm.', thought: true },
              { text: 'Yes.' },
              { functionCall: { id: 'c', name: 'f', args: { a: 1 } }, thoughtSignature: 'CiQB' },
            ],
          },
          finishReason: 'STOP',
          index: 0,
        },
      ],
      usageMetadata: { totalTokenCount: 25, cost: 0.5 },
      modelVersion: 'gpt-5',
      responseId: 'resp_9',
    });
  });

  test('with nothing in it still has a part, and a refusal is told as one', () => {
    const empty = whole([start, finish]) as unknown as Chunk;
    expect(empty.candidates[0]!.content.parts).toEqual([{ text: '' }]);
    const refused = whole([
      start,
      { type: 'refusal', choice: 0, text: 'No.' },
      { type: 'finish', choice: 0, reason: 'refusal' },
    ]) as unknown as Chunk;
    expect(refused.candidates[0]).toMatchObject({ content: { parts: [{ text: 'No.' }] }, finishReason: 'SAFETY' });
  });
});
