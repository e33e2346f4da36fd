import { describe, expect, test } from 'vitest';
import type { Offer } from '../../../server/catalog/types.ts';
import { packVector, unpackVector } from '../../../server/dialects/embeddings/vector.ts';
import { scanObject } from '../../../server/dialects/json-scan.ts';
import { NO_TOKENS } from '../../../server/dialects/neutral.ts';
import { geminiEmbeddings, openAiEmbeddings } from '../../../server/proxy/embeddings.ts';
import { moderations } from '../../../server/proxy/moderations.ts';
import type { UnaryCall } from '../../../server/proxy/unary.ts';
import type { Target } from '../../../server/routing/plan.ts';

function target(formats: Record<string, unknown>, providerModel: string): Target {
  const offer = { providerModel, price: { inputPico: 1n } } as Offer;
  return { offer, upstream: { formats: Object.keys(formats), provider: { formats } } } as unknown as Target;
}
const openai = target({ 'openai-chat': '/chat/completions' }, 'text-embedding-3-small');
const studio = target(
  { gemini: '/models/x:generateContent', 'openai-chat': '/openai/chat/completions' },
  'gemini-embedding-001',
);
const vertexPath = () => '/publishers/google/models/x:generateContent';
const vertex = target({ gemini: vertexPath }, 'text-embedding-005');

