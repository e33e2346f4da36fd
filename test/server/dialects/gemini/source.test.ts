import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readAnswer } from '../../../../server/dialects/gemini/read-answer.ts';
import { GeminiSource } from '../../../../server/dialects/gemini/source.ts';
import { type JsonObject, parseJson } from '../../../../server/dialects/lossless.ts';
import type { NeutralEvent } from '../../../../server/dialects/neutral/answer.ts';
import { foldAnswer } from '../../../../server/dialects/neutral/fold.ts';

const stream = (name: string) => readFileSync(`test/fixtures/gemini/${name}.stream.txt`);
const whole = (name: string) => parseJson(readFileSync(`test/fixtures/gemini/${name}.json`, 'utf8')) as JsonObject;

function events(...pieces: Buffer[]) {
  const source = new GeminiSource();
  const all = pieces.flatMap((piece) => source.push(piece));
  return { events: [...all, ...source.end()], complete: source.complete };
}

const framed = (...chunks: JsonObject[]) =>
  Buffer.from(chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join(''));

const candidate = (parts: JsonObject[], more: JsonObject = {}) => ({
  candidates: [{ content: { parts, role: 'model' }, index: 0, ...more }],
});

const finishes = (all: readonly NeutralEvent[]) =>
  all.flatMap((event) => (event.type === 'finish' ? [event.reason] : []));

