import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../server/dialects/lossless.ts';
import type { TokenUsage } from '../../../../server/dialects/neutral.ts';
import { openaiResponses } from '../../../../server/dialects/openai-responses/index.ts';
import { ResponsesReader } from '../../../../server/dialects/openai-responses/reader.ts';
import { GatewayError } from '../../../../shared/errors.ts';

const fixture = (name: string) => readFileSync(`test/fixtures/openai-responses/${name}.stream.txt`);
const COST = '"cost":0.5';

function reader() {
  const settled: { usage: TokenUsage; estimated: boolean }[] = [];
  const answered: JsonObject[] = [];
  const made = new ResponsesReader(
    {
      settle(usage, estimated) {
        settled.push({ usage, estimated });
        return COST;
      },
      answered: (response) => answered.push(response),
    },
    4096,
    100,
  );
  return { made, settled, answered };
}

function read(pieces: readonly Buffer[]) {
  const { made, settled, answered } = reader();
  const out: Buffer[] = [];
  for (const piece of pieces) {
    const some = made.push(piece);
    if (some) out.push(some);
  }
  const rest = made.end();
  return {
    text: Buffer.concat([...out, rest ?? Buffer.alloc(0)]).toString(),
    whole: rest !== null,
    settled,
    answered,
    made,
  };
}

const cut = (bytes: Buffer, at: number) => [bytes.subarray(0, at), bytes.subarray(at)];

describe('a Responses stream of a provider of the same format', () => {
  test.each(['tools', 'search', 'refusal', 'done-only'])(
    '%s passes byte for byte but for the cost, wherever it is cut',
    (name) => {
      const bytes = fixture(name);
      const whole = read([bytes]);
      expect(whole.text.replace(`,${COST}`, '')).toBe(bytes.toString());
      expect(whole.text).toContain(`,${COST}}`);
      for (let at = 0; at <= bytes.length; at++) expect(read(cut(bytes, at)).text).toBe(whole.text);
    },
  );

  test('the usage is read from the terminal event, with cached and written tokens apart', () => {
    expect(read([fixture('tools')]).settled).toEqual([
      {
        usage: { input: 80, cached: 1024, cacheWrite: 100, cacheWrite1h: 0, output: 187, reasoning: 128 },
        estimated: false,
      },
    ]);
  });

  test('web searches are counted, wherever they are told of, and looks into pages are not', () => {
    const search = { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'q' } };
    const look = { ...search, id: 'ws_2', action: { type: 'open_page', url: 'https://example.com' } };
    const usage = { input_tokens: 5, output_tokens: 1, total_tokens: 6 };
    const told = (event: object) => Buffer.from(`data: ${JSON.stringify(event)}\n\n`);
    const item = (output_index: number, of: object) =>
      told({ type: 'response.output_item.done', output_index, item: of });
    const end = (output: object[]) =>
      told({ type: 'response.completed', response: { object: 'response', output, usage } });
    const text = told({ type: 'response.output_text.delta', output_index: 2, delta: 'a' });
    for (const pieces of [
      [item(0, search), item(1, look), text, end([])],
      [text, end([search, look])],
      [text, item(0, search), item(1, look), end([search, look])],
    ])
      expect(read(pieces).settled).toMatchObject([{ usage: { searches: 1 } }]);
    const whole = Buffer.from(JSON.stringify({ object: 'response', output: [search, look], usage }));
    expect(openaiResponses.searches!(whole)).toBe(1);
  });

  test('the whole response is handed over once it is settled', () => {
    expect(read([fixture('tools')]).answered).toMatchObject([{ object: 'response', status: 'completed' }]);
  });

  test('nothing is sent before the first content', () => {
    const { made } = reader();
    const text = fixture('tools').toString();
    const announced = text.slice(0, text.indexOf('event: response.reasoning_summary_text.delta'));
    expect(made.push(Buffer.from(announced))).toBeNull();
    expect(made.started).toBe(false);
  });

  test("a failed response is a failure with the provider's message, and nothing is settled", () => {
    const { made, whole, settled } = read([fixture('failed')]);
    expect(whole).toBe(false);
    expect(made.failure).toMatchObject({ code: 'server_error', message: expect.stringContaining('had an error') });
    expect(settled).toEqual([]);
  });

  test('an error event is a failure, with its members at the top or in an object', () => {
    for (const data of [
      { type: 'error', code: 'rate_limit_exceeded', message: 'slow down', param: null, sequence_number: 3 },
      { type: 'error', error: { type: 'requests', code: 'rate_limit_exceeded', message: 'slow down' } },
    ])
      expect(read([Buffer.from(`event: error\ndata: ${JSON.stringify(data)}\n\n`)]).made.failure).toMatchObject({
        code: 'rate_limit_exceeded',
        message: 'slow down',
      });
  });

  test('a stream that ends without its terminal event is not whole', () => {
    const text = fixture('tools').toString();
    const { whole, settled } = read([Buffer.from(text.slice(0, text.indexOf('event: response.completed')))]);
    expect(whole).toBe(false);
    expect(settled).toEqual([]);
  });

  test('the frame that ends it badly tells the response and its whole items, and goes on counting, wherever it was cut', () => {
    const told = fixture('tools').toString().trim().split('\n\n');
    for (let count = 0; count < told.length; count++) {
      const frames = told.slice(0, count).map((frame) => Buffer.from(`${frame}\n\n`));
      const before = frames.map((frame) => JSON.parse(frame.toString('utf8', frame.indexOf('{'))) as JsonObject);
      const opened = before[0]?.response as JsonObject | undefined;
      const output = before.flatMap(({ type, item }) => (type === 'response.output_item.done' ? [item] : []));
      const bytes = Buffer.concat(frames);
      for (const pieces of [[bytes], cut(bytes, bytes.length >> 1), frames]) {
        const { made } = read(pieces);
        const frame = made.errorFrame(new GatewayError('provider_error', 'It broke off.'), 'req_abc');
        expect(frame).toMatch(/^event: response\.failed\ndata: \{.*\}\n\n$/);
        expect(JSON.parse(frame.slice(frame.indexOf('{')))).toMatchObject({
          type: 'response.failed',
          sequence_number: count,
          response: {
            id: opened?.id ?? 'resp_abc',
            ...(opened && { model: opened.model }),
            status: 'failed',
            error: { code: 'provider_error', message: expect.stringContaining('It broke off.') },
            output,
            usage: null,
          },
        });
      }
    }
  });

  test('a comment, or an event without a number, does not begin the count again', () => {
    const { made } = reader();
    for (const number of [40, 41])
      made.push(Buffer.from(`data: {"type":"response.output_text.delta","sequence_number":${number},"delta":"a"}\n\n`));
    made.push(Buffer.from(': ping\n\n'));
    made.push(Buffer.from('data: {"type":"keepalive"}\n\n'));
    expect(made.errorFrame(new GatewayError('provider_error', 'x'), 'req_abc')).toContain('"sequence_number":42');
  });

  test('an answer without usage is estimated, and the estimate stands in the response', () => {
    const text = fixture('refusal')
      .toString()
      .replace(/"usage":\{"input_tokens.*?\}\s*,"output_tokens".*?"total_tokens":\d+\}/, '"usage":null');
    const { text: sent, settled } = read([Buffer.from(text)]);
    expect(settled).toMatchObject([{ estimated: true, usage: { input: 100 } }]);
    const last = JSON.parse(sent.trimEnd().split('data: ').at(-1)!) as { response: { usage: JsonObject } };
    expect(last.response.usage).toMatchObject({ input_tokens: 100, cost: 0.5 });
  });
});