const scan = (body: unknown) => scanObject(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
const fromOpenAi = (body: unknown, to: Target) => openAiEmbeddings.read(scan(body)).prepare(to);
const fromGemini = (body: unknown, to: Target, call: 'embedContent' | 'batchEmbedContents' = 'batchEmbedContents') =>
  geminiEmbeddings('some-model', call).read(scan(body)).prepare(to);
const sent = ({ body }: UnaryCall) => JSON.parse(body.toString());
const told = (call: UnaryCall, answer: unknown) => {
  const read = call.read(Buffer.from(JSON.stringify(answer)))!;
  const usage = read.usage ?? { ...NO_TOKENS, input: 9 };
  const pieces = read.write(usage, '"cost":0.5').map((piece) => Buffer.from(piece));
  return { usage: read.usage, body: JSON.parse(Buffer.concat(pieces).toString()) };
};

describe("OpenAI's embeddings from an OpenAI-compatible provider", () => {
  test('leave every byte as it is, but for the name of the model', () => {
    const body =
      '{ "model":"openai/x", "input":[1,2,9007199254740993], "future": {"a":1.0} ,"encoding_format":"base64"}';
    const call = fromOpenAi(body, openai);
    expect(call.body.toString()).toBe(body.replace('openai/x', 'text-embedding-3-small'));
    expect(call.path('/v1/chat/completions')).toBe('/v1/embeddings');
    expect(call.path('/openai/deployments/d/chat/completions?api-version=1')).toBe(
      '/openai/deployments/d/embeddings?api-version=1',
    );
  });

  test.each(['[]', '[ ]'])('are refused without an input: %s', (input) => {
    expect(() => openAiEmbeddings.read(scan(`{"model":"m","input":${input}}`))).toThrow('must not be empty');
  });

  test('come back as they are, with the cost in their usage', () => {
    const answer = { data: [{ embedding: 'AAAA', index: 0 }], usage: { prompt_tokens: 5, total_tokens: 5 } };
    expect(told(fromOpenAi({ model: 'm', input: 'x' }, openai), answer)).toEqual({
      usage: { ...NO_TOKENS, input: 5 },
      body: { ...answer, usage: { ...answer.usage, cost: 0.5 } },
    });
  });

  test('are given usage where the provider tells none', () => {
    const answer = { data: [{ embedding: [1], index: 0 }] };
    expect(told(fromOpenAi({ model: 'm', input: 'x' }, openai), answer)).toEqual({
      usage: undefined,
      body: { ...answer, usage: { prompt_tokens: 9, total_tokens: 9, cost: 0.5 } },
    });
  });

  test('what is none is no answer', () => {
    const call = fromOpenAi({ model: 'm', input: 'x' }, openai);
    expect(call.read(Buffer.from('{"ok":true}'))).toBeUndefined();
  });

  test('weigh their tokens, though these are no text', () => {
    const { textBytes } = openAiEmbeddings.read(scan({ model: 'm', input: [[15339, 1917, 4008], [40123]] }));
    expect(textBytes).toBeGreaterThanOrEqual(16);
  });
});

describe("OpenAI's embeddings from Google", () => {
  test('are one call for one input, with the length that was asked for', () => {
    const call = fromOpenAi(
      { model: 'm', input: 'hello', dimensions: 768, user: 'u', encoding_format: 'base64' },
      studio,
    );
    expect(call.format).toBe('gemini');
    expect(call.path('/v1beta/models/gemini-embedding-001:generateContent')).toBe(
      '/v1beta/models/gemini-embedding-001:embedContent',
    );
    expect(sent(call)).toEqual({
      model: 'models/gemini-embedding-001',
      content: { parts: [{ text: 'hello' }] },
      outputDimensionality: 768,
    });
    const { body, usage } = told(call, { embedding: { values: [0.5, -0.25, 1e-3] } });
    expect(usage).toBeUndefined();
    expect(body).toMatchObject({
      object: 'list',
      model: 'gemini-embedding-001',
      usage: { prompt_tokens: 9, cost: 0.5 },
    });
    expect(unpackVector(body.data[0].embedding)).toEqual([0.5, -0.25, Math.fround(1e-3)]);
  });

  test('are one call for many inputs, pictures among them, in order', () => {
    const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
    const both = { content: [{ type: 'text', text: 'what' }, picture] };
    const call = fromOpenAi({ model: 'm', input: ['a', picture, both] }, studio);
    expect(call.path('/v1beta/models/x:generateContent?a=b')).toBe(
      '/v1beta/models/gemini-embedding-001:batchEmbedContents?a=b',
    );
    const inline = { inlineData: { mimeType: 'image/png', data: 'AAAA' } };
    expect(sent(call).requests.map(({ content }: { content: unknown }) => content)).toEqual([
      { parts: [{ text: 'a' }] },
      { parts: [inline] },
      { parts: [{ text: 'what' }, inline] },
    ]);
    const usageMetadata = { promptTokenCount: 300, promptTokensDetails: [{ modality: 'IMAGE', tokenCount: 258 }] };
    const { body, usage } = told(call, {
      embeddings: [{ values: [1] }, { values: [2] }, { values: [3] }],
      usageMetadata,
    });
    expect(body.data.map(({ embedding, index }: { embedding: number[]; index: number }) => [index, embedding])).toEqual(
      [
        [0, [1]],
        [1, [2]],
        [2, [3]],
      ],
    );
    expect(usage).toMatchObject({ input: 300, imageInput: 258 });
  });

  test("of OpenAI's tokens are refused before any call", () => {
    expect(() => fromOpenAi({ model: 'm', input: [1, 2] }, studio)).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: 'input.0' }),
    );
  });

  test('are predictions at Vertex, whose tokens are counted', () => {
    const call = fromOpenAi({ model: 'm', input: ['a', 'b'], dimensions: 2 }, vertex);
    expect(call.path('/v1/projects/p/locations/us/publishers/google/models/text-embedding-005:generateContent')).toBe(
      '/v1/projects/p/locations/us/publishers/google/models/text-embedding-005:predict',
    );
    expect(sent(call)).toEqual({
      instances: [{ content: 'a' }, { content: 'b' }],
      parameters: { outputDimensionality: 2 },
    });
    const row = (value: number) => ({
      embeddings: { values: [value], statistics: { token_count: 3, truncated: false } },
    });
    const { body, usage } = told(call, { predictions: [row(1), row(2)], metadata: { billableCharacterCount: 2 } });
    expect(usage!.input).toBe(6);
    expect(body.data).toHaveLength(2);
  });
});

