import { expect, test } from 'vitest';
import { provider } from '../../../../server/dialects/bedrock-converse/index.ts';
import { type JsonObject, parseJson, toJson } from '../../../../server/dialects/lossless.ts';
import type { NeutralEvent } from '../../../../server/dialects/neutral/answer.ts';
import { foldAnswer } from '../../../../server/dialects/neutral/fold.ts';
import { fixture } from '../../../helpers/upstream.ts';
import { connectionError, event, exception } from './frames.ts';

const CLAUDE = { model: 'anthropic.claude-sonnet-4-6' };

function readStream(bytes: Buffer, cuts: readonly number[] = []): { events: NeutralEvent[]; complete: boolean } {
  const source = provider.createSource(CLAUDE);
  const edges = [0, ...cuts, bytes.length];
  const events = edges.slice(1).flatMap((end, at) => source.push(bytes.subarray(edges[at], end)));
  return { events: [...events, ...source.end()], complete: source.complete };
}

const answerOf = (name: string) => foldAnswer(readStream(fixture(`bedrock/${name}.stream.bin`)).events);
const wholeOf = (name: string) =>
  foldAnswer(provider.readAnswer(parseJson(fixture(`bedrock/${name}.json`).toString('utf8')) as JsonObject, CLAUDE)!);
const choiceOf = (name: string) => answerOf(name).choices[0]!;

const STREAMS = ['text', 'tools', 'reasoning', 'stop-sequence', 'length', 'guardrail', 'malformed'];

test.each(STREAMS)('the stream %s means the same, cut at every byte', (name) => {
  const bytes = fixture(`bedrock/${name}.stream.bin`);
  const { events, complete } = readStream(bytes);
  expect(complete).toBe(true);
  expect(events.length).toBeGreaterThan(2);
  for (let cut = 1; cut < bytes.length; cut++) expect(readStream(bytes, [cut]).events).toEqual(events);
  const bytewise = Array.from({ length: bytes.length - 1 }, (_, at) => at + 1);
  expect(readStream(bytes, bytewise).events).toEqual(events);
});

test.each(['text', 'reasoning'])('a whole answer (%s) is what its stream is', (name) => {
  expect(wholeOf(name)).toEqual(answerOf(name));
});

test('a whole answer with calls is what its stream is, but for blanks in the arguments', () => {
  const [whole, streamed] = [wholeOf('tools'), answerOf('tools')];
  expect(whole.usage).toEqual(streamed.usage);
  expect(whole.choices[0]!.stop).toBe('tool_calls');
  const calls = whole.choices[0]!.content.filter((part) => part.type === 'tool-call');
  expect(calls.map(({ id, name }) => [id, name])).toEqual([
    ['tooluse_K7b1a', 'get_weather'],
    ['tooluse_Zz09x', 'get_time'],
  ]);
  expect(toJson(parseJson(calls[0]!.arguments))).toBe('{"city":"Paris","id":9007199254740993}');
});

test('parallel calls come with their own arguments, and cached tokens by their life', () => {
  const { choices, usage } = answerOf('tools');
  expect(choices[0]).toEqual({
    stop: 'tool_calls',
    content: [
      { type: 'text', text: "I'll look at both." },
      {
        type: 'tool-call',
        id: 'tooluse_K7b1a',
        name: 'get_weather',
        arguments: '{"city": "Paris", "id": 9007199254740993}',
      },
      { type: 'tool-call', id: 'tooluse_Zz09x', name: 'get_time', arguments: '{"zone": "Europe/Paris"}' },
    ],
  });
  expect(usage).toEqual({ input: 20, cached: 2048, cacheWrite: 500, cacheWrite1h: 1000, output: 61, reasoning: 0 });
});

test('thoughts come with their signature, hidden ones as Bedrock alone knows them, and the tier that served', () => {
  const { choices, tier } = answerOf('reasoning');
  expect(choices[0]!.content).toEqual([
    {
      type: 'reasoning',
      text: 'The user wants a sum.',
      signature: { family: 'anthropic', value: expect.stringMatching(/^EqQB.*OhA==$/) },
    },
    {
      type: 'reasoning',
      text: '',
      signature: { family: 'bedrock', value: 'EmwKAhgBEgy3va3pzix/LafPsn4=', redacted: true },
    },
    { type: 'text', text: '4' },
  ]);
  expect(tier).toBe('flex');
});