describe('a stream of Gemini', () => {
  test.each(['text', 'tools', 'search', 'blocked', 'malformed'])(
    '%s gives the same events wherever it is cut',
    (name) => {
      const bytes = stream(name);
      const { events: all, complete } = events(bytes);
      expect(complete).toBe(true);
      for (let at = 0; at <= bytes.length; at++)
        expect(events(bytes.subarray(0, at), bytes.subarray(at)).events).toEqual(all);
    },
  );

  test.each(['text', 'tools', 'search', 'blocked'])('%s says what the whole answer says', (name) => {
    expect(foldAnswer(events(stream(name)).events)).toEqual(foldAnswer(readAnswer(whole(name))!));
  });

  test('thoughts, text and parallel calls come in order, with the digits of their arguments and the signature', () => {
    const answer = foldAnswer(events(stream('tools')).events);
    expect(answer).toMatchObject({ model: 'gemini-3-pro-preview', id: 'kQ8gaZ2yG5mF1dkPx9yHsAE' });
    expect(answer.choices[0]!.content).toEqual([
      { type: 'reasoning', text: 'Two cities, two calls.' },
      { type: 'text', text: 'Ich schaue nach: Zürich und 東京 🗼.' },
      {
        type: 'tool-call',
        id: 'fc-1',
        name: 'get_weather',
        arguments: '{"city":"Zürich","station":9007199254740993}',
        signature: { family: 'google', value: 'EpwBCpkBAXLI2nx5/AbCd+==' },
      },
      { type: 'tool-call', id: 'fc-2', name: 'get_weather', arguments: '{"city":"東京"}' },
    ]);
  });

  test('that says STOP in a chunk after the call has ended for the call', () => {
    expect(finishes(events(stream('tools')).events)).toEqual(['tool_calls']);
  });

  test('that says why it ended before its usage and sources come is told to have ended last', () => {
    const { events: all } = events(
      framed(candidate([{ text: 'x' }], { finishReason: 'STOP' }), { usageMetadata: { promptTokenCount: 3 } }),
    );
    expect(all.map(({ type }) => type)).toEqual(['start', 'text', 'usage', 'finish']);
  });

  test.each([
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content_filter'],
    ['RECITATION', 'content_filter'],
    ['PROHIBITED_CONTENT', 'content_filter'],
    ['OTHER', 'stop'],
    ['A_REASON_OF_TOMORROW', 'stop'],
  ])('that ended by %s has ended by %s', (finishReason, reason) => {
    expect(finishes(events(framed(candidate([{ text: 'x' }], { finishReason }))).events)).toEqual([reason]);
  });

  test('of a blocked prompt ends as filtered, with its input counted', () => {
    const answer = foldAnswer(events(stream('blocked')).events);
    expect(answer.choices).toEqual([{ content: [], stop: 'content_filter' }]);
    expect(answer.usage).toMatchObject({ input: 7, output: 0 });
  });

  test('with nothing but a malformed call is an error, so that it is asked again', () => {
    expect(events(stream('malformed')).events.at(-1)).toMatchObject({
      type: 'error',
      code: 'MALFORMED_FUNCTION_CALL',
      message: 'Malformed function call: print(default_api.get_weather(',
    });
  });

  test('with text before a malformed call keeps the text', () => {
    const { events: all } = events(
      framed(candidate([{ text: 'Let me see.' }]), candidate([], { finishReason: 'MALFORMED_FUNCTION_CALL' })),
    );
    expect(finishes(all)).toEqual(['stop']);
  });

  test('that ends before its reason is not complete', () => {
    const { complete, events: all } = events(framed(candidate([{ text: 'half' }])));
    expect([complete, finishes(all)]).toEqual([false, []]);
  });

  test('with two candidates is complete when both have ended', () => {
    const two = (index: number, more: JsonObject = {}) => ({
      candidates: [{ content: { parts: [{ text: String(index) }] }, index, ...more }],
    });
    const open = framed(two(0), two(1), two(0, { finishReason: 'STOP' }));
    expect(events(open).complete).toBe(false);
    const done = events(open, framed(two(1, { finishReason: 'MAX_TOKENS' })));
    expect(done.complete).toBe(true);
    expect(foldAnswer(done.events).choices.map(({ stop }) => stop)).toEqual(['stop', 'length']);
  });

  test('tells its sources in UTF-16 units, its searches and its tier, and keeps the signature of its text', () => {
    const answer = foldAnswer(events(stream('search')).events);
    const [text, signature] = answer.choices[0]!.content;
    const cited = { start: 11, end: 20, citedText: '🌧 Regen.' };
    expect(text).toEqual({
      type: 'text',
      text: 'Zürich hat 🌧 Regen.',
      citations: [
        { url: 'https://vertexaisearch.cloud.google.com/grounding-api-redirect/A', title: 'meteo.ch', ...cited },
        { url: 'https://vertexaisearch.cloud.google.com/grounding-api-redirect/B', title: 'srf.ch', ...cited },
      ],
    });
    expect('Zürich hat 🌧 Regen.'.slice(11, 20)).toBe('🌧 Regen.');
    expect(signature).toEqual({
      type: 'reasoning',
      text: '',
      signature: { family: 'google', value: 'CiQBzNx5text==' },
    });
    // what its own tools read is input, too
    expect(answer.usage).toMatchObject({ input: 120, output: 30, reasoning: 22, searches: 2 });
    expect(answer.tier).toBe('priority');
  });

  test('with an image, sound and code hands each on', () => {
    const code = { executableCode: { language: 'PYTHON', code: 'print(1)' }, thoughtSignature: 'QQ==' };
    const { events: all } = events(
      framed(
        candidate(
          [
            { inlineData: { mimeType: 'image/png', data: 'aW1n' } },
            { inlineData: { mimeType: 'image/png', data: 'ZHJhZnQ=' }, thought: true },
            { inlineData: { mimeType: 'audio/L16;rate=24000', data: 'c25k' } },
            code,
          ],
          { finishReason: 'STOP' },
        ),
      ),
    );
    expect(all.slice(1, -1)).toEqual([
      { type: 'image', choice: 0, mediaType: 'image/png', data: 'aW1n' },
      { type: 'audio', choice: 0, data: 'c25k' },
      { type: 'native', choice: 0, family: 'google', value: code },
    ]);
  });

  test('with log probabilities tells them in OpenAI’s shape', () => {
    const { events: all } = events(
      framed(
        candidate([{ text: 'é' }], {
          finishReason: 'STOP',
          logprobsResult: {
            chosenCandidates: [{ token: 'é', tokenId: 7, logProbability: -0.5 }],
            topCandidates: [{ candidates: [{ token: 'e', logProbability: -1.5 }] }],
          },
        }),
      ),
    );
    expect(all.find(({ type }) => type === 'logprobs')).toMatchObject({
      tokens: [
        {
          token: 'é',
          logprob: -0.5,
          bytes: [0xc3, 0xa9],
          top_logprobs: [{ token: 'e', logprob: -1.5, bytes: [0x65] }],
        },
      ],
    });
  });

  test('that breaks off with an error tells overload as such', () => {
    const { events: all, complete } = events(
      framed(candidate([{ text: 'x' }]), { error: { code: 503, message: 'Overloaded.', status: 'UNAVAILABLE' } }),
    );
    expect(all.at(-1)).toEqual({
      type: 'error',
      message: 'Overloaded.',
      errorType: 'overloaded_error',
      code: 'UNAVAILABLE',
    });
    expect(complete).toBe(false);
  });

  test('calls without ids get one each', () => {
    const call = { functionCall: { name: 'f' } };
    const content = foldAnswer(events(framed(candidate([call, call], { finishReason: 'STOP' }))).events).choices[0]!
      .content as { id: string; arguments: string }[];
    expect(content.map(({ arguments: text }) => text)).toEqual(['{}', '{}']);
    expect(content[0]!.id).toMatch(/^call_[0-9a-f]{32}$/);
    expect(content[0]!.id).not.toBe(content[1]!.id);
  });
});

test.each([[{ error: { message: 'x' } }], [{ choices: [] }], [{}]])('%j is no answer', (body) => {
  expect(readAnswer(body)).toBeUndefined();
});
