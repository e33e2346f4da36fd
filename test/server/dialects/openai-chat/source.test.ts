import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../server/dialects/lossless.ts';
import type { NeutralEvent } from '../../../../server/dialects/neutral/answer.ts';
import { foldAnswer } from '../../../../server/dialects/neutral/fold.ts';
import { readAnswer } from '../../../../server/dialects/openai-chat/read-answer.ts';
import { ChatSource } from '../../../../server/dialects/openai-chat/source.ts';

const fixture = (name: string) => readFileSync(new URL(`../../../fixtures/${name}`, import.meta.url));

function read(...pieces: Buffer[]) {
  const source = new ChatSource();
  const events = pieces.flatMap((piece) => source.push(piece));
  return { events: [...events, ...source.end()], complete: source.complete };
}

/** Chunks with these deltas, the finish reason, and `[DONE]`. */
function stream(deltas: JsonObject[], finish: string | null = 'stop', done = true): Buffer {
  const chunk = (choice: JsonObject) =>
    `data: ${JSON.stringify({ id: 'c1', model: 'm', created: 1, choices: [{ index: 0, ...choice }] })}\n\n`;
  const end = finish === null ? '' : chunk({ delta: {}, finish_reason: finish });
  return Buffer.from(deltas.map((delta) => chunk({ delta })).join('') + end + (done ? 'data: [DONE]\n\n' : ''));
}

const STREAMS = [
  'openai/chat.stream.txt',
  'openai/parallel-tools.stream.txt',
  'deepseek/reasoning-tools.stream.txt',
  'mistral/thinking.stream.txt',
  'openrouter/reasoning-details.stream.txt',
  'groq/reasoning.stream.txt',
  'perplexity/citations.stream.txt',
  'google-ai-studio/openai-tools.stream.txt',
];
const content = (name: string) => foldAnswer(read(fixture(name)).events).choices[0]!;

/** Ids that we make ourselves are new each time. */
const plain = (events: NeutralEvent[]) => JSON.stringify(events).replaceAll(/call_[0-9a-f]{24}/g, 'call_made');

describe('a stream of chunks', () => {
  it.each(STREAMS)('%s gives the same events, cut at any byte', (name) => {
    const bytes = fixture(name);
    const whole = read(bytes);
    expect(whole.complete).toBe(true);
    for (let cut = 1; cut < bytes.length; cut++) {
      const pieces = read(bytes.subarray(0, cut), bytes.subarray(cut));
      if (plain(pieces.events) !== plain(whole.events)) expect(pieces.events).toEqual(whole.events);
    }
    const bytewise = read(...[...bytes].map((byte) => Buffer.from([byte])));
    expect(plain(bytewise.events)).toBe(plain(whole.events));
  });

  it('tells parallel calls of OpenAI apart, with usage in full', () => {
    const { events } = read(fixture('openai/parallel-tools.stream.txt'));
    const answer = foldAnswer(events);
    expect(answer.choices[0]).toEqual({
      content: [
        { type: 'tool-call', id: 'call_paris', name: 'get_weather', arguments: '{"city":"Zürich 🏔"}' },
        { type: 'tool-call', id: 'call_rome', name: 'get_weather', arguments: '{"city":"Roma"}' },
      ],
      stop: 'tool_calls',
    });
    expect(answer).toMatchObject({ id: 'chatcmpl-CkT8x2Qz1mPa', model: 'gpt-5.1-2025-11-13', tier: 'default' });
    expect(answer.usage).toEqual({
      input: 56,
      cached: 64,
      cacheWrite: 0,
      cacheWrite1h: 0,
      output: 62,
      reasoning: 20,
    });
  });

  it('of DeepSeek has thoughts, text and calls', () => {
    expect(content('deepseek/reasoning-tools.stream.txt')).toEqual({
      content: [
        { type: 'reasoning', text: 'They want the weather: 北京。' },
        { type: 'text', text: 'Let me look.' },
        { type: 'tool-call', id: 'call_00_a', name: 'get_weather', arguments: '{"city": "北京"}' },
      ],
      stop: 'tool_calls',
    });
  });

  it('of Mistral has its thoughts in content lists', () => {
    expect(content('mistral/thinking.stream.txt').content).toEqual([
      { type: 'reasoning', text: 'Two and two.' },
      { type: 'text', text: 'It is four.' },
    ]);
  });

  it('of OpenRouter has signed thoughts, told once', () => {
    expect(content('openrouter/reasoning-details.stream.txt').content).toEqual([
      { type: 'reasoning', text: 'Let me think.', signature: { family: 'anthropic', value: 'EqQBCkgIARAB==' } },
      { type: 'text', text: 'Done.' },
    ]);
    expect(foldAnswer(read(fixture('openrouter/reasoning-details.stream.txt')).events).usage).toMatchObject({
      input: 25,
      cached: 10,
      cacheWrite: 5,
    });
  });

  it('of Groq has its usage in x_groq', () => {
    const answer = foldAnswer(read(fixture('groq/reasoning.stream.txt')).events);
    expect(answer.usage).toMatchObject({ input: 76, output: 20, reasoning: 7 });
    expect(answer.choices[0]!.content[0]).toEqual({ type: 'reasoning', text: 'Hm. ' });
  });

  it('of Perplexity tells its sources once, though each chunk repeats them', () => {
    const answer = foldAnswer(read(fixture('perplexity/citations.stream.txt')).events);
    expect(answer.choices[0]!.content).toEqual([
      {
        type: 'text',
        text: 'Rain [1] and sun [2].',
        citations: [
          { url: 'https://a.example/1', title: 'A' },
          { url: 'https://b.example/2', title: 'B' },
        ],
      },
    ]);
    expect(answer.usage).toMatchObject({ output: 8, searches: 1 });
  });

  it('of Gemini has two calls under one index, a signature, and the thoughts that its total alone counts', () => {
    const answer = foldAnswer(read(fixture('google-ai-studio/openai-tools.stream.txt')).events);
    expect(answer.choices[0]).toEqual({
      content: [
        { type: 'reasoning', text: 'Look it up.' },
        {
          type: 'tool-call',
          id: 'function-call-1',
          name: 'find',
          arguments: '{"q":"a"}',
          signature: { family: 'google', value: 'CoQBAdHtim==' },
        },
        { type: 'tool-call', id: 'function-call-2', name: 'find', arguments: '{"q":"b"}' },
      ],
      stop: 'tool_calls',
    });
    expect(answer.usage).toMatchObject({ input: 80, output: 70, reasoning: 40 });
  });
});

