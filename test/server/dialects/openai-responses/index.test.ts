import { describe, expect, test } from 'vitest';
import { scanObject, splice } from '../../../../server/dialects/json-scan.ts';
import { packSignature } from '../../../../server/dialects/neutral/signatures.ts';
import type { BodyChanges } from '../../../../server/dialects/neutral.ts';
import { openaiResponses as dialect } from '../../../../server/dialects/openai-responses/index.ts';
import { GatewayError } from '../../../../shared/errors.ts';

const scan = (body: string | object) => scanObject(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
const read = (body: string | object) => dialect.read(scan(body), {});
const rewrite = (body: string | object, changes: Partial<BodyChanges> = {}) =>
  splice(
    scan(body),
    dialect.rewrite(scan(body), read(body), {
      model: 'gpt-5-2025',
      maxOutputTokens: undefined,
      offer: { capabilities: [] as string[] },
      ...changes,
    } as BodyChanges)!,
  ).toString();

describe('a Responses body', () => {
  test('tells what decides', () => {
    expect(
      read({
        model: 'gpt-5',
        input: 'hi',
        stream: true,
        max_output_tokens: 50,
        reasoning: { effort: 'low' },
        service_tier: 'flex',
      }),
    ).toMatchObject({
      model: 'gpt-5',
      stream: true,
      maxOutputTokens: 50,
      choices: 1,
      reasoning: { effort: 'low' },
      serviceTier: 'flex',
    });
  });

  test.each([
    ['without input', { model: 'm' }, 'input'],
    ['with a number as input', { model: 'm', input: 3 }, 'input'],
    ['with texts as items', { model: 'm', input: ['hi'] }, 'input'],
    ['in the background', { model: 'm', input: 'hi', background: true }, 'background'],
    ['without a model', { input: 'hi' }, 'model'],
  ])('%s is refused, naming what is wrong', (_case, body, param) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });

  test('goes to a provider as it came but for the model', () => {
    const body =
      '{"model": "gpt-5", "future":{"id":9007199254740993}, "input":[{"role":"user","content":"é"}],"routing":"price"}';
    expect(rewrite(body, { ownKey: true })).toBe(
      '{"model": "gpt-5-2025", "future":{"id":9007199254740993}, "input":[{"role":"user","content":"é"}]}',
    );
  });

  test('gets a lower output limit, but none that OpenAI refuses', () => {
    expect(JSON.parse(rewrite({ model: 'm', input: 'x' }, { maxOutputTokens: 3 }))).toMatchObject({
      max_output_tokens: 16,
    });
  });

  test("loses the thoughts of other families' models, which OpenAI would refuse, and nothing else", () => {
    const foreign = packSignature({ family: 'anthropic', value: 'EqQB' }, 'openai');
    const body = {
      model: 'm',
      input: [
        { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: foreign },
        { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: 'gAAA' },
        { role: 'user', content: 'go on' },
      ],
    };
    expect(JSON.parse(rewrite(body)).input).toEqual(body.input.slice(1));
  });
});

describe('a Responses body to a provider whose key is shared', () => {
  const reasons = { capabilities: ['reasoning'] } as Partial<BodyChanges['offer']> as BodyChanges['offer'];

  test('has nothing kept there, and asks for thoughts that can come back', () => {
    expect(JSON.parse(rewrite({ model: 'm', input: 'x', store: true }, { offer: reasons }))).toMatchObject({
      store: false,
      include: ['reasoning.encrypted_content'],
    });
    const body = { model: 'm', input: 'x', include: ['file_search_call.results'] };
    expect(JSON.parse(rewrite(body, { offer: reasons })).include).toEqual([
      'file_search_call.results',
      'reasoning.encrypted_content',
    ]);
    expect(JSON.parse(rewrite(body)).include).toEqual(['file_search_call.results']);
  });

  test('stays as it is when the caller wants nothing kept', () => {
    const body = '{"model":"gpt-5-2025","store":false,"input":[{"type":"reasoning","summary":[]}]}';
    expect(rewrite(body, { offer: reasons })).toBe(body);
  });

  test('loses thoughts that only their provider had', () => {
    const input = [
      { type: 'reasoning', id: 'rs_1', summary: [] },
      { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: 'gAAA' },
    ];
    expect(JSON.parse(rewrite({ model: 'm', input })).input).toEqual(input.slice(1));
    expect(JSON.parse(rewrite({ model: 'm', input }, { ownKey: true })).input).toEqual(input);
  });

  test.each([
    ['an answer', '"input":"x","previous_response_id":"resp_A"', 'previous_response_id'],
    ['a conversation', '"input":"x","conversation":{"id":"conv_A"}', 'conversation'],
    ['a prompt', '"prompt":{"id":"pmpt_A"}', 'prompt'],
    ['an item', '"input":[{"role":"user","content":"x"},{"type":"item_reference","id":"msg_A"}]', 'input[1]'],
    ['an item with the type escaped', '"input":[{"id":"msg_A","type":"item\\u005freference"}]', 'input[0]'],
    ['an item without a type', '"input":[{"id":"msg_A"}]', 'input[0]'],
    ['an item with no type in so many words', '"input":[{"id":"msg_A","type":null}]', 'input[0]'],
  ])('is refused when it refers to %s that is kept there', (_what, members, param) => {
    const body = `{"model":"m",${members}}`;
    expect(() => rewrite(body)).toThrow(expect.objectContaining({ param }));
    expect(rewrite(body, { ownKey: true })).toContain('_A"');
  });

  test('a reference in words, in a tool or deep in an item is none', () => {
    const body = {
      model: 'm',
      input: [
        { role: 'user', content: [{ type: 'input_text', text: 'what is an "item_reference"?' }] },
        { type: 'function_call_output', call_id: 'c', output: [{ id: 'x', type: 'item_reference' }] },
      ],
      previous_response_id: null,
      conversation: null,
    };
    expect(JSON.parse(rewrite(body))).toMatchObject({ input: body.input, store: false });
  });
});

test('a stream that fails ends with a failed response that Codex can print', () => {
  const frame = dialect.errorFrame(new GatewayError('insufficient_balance', 'The balance is used up.'), 'req_abc');
  expect(frame).toMatch(/^event: response\.failed\ndata: \{.*\}\n\n$/);
  expect(JSON.parse(frame.slice(frame.indexOf('{')))).toMatchObject({
    type: 'response.failed',
    response: {
      id: 'resp_abc',
      status: 'failed',
      error: { code: 'insufficient_balance', message: expect.stringContaining('used up') },
    },
  });
});