test.each([
  ['stop-sequence', { stop: 'stop', stopSequence: 'three' }],
  ['length', { stop: 'length' }],
  ['guardrail', { stop: 'content_filter' }],
])('an answer that ended by %s says so', (name, expected) => {
  expect(choiceOf(name)).toMatchObject(expected);
});

test('a call that the model spoilt is a failure, after the tokens it took are told', () => {
  const { events } = readStream(fixture('bedrock/malformed.stream.bin'));
  expect(events.at(-2)).toMatchObject({ type: 'usage', usage: { input: 10, output: 5 } });
  expect(events.at(-1)).toMatchObject({ type: 'error', code: 'malformed_tool_use' });
  expect(events.some(({ type }) => type === 'finish')).toBe(false);
});

test('a turn with a call is not over, whatever the model says', () => {
  const body = {
    output: { message: { role: 'assistant', content: [{ toolUse: { toolUseId: 'a', name: 'f', input: {} } }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
  };
  expect(foldAnswer(provider.readAnswer(body)!).choices[0]!.stop).toBe('tool_calls');
});

test('citations keep their address, their words, and what Bedrock wants back', () => {
  const [cited] = wholeOf('citations').choices[0]!.content;
  expect(cited).toMatchObject({
    type: 'text',
    text: 'The sky is blue.',
    citations: [
      { title: 'Facts', citedText: 'The sky is blue.', native: { family: 'bedrock' } },
      { title: 'Sky', url: 'https://example.com/sky' },
    ],
  });
});

test.each([
  [exception('throttlingException', 'Too many tokens'), 'rate_limit_error', 'throttlingException'],
  [exception('serviceUnavailableException', 'Busy'), 'overloaded_error', 'serviceUnavailableException'],
  [exception('modelStreamErrorException', 'Broke'), 'api_error', 'modelStreamErrorException'],
  [
    exception('validationException', 'Input is too long for requested model.'),
    'invalid_request_error',
    'context_length_exceeded',
  ],
  [connectionError('InternalFailure', 'Gone'), 'api_error', 'InternalFailure'],
])('an exception inside a stream ends it (%#)', (frame, errorType, code) => {
  const start = event('messageStart', { role: 'assistant' });
  const after = event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'never' } });
  const { events, complete } = readStream(Buffer.concat([start, frame, after]));
  expect(events).toEqual([
    { type: 'start', id: '', model: CLAUDE.model },
    { type: 'error', message: expect.any(String), errorType, code },
  ]);
  expect(complete).toBe(false);
});

test('a stream that ends before its stop reason is not whole; without its counts alone it is', () => {
  const text = event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Hi' } });
  const stop = event('messageStop', { stopReason: 'end_turn' });
  expect(readStream(text).complete).toBe(false);
  expect(readStream(Buffer.concat([text, stop])).complete).toBe(true);
  expect(readStream(Buffer.concat([text, stop, text.subarray(0, 9)])).complete).toBe(false);
});

test('bytes that are damaged are an error, not text', () => {
  const bytes = Buffer.from(fixture('bedrock/text.stream.bin'));
  for (const at of [2, 9, 40, 200]) {
    const damaged = Buffer.from(bytes);
    damaged[at]! ^= 0x10;
    const { events, complete } = readStream(damaged);
    expect(events.at(-1)).toMatchObject({ type: 'error' });
    expect(complete).toBe(false);
  }
});

test('an error body is read in either spelling', () => {
  expect(provider.failure({ message: 'No.' })).toEqual({ message: 'No.', type: 'api_error', code: null });
  expect(provider.failure({ Message: 'No.', __type: 'com.amazon#AccessDeniedException' })).toMatchObject({
    type: 'permission_error',
    code: 'AccessDeniedException',
  });
  expect(provider.failure(JSON.parse(fixture('bedrock/error-400.json').toString()))).toMatchObject({
    code: 'context_length_exceeded',
  });
  expect(provider.failure(JSON.parse(fixture('bedrock/text.json').toString()))).toBeUndefined();
});
