import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { gemini } from '../../../../server/dialects/gemini/index.ts';
import type { RequestFacts, TokenUsage } from '../../../../server/dialects/neutral.ts';

const FACTS: RequestFacts = {
  model: 'm',
  stream: true,
  maxOutputTokens: undefined,
  choices: 1,
  wantsUsageChunk: true,
  textBytes: 2,
};
const stream = (name: string) => readFileSync(`test/fixtures/gemini/${name}.stream.txt`);

function run(pieces: readonly Buffer[], facts: Partial<RequestFacts> = {}) {
  const settled: [TokenUsage, boolean, string?][] = [];
  const settle = (usage: TokenUsage, estimated: boolean, tier?: string) => {
    settled.push(tier === undefined ? [usage, estimated] : [usage, estimated, tier]);
    return '"cost":0.5';
  };
  const reader = gemini.createReader({ ...FACTS, ...facts }, { settle }, 100, 9);
  const out = pieces.flatMap((piece) => reader.push(piece) ?? []);
  const rest = reader.end();
  return {
    text: Buffer.concat([...out, rest ?? Buffer.alloc(0)]).toString('utf8'),
    whole: rest !== null,
    settled,
    reader,
  };
}

/** The stream as it was, but for the cost at the end of the last usage. */
function withCost(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  const at = text.lastIndexOf('"usageMetadata"');
  const close = text.indexOf('}, "modelVersion"', at);
  return `${text.slice(0, close)},"cost":0.5${text.slice(close)}`;
}

describe('a stream of one’s own dialect', () => {
  test.each(['text', 'tools', 'search'])('%s passes byte for byte but for the cost, wherever it is cut', (name) => {
    const bytes = stream(name);
    const expected = withCost(bytes);
    for (let at = 0; at <= bytes.length; at++)
      expect(run([bytes.subarray(0, at), bytes.subarray(at)]).text).toBe(expected);
  });

  test('is booked once, with the last usage', () => {
    const { settled } = run([...stream('text')].map((byte) => Buffer.from([byte])));
    expect(settled).toEqual([
      [{ input: 15, cached: 4, cacheWrite: 0, cacheWrite1h: 0, output: 22, reasoning: 12 }, false],
    ]);
  });

  test('is booked with the searches and the tier that it tells of', () => {
    expect(run([stream('search')]).settled[0]).toMatchObject([{ input: 120, searches: 2 }, false, 'priority']);
    const whole = readFileSync('test/fixtures/gemini/search.json');
    expect([gemini.searches!(whole), gemini.searches!(stream('text'))]).toEqual([2, 0]);
  });

  test('is booked with the tier that its first chunk alone told', () => {
    const chunk = (text: string, more: object) =>
      Buffer.from(`data: ${JSON.stringify({ candidates: [{ content: { parts: [{ text }] }, ...more }] })}\n\n`);
    const usage = { promptTokenCount: 5, candidatesTokenCount: 1, trafficType: 'ON_DEMAND_FLEX' };
    const opening = Buffer.from(
      `data: ${JSON.stringify({ candidates: [{ content: { parts: [{ text: 'a' }] } }], usageMetadata: usage })}\n\n`,
    );
    expect(run([opening, chunk('b', {}), chunk('c', { finishReason: 'STOP' })]).settled[0]![2]).toBe('flex');
  });

  test('of a blocked prompt is whole', () => {
    const { whole, text } = run([stream('blocked')]);
    expect(whole).toBe(true);
    expect(text).toContain('"cost":0.5');
  });

  test('that is blocked in the middle is whole', () => {
    const open = 'data: {"candidates":[{"content":{"parts":[{"text":"a"}]}}]}\n\n';
    expect(run([Buffer.from(open), stream('blocked')])).toMatchObject({
      whole: true,
      settled: [[{ input: 7 }, false]],
    });
  });

  test('that ends before its reason is not whole, and not booked', () => {
    const bytes = stream('text');
    const { whole, settled } = run([bytes.subarray(0, bytes.lastIndexOf('data:'))]);
    expect([whole, settled]).toEqual([false, []]);
  });

  test('is held back until there is content', () => {
    const { reader } = run([Buffer.from('data: {"candidates":[{"content":{"parts":[{"text":""}]}}]}\n\n')]);
    expect(reader.started).toBe(false);
  });

  test('without any usage is estimated, and says so in a usage of its own', () => {
    const frame = 'data: {"candidates":[{"content":{"parts":[{"text":"12345678"}]},"finishReason":"STOP"}]}\r\n\r\n';
    const { settled, text } = run([Buffer.from(frame)]);
    expect(settled[0]![1]).toBe(true);
    expect(JSON.parse(text.slice(6))).toMatchObject({ usageMetadata: { promptTokenCount: 9, cost: 0.5 } });
  });

  test('that breaks off with an error event fails with it', () => {
    const error = 'data: {"error":{"code":503,"message":"Overloaded.","status":"UNAVAILABLE"}}\n\n';
    const { reader, whole } = run([stream('text').subarray(0, 430), Buffer.from(error)].slice(1));
    expect([whole, reader.failure]).toEqual([
      false,
      { message: 'Overloaded.', type: 'overloaded_error', code: 'UNAVAILABLE' },
    ]);
  });

  test('is one JSON array for those who asked for no events, wherever it is cut', () => {
    const bytes = stream('tools');
    const expected = run([bytes], { jsonArray: true }).text;
    expect(expected).toContain('9007199254740993');
    expect((JSON.parse(expected) as unknown[]).length).toBe(4);
    for (let at = 0; at <= bytes.length; at += 7)
      expect(run([bytes.subarray(0, at), bytes.subarray(at)], { jsonArray: true }).text).toBe(expected);
  });
});