describe('tool calls', () => {
  const calls = (deltas: JsonObject[], finish = 'tool_calls') =>
    foldAnswer(read(stream(deltas, finish)).events).choices[0]!;
  const call = (id: string | undefined, name: string | undefined, text: unknown, index?: number) => ({
    tool_calls: [{ ...(index !== undefined && { index }), ...(id && { id }), function: { name, arguments: text } }],
  });

  it('without an index are told apart by id, and by name', () => {
    const byId = calls([
      call('a', 'f', '{"x'),
      call('b', 'f', '{"y'),
      call('a', undefined, '":1}'),
      call('b', undefined, '":2}'),
    ]);
    expect(byId.content).toMatchObject([{ arguments: '{"x":1}' }, { arguments: '{"y":2}' }]);
    const byName = calls([call(undefined, 'f', '{"x'), call(undefined, undefined, '":1}'), call(undefined, 'g', '{}')]);
    expect(byName.content).toMatchObject([
      { name: 'f', arguments: '{"x":1}', id: expect.stringMatching(/^call_/) },
      { name: 'g', arguments: '{}' },
    ]);
  });

  it('may repeat id and name in each piece', () => {
    const { content: parts } = calls([call('a', 'f', '{"x', 0), call('a', 'f', '":1}', 0)]);
    expect(parts).toEqual([{ type: 'tool-call', id: 'a', name: 'f', arguments: '{"x":1}' }]);
  });

  it('may have their arguments as an object, all at once, big integers unharmed', () => {
    const bytes = stream([call('a', 'f', { n: 1 }, 0)])
      .toString()
      .replace('{"n":1}', '{"n":9007199254740993}');
    const { events } = read(Buffer.from(bytes));
    expect(events).toContainEqual({ type: 'tool-arguments', choice: 0, call: 0, text: '{"n":9007199254740993}' });
  });

  it('keep arguments that come before the name', () => {
    expect(calls([call('a', undefined, '{"x"', 0), call('a', 'f', ':1}', 0)]).content).toMatchObject([
      { name: 'f', arguments: '{"x":1}' },
    ]);
  });

  it('may be free-form, or of the time before there were tools', () => {
    const custom = { tool_calls: [{ index: 0, id: 'a', type: 'custom', custom: { name: 'sh', input: 'ls -l' } }] };
    expect(calls([custom]).content).toEqual([
      { type: 'tool-call', id: 'a', name: 'sh', arguments: 'ls -l', custom: true },
    ]);
    const old = calls(
      [{ function_call: { name: 'f', arguments: '{' } }, { function_call: { arguments: '}' } }],
      'function_call',
    );
    expect(old).toMatchObject({ content: [{ name: 'f', arguments: '{}' }], stop: 'tool_calls' });
  });

  it('decide the reason: stop after a call is tool_calls, and tool_calls without one is stop', () => {
    expect(calls([call('a', 'f', '{}', 0)], 'stop').stop).toBe('tool_calls');
    expect(calls([{ content: 'Hi' }], 'tool_calls').stop).toBe('stop');
    expect(calls([call('a', 'f', '{}', 0)], 'length').stop).toBe('length');
  });
});