describe("Gemini's embeddings", () => {
  const batch = {
    requests: [
      {
        model: 'models/some-model',
        content: { parts: [{ text: 'a' }] },
        taskType: 'RETRIEVAL_QUERY',
        outputDimensionality: 2,
      },
      { model: 'models/some-model', content: { parts: [{ text: 'b' }] } },
    ],
  };

  test('from Google name the provider’s own model, and keep every byte when they do already', () => {
    expect(sent(fromGemini(batch, studio)).requests[1].model).toBe('models/gemini-embedding-001');
    const own = JSON.stringify(batch).replaceAll('some-model', 'gemini-embedding-001');
    expect(fromGemini(own, studio).body.toString()).toBe(own);
    const one = '{"content":{"parts":[{"text":"a"}]} , "big":9007199254740993}';
    expect(fromGemini(one, studio, 'embedContent').body.toString()).toBe(one);
  });

  test('from Google come back with tokens and cost', () => {
    expect(told(fromGemini(batch, studio), { embeddings: [{ values: [1] }] }).body).toEqual({
      embeddings: [{ values: [1] }],
      usageMetadata: { promptTokenCount: 9, totalTokenCount: 9, cost: 0.5 },
    });
  });

  test('from OpenAI are translated there and back, out of order too', () => {
    const call = fromGemini(batch, openai);
    expect(sent(call)).toEqual({
      model: 'text-embedding-3-small',
      input: ['a', 'b'],
      encoding_format: 'float',
      dimensions: 2,
    });
    const data = [
      { index: 1, embedding: [2] },
      { index: 0, embedding: packVector([1]) },
    ];
    expect(told(call, { data, usage: { prompt_tokens: 4, total_tokens: 4 } })).toMatchObject({
      usage: { input: 4 },
      body: { embeddings: [{ values: [1] }, { values: [2] }], usageMetadata: { promptTokenCount: 4, cost: 0.5 } },
    });
  });

  test('of pictures are refused by a model of text', () => {
    const body = { content: { parts: [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }] } };
    expect(() => fromGemini(body, openai, 'embedContent')).toThrow(/text alone/);
  });
});

test.each([
  ['no input', { model: 'm' }, 'input'],
  ['nothing in it', { model: 'm', input: [] }, 'input'],
  ['what is no input', { model: 'm', input: [true] }, 'input.0'],
  ['a part of another kind', { model: 'm', input: [{ type: 'video' }] }, 'input.0'],
  ['no model', { input: 'x' }, 'model'],
  ['dimensions of nothing', { model: 'm', input: 'x', dimensions: 0 }, 'dimensions'],
  ['an encoding that there is not', { model: 'm', input: 'x', encoding_format: 'int8' }, 'encoding_format'],
])('embeddings with %s are refused', (_case, body, param) => {
  expect(() => fromOpenAi(body, studio)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
});

describe('a moderation', () => {
  const moderate = (body: unknown, to = openai) => moderations.read(scan(body)).prepare(to);

  test('asks the usual model when none is named', () => {
    expect(moderations.read(scan({ input: 'x' })).model).toBe('omni-moderation-latest');
    expect(sent(moderate({ input: ['a'] }))).toEqual({ input: ['a'], model: 'text-embedding-3-small' });
    expect(moderate({ input: 'x' }).path('/v1/chat/completions')).toBe('/v1/moderations');
  });

  test('that is free counts nothing, and its bytes pass; one with a price counts what the provider tells', () => {
    const free = target({ 'openai-chat': '/chat/completions' }, 'm');
    free.offer.price.inputPico = 0n;
    const body = Buffer.from('{"results":[{"flagged":true}]}');
    const read = moderate({ input: 'x' }, free).read(body)!;
    expect(read.usage).toEqual(NO_TOKENS);
    expect(read.write(NO_TOKENS, '"cost":0')).toEqual([body]);
    const counted = { results: [], usage: { prompt_tokens: 7, total_tokens: 7 } };
    expect(told(moderate({ input: 'x' }), counted)).toMatchObject({
      usage: { input: 7 },
      body: { usage: { cost: 0.5 } },
    });
  });

  test.each([[{ model: 'm' }], [{ input: 5 }]])('without an input is refused', (body) => {
    expect(() => moderations.read(scan(body))).toThrow(expect.objectContaining({ param: 'input' }));
  });
});
