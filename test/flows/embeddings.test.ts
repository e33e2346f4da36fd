import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { fixture, sendJson, startUpstream, type Upstream } from '../helpers/upstream.ts';

let upstream: Upstream;
let gateway: Gateway;

beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startGateway({
    providers: { openai: `${upstream.url}/v1`, acme: upstream.url, 'google-ai-studio': upstream.url },
  });
});
afterAll(async () => {
  await stopGateways();
  await upstream.close();
});
beforeEach(() => {
  upstream.seen.length = 0;
});

const openai = () => new OpenAI({ apiKey: gateway.key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
const lastLog = async () => (await gateway.api('GET', '/api/v1/logs?limit=1')).body.data[0];

test('the openai SDK gets vectors, which it asks for packed, and the log says what they cost', async () => {
  upstream.respond = (_seen, response) => {
    const whole = JSON.parse(fixture('openai/embeddings.json').toString());
    const packed = Buffer.from(new Float32Array(whole.data[0].embedding).buffer).toString('base64');
    sendJson(response, 200, JSON.stringify({ ...whole, data: [{ ...whole.data[0], embedding: packed }] }));
  };
  const answer = await openai().embeddings.create({
    model: 'text-embedding-3-small',
    input: 'hello there',
    dimensions: 4,
  });
  expect(answer.data[0]!.embedding[0]).toBeCloseTo(-0.0069292835);
  expect(answer.usage).toMatchObject({ prompt_tokens: 5, cost: 0.0000001 });
  expect(upstream.seen[0]).toMatchObject({
    path: '/v1/embeddings',
    headers: { authorization: 'Bearer upstream-openai-key' },
  });
  expect(JSON.parse(upstream.seen[0]!.body.toString())).toEqual({
    model: 'text-embedding-3-small',
    input: 'hello there',
    dimensions: 4,
    encoding_format: 'base64',
  });
  expect(await lastLog()).toMatchObject({
    format: 'openai-embeddings',
    model: 'openai/text-embedding-3-small',
    status_code: 200,
    tokens_in: 5,
    tokens_out: 0,
    cost_usd: '0.0000001',
    estimated: false,
  });
});

test('a provider that counts no tokens is billed by an estimate that says so', async () => {
  upstream.respond = (_seen, response) =>
    sendJson(
      response,
      200,
      '{"object":"list","data":[{"object":"embedding","index":0,"embedding":[1,2]}],"model":"e"}',
    );
  const answer = await openai().embeddings.create({
    model: 'acme/e',
    input: 'x'.repeat(400),
    encoding_format: 'float',
  });
  expect(answer.usage).toMatchObject({ cost: 0, cost_details: { estimated: true } });
  expect(answer.usage.prompt_tokens).toBeGreaterThanOrEqual(100);
  expect(await lastLog()).toMatchObject({ provider: 'acme', estimated: true });
});

test('a provider’s refusal passes in its own words, and costs nothing', async () => {
  const refusal =
    '{"error":{"message":"too many dimensions","type":"invalid_request_error","param":"dimensions","code":null}}';
  upstream.respond = (_seen, response) => sendJson(response, 400, refusal);
  await expect(
    openai().embeddings.create({ model: 'text-embedding-3-small', input: 'x', dimensions: 99_999 }),
  ).rejects.toMatchObject({
    status: 400,
    param: 'dimensions',
  });
  expect(await lastLog()).toMatchObject({ status_code: 400, cost_usd: '0.00' });
});

const google = () => new GoogleGenAI({ apiKey: gateway.key, httpOptions: { baseUrl: gateway.url } });

test('the openai SDK gets vectors of Google, billed by an estimate as Google counts none', async () => {
  upstream.respond = (_seen, response) =>
    sendJson(response, 200, '{"embeddings":[{"values":[0.5,-0.25]},{"values":[1,2]}]}');
  const answer = await openai().embeddings.create({
    model: 'google/gemini-embedding-001',
    input: ['a'.repeat(40), 'b'],
  });
  expect(answer.data.map(({ embedding }) => embedding)).toEqual([
    [0.5, -0.25],
    [1, 2],
  ]);
  expect(answer.usage).toMatchObject({ cost_details: { estimated: true } });
  expect(upstream.seen[0]).toMatchObject({
    path: '/v1beta/models/gemini-embedding-001:batchEmbedContents',
    headers: { 'x-goog-api-key': 'upstream-google-ai-studio-key' },
  });
  expect(await lastLog()).toMatchObject({
    model: 'google-ai-studio/gemini-embedding-001',
    estimated: true,
    status_code: 200,
  });
});

test("Google's SDK gets vectors of Google, and of OpenAI", async () => {
  upstream.respond = (seen, response) =>
    sendJson(
      response,
      200,
      seen.path.startsWith('/v1beta')
        ? '{"embeddings":[{"values":[0.5]},{"values":[2]}]}'
        : fixture('openai/embeddings.json').toString(),
    );
  const config = { outputDimensionality: 8, taskType: 'RETRIEVAL_QUERY' };
  const native = await google().models.embedContent({ model: 'gemini-embedding-001', contents: ['a', 'b'], config });
  expect(native.embeddings!.map(({ values }) => values)).toEqual([[0.5], [2]]);
  const [first] = upstream.seen;
  expect(JSON.parse(first!.body.toString()).requests[1]).toEqual({
    model: 'models/gemini-embedding-001',
    content: { parts: [{ text: 'b' }], role: 'user' },
    outputDimensionality: 8,
    taskType: 'RETRIEVAL_QUERY',
  });
  const other = await google().models.embedContent({ model: 'text-embedding-3-small', contents: 'a' });
  expect(other.embeddings![0]!.values).toHaveLength(4);
  expect(upstream.seen[1]!.path).toBe('/v1/embeddings');
  expect(await lastLog()).toMatchObject({
    format: 'gemini-embeddings',
    model: 'openai/text-embedding-3-small',
    tokens_in: 5,
  });
});

test("Google's SDK is told of a failure in Google's words", async () => {
  const asked = google().models.embedContent({ model: 'gpt-4o-mini', contents: 'a' });
  await expect(asked).rejects.toMatchObject({ status: 400, message: expect.stringContaining('makes no embeddings') });
});

test('a model that does something else is refused before any call, both ways', async () => {
  await expect(openai().embeddings.create({ model: 'gpt-4o-mini', input: 'x' })).rejects.toMatchObject({
    status: 400,
    code: 'model_not_supported',
  });
  const messages = [{ role: 'user' as const, content: 'x' }];
  await expect(openai().chat.completions.create({ model: 'text-embedding-3-small', messages })).rejects.toMatchObject({
    code: 'model_not_supported',
  });
  expect(upstream.seen).toEqual([]);
});

test('the openai SDK has a text moderated, which is free and in the log', async () => {
  upstream.respond = (_seen, response) => sendJson(response, 200, fixture('openai/moderation.json').toString());
  const answer = await openai().moderations.create({ input: ['I want to attack somebody.', 'hello'] });
  expect(answer.results[0]).toMatchObject({ flagged: true, categories: { 'self-harm': false } });
  expect(upstream.seen[0]!.path).toBe('/v1/moderations');
  expect(JSON.parse(upstream.seen[0]!.body.toString())).toMatchObject({ model: 'omni-moderation-latest' });
  expect(await lastLog()).toMatchObject({
    format: 'openai-moderations',
    model: 'openai/omni-moderation-latest',
    cost_usd: '0.00',
  });
});

test('a caller who hangs up ends the provider’s call', async () => {
  const aborted = new Promise<void>((resolve) => {
    upstream.respond = async (seen) => {
      void seen.aborted.then(resolve);
      controller.abort();
    };
  });
  const controller = new AbortController();
  const asked = openai().embeddings.create(
    { model: 'text-embedding-3-small', input: 'x' },
    { signal: controller.signal },
  );
  await expect(asked).rejects.toThrow();
  await aborted;
});

test('without money nothing is asked', async () => {
  const made = await gateway.api('POST', '/api/v1/me/keys', { name: 'poor', limit_usd: '0.000000001' });
  const poor = new OpenAI({ apiKey: made.body.raw, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  const asked = poor.embeddings.create({ model: 'text-embedding-3-large', input: 'x'.repeat(10_000) });
  await expect(asked).rejects.toMatchObject({ status: 402, code: 'key_limit_reached' });
  expect(upstream.seen).toEqual([]);
});