describe('the end of a stream', () => {
  it('is good without [DONE] once the reason is told, and not before', () => {
    expect(read(stream([{ content: 'a' }], 'stop', false)).complete).toBe(true);
    expect(read(stream([{ content: 'a' }], null, false)).complete).toBe(false);
  });

  it('is a stop when [DONE] comes without a reason', () => {
    const { events } = read(stream([{ content: 'a' }], null));
    expect(events.at(-1)).toEqual({ type: 'finish', choice: 0, reason: 'stop' });
  });

  it.each([
    ['an error object', '{"error":{"message":"Overloaded","type":"server_error","code":529}}', 'Overloaded', '529'],
    ['a bare text', '{"error":"Out of memory"}', 'Out of memory', null],
    [
      'the error as the body',
      '{"object":"error","message":"Too long","type":"BadRequest","code":400}',
      'Too long',
      '400',
    ],
    [
      'a reason that is a failure',
      '{"choices":[{"index":0,"delta":{},"finish_reason":"network_error"}]}',
      'network',
      null,
    ],
    ['no JSON', 'upstream connect error', 'not JSON', null],
  ])('is bad with %s, and nothing comes after it', (_what, data, message, code) => {
    const { events, complete } = read(
      Buffer.concat([
        stream([{ content: 'a' }], null, false),
        Buffer.from(`data: ${data}\n\n`),
        stream([{ content: 'b' }]),
      ]),
    );
    expect(complete).toBe(false);
    expect(events.at(-1)).toMatchObject({ type: 'error', message: expect.stringContaining(message), code });
    expect(events.filter(({ type }) => type === 'text')).toHaveLength(1);
  });
});

describe('a whole answer', () => {
  it('gives the events of its stream', () => {
    const body = JSON.parse(fixture('openai/chat.json').toString('utf8')) as JsonObject;
    const answer = foldAnswer(readAnswer(body)!);
    expect(answer).toMatchObject({
      id: 'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT',
      created: 1741569952,
      tier: 'default',
      usage: { input: 15, cached: 4, output: 10, reasoning: 2 },
    });
    expect(answer.choices[0]!.content).toEqual([
      { type: 'text', text: 'Hello! How can I assist you today? 你好 👋 — she said "usage": {"x":1}' },
    ]);
  });

  it('has refusals, annotations of both shapes, images, audio and log probabilities', () => {
    const token = { token: 'a', logprob: -0.1, bytes: [97], top_logprobs: [] };
    const events = readAnswer({
      id: 'x',
      choices: [
        {
          index: 0,
          finish_reason: 'stop',
          logprobs: { content: [token], refusal: null },
          message: {
            content: 'See here.',
            refusal: 'Not that.',
            images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=' } }],
            audio: { id: 'audio_1', data: 'UklG', transcript: 'Hi', expires_at: 9 },
            annotations: [
              {
                type: 'url_citation',
                url_citation: { url: 'https://a.example', title: 'A', start_index: 4, end_index: 8 },
              },
              { type: 'url_citation', url: 'https://b.example' },
            ],
          },
        },
      ],
    })!;
    expect(foldAnswer(events).choices[0]).toEqual({
      content: [
        {
          type: 'text',
          text: 'See here.',
          citations: [{ url: 'https://a.example', title: 'A', start: 4, end: 8 }, { url: 'https://b.example' }],
        },
        { type: 'refusal', text: 'Not that.' },
        {
          type: 'audio',
          source: { kind: 'base64', mediaType: 'audio/wav', data: 'UklG' },
          transcript: 'Hi',
          id: 'audio_1',
          expiresAt: 9,
        },
        { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'aGk=' } },
      ],
      logprobs: { content: [token], refusal: [] },
      stop: 'stop',
    });
  });

  it('has its sources in the text part that they are cited in', () => {
    const events = readAnswer({
      choices: [
        {
          index: 0,
          finish_reason: 'stop',
          message: {
            content: [
              { type: 'text', text: 'First. ' },
              { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
              { type: 'text', text: 'Second.' },
            ],
            annotations: [{ type: 'url_citation', url: 'https://a.example', start_index: 7, end_index: 13 }],
          },
        },
      ],
    })!;
    expect(foldAnswer(events).choices[0]!.content.at(-1)).toEqual({
      type: 'text',
      text: 'Second.',
      citations: [{ url: 'https://a.example', start: 0, end: 6 }],
    });
  });

  it('of several choices keeps them apart', () => {
    const events = readAnswer({
      choices: [
        { index: 0, message: { content: 'a' }, finish_reason: 'stop' },
        { index: 1, message: { content: 'b' }, finish_reason: 'length' },
      ],
    })!;
    expect(foldAnswer(events).choices).toMatchObject([{ stop: 'stop' }, { stop: 'length' }]);
  });

  it('is none without choices', () => {
    expect(readAnswer({ id: 'x' })).toBeUndefined();
  });
});
