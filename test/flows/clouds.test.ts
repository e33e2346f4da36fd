import { generateKeyPairSync } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import Anthropic from '@anthropic-ai/sdk';
import { jwtVerify } from 'jose';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { fixture, type Seen, sendJson, sendStream, startUpstream, type Upstream } from '../helpers/upstream.ts';
import { awsSignature } from '../server/providers/verify-sigv4.ts';

/** The clouds, each on loopback, where the doubles check signatures and tokens as the clouds do. */
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const AWS_SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
let cloud: Upstream;
let gateway: Gateway;
/** Bedrock's next answer: `text`, `tools` … */
let reply = 'text';
/** The token that Google takes now; each exchange makes a new one. */
let token = 0;

beforeAll(async () => {
  cloud = await startUpstream();
  const file = JSON.stringify({
    type: 'service_account',
    project_id: 'acme-prod',
    private_key_id: 'kid1',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    client_email: 'caller@acme-prod.iam.gserviceaccount.com',
    token_uri: `${cloud.url}/token`,
  });
  gateway = await startGateway({
    env: {
      LLM_AWS_BEDROCK_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      LLM_AWS_BEDROCK_SECRET_ACCESS_KEY: AWS_SECRET,
      LLM_AWS_BEDROCK_BASE_URL: cloud.url,
      LLM_AZURE_API_KEY: 'azure-key',
      LLM_AZURE_BASE_URL: cloud.url,
      LLM_GOOGLE_VERTEX_SERVICE_ACCOUNT_JSON: file,
      LLM_GOOGLE_VERTEX_BASE_URL: cloud.url,
      LLM_VERTEX_ANTHROPIC_API_KEY: file,
      LLM_VERTEX_ANTHROPIC_BASE_URL: cloud.url,
    },
  });
});
afterAll(async () => {
  await stopGateways();
  await cloud.close();
});
beforeEach(() => {
  cloud.respond = asCloud;
  cloud.seen.length = 0;
  reply = 'text';
});

async function asCloud(seen: Seen, response: ServerResponse): Promise<void> {
  const { path, headers } = seen;
  if (path === '/token') await asGoogleTokens(seen, response);
  else if (path.startsWith('/model/')) asBedrock(seen, response);
  else if (path.includes('/publishers/')) asVertex(seen, response);
  else if (headers['api-key'] !== 'azure-key') sendJson(response, 401, '{"error":{"code":"401","message":"denied"}}');
  else if (path === '/openai/v1/responses') sendJson(response, 200, fixture('openai-responses/tools.json'));
  else sendStream(response, [fixture('azure/chat.stream.txt')]);
}

function asBedrock(seen: Seen, response: ServerResponse): void {
  const { sent, computed } = awsSignature({ method: 'POST', ...seen }, AWS_SECRET);
  if (sent !== computed) sendJson(response, 403, '{"message":"The request signature does not match."}');
  else if (seen.path.endsWith('/converse')) sendJson(response, 200, fixture(`bedrock/${reply}.json`));
  else {
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
    response.end(fixture(`bedrock/${reply}.stream.bin`));
  }
}

async function asGoogleTokens({ body }: Seen, response: ServerResponse): Promise<void> {
  const form = new URLSearchParams(body.toString('utf8'));
  const audience = `${cloud.url}/token`;
  await jwtVerify(form.get('assertion')!, publicKey, { audience, issuer: 'caller@acme-prod.iam.gserviceaccount.com' });
  sendJson(response, 200, JSON.stringify({ access_token: `ya29.${++token}`, expires_in: 3599 }));
}

function asVertex({ path, headers }: Seen, response: ServerResponse): void {
  if (headers.authorization !== `Bearer ya29.${token}`) {
    sendJson(response, 401, '{"error":{"code":401,"message":"invalid token","status":"UNAUTHENTICATED"}}');
  } else if (path.includes('/anthropic/')) {
    if (path.endsWith(':streamRawPredict')) sendStream(response, [fixture('anthropic/messages.stream.txt')]);
    else sendJson(response, 200, fixture('anthropic/messages.json'));
  } else sendJson(response, 200, fixture('gemini/text.json'));
}

const openai = () => new OpenAI({ apiKey: gateway.key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
const anthropic = () => new Anthropic({ apiKey: gateway.key, baseURL: gateway.url, maxRetries: 0 });
const sentBody = () => JSON.parse(cloud.seen.at(-1)!.body.toString('utf8')) as Record<string, unknown>;
const HI = [{ role: 'user' as const, content: 'Hi' }];
const TOOLS = ['get_weather', 'get_time'].map((name) => ({
  type: 'function' as const,
  function: { name, parameters: { type: 'object', properties: {} } },
}));

describe('Bedrock', () => {
  const model = 'aws-bedrock/claude-sonnet-4.5';

  test('answers chat completions whole, asked by a signed call', async () => {
    const answer = await openai().chat.completions.create({ model, messages: HI });
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'Grüße, 世界 🌍!' } });
    // 12 tokens at $3 and 9 at $15 a million.
    expect(answer.usage).toMatchObject({ prompt_tokens: 12, completion_tokens: 9, cost: 0.000171 });
    const { path, headers } = cloud.seen[0]!;
    expect(path).toBe('/model/global.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse');
    expect(headers.authorization).toContain('AKIDEXAMPLE');
    expect(headers.authorization).not.toContain(gateway.key);
    expect(sentBody()).toEqual({ messages: [{ role: 'user', content: [{ text: 'Hi' }] }] });
  });

  test('streams parallel calls to a caller of chat completions', async () => {
    reply = 'tools';
    const stream = openai().chat.completions.stream({ model, messages: HI, tools: TOOLS });
    const { choices, usage } = await stream.finalChatCompletion();
    expect(choices[0]!.finish_reason).toBe('tool_calls');
    expect(choices[0]!.message.tool_calls?.map((call) => call.type === 'function' && call.function)).toMatchObject([
      { name: 'get_weather', arguments: '{"city": "Paris", "id": 9007199254740993}' },
      { name: 'get_time', arguments: '{"zone": "Europe/Paris"}' },
    ]);
    expect(usage ?? { prompt_tokens_details: { cached_tokens: 2048 } }).toMatchObject({
      prompt_tokens_details: { cached_tokens: 2048 },
    });
  });

  test('streams thoughts with their signatures to a caller of Messages, who sends them back', async () => {
    reply = 'reasoning';
    const thinking = { type: 'enabled' as const, budget_tokens: 2048 };
    const asked = { model, max_tokens: 8192, thinking, messages: HI };
    const message = await anthropic().messages.stream(asked).finalMessage();
    expect(message.content.map(({ type }) => type)).toEqual(['thinking', 'redacted_thinking', 'text']);
    expect(message.usage).toMatchObject({ input_tokens: 40, output_tokens: 25 });
    reply = 'text';
    const history = [...HI, { role: 'assistant' as const, content: message.content }, ...HI];
    await anthropic().messages.create({ ...asked, messages: history as Anthropic.MessageParam[] });
    expect((sentBody().messages as { content: unknown[] }[])[1]!.content).toEqual([
      {
        reasoningContent: {
          reasoningText: { text: 'The user wants a sum.', signature: expect.stringMatching(/^EqQB.*OhA==$/) },
        },
      },
      { reasoningContent: { redactedContent: 'EmwKAhgBEgy3va3pzix/LafPsn4=' } },
      { text: '4' },
    ]);
  });

  test.each([
    [429, 'error-429', 429],
    [400, 'error-400', 400],
  ])('%d is told in the terms of the caller', async (status, name, expected) => {
    cloud.respond = (_seen, response) => sendJson(response, status, fixture(`bedrock/${name}.json`));
    const failed = openai().chat.completions.create({ model, messages: HI });
    await expect(failed).rejects.toMatchObject({ status: expected, error: { message: expect.any(String) } });
  });
});

describe('Azure', () => {
  const model = 'azure/gpt-4o-mini';

  test('passes its filter results on to callers of chat completions', async () => {
    const stream = await openai().chat.completions.create({ model, messages: HI, stream: true });
    const chunks: unknown[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks[0]).toMatchObject({ choices: [], prompt_filter_results: [{ prompt_index: 0 }] });
    expect(cloud.seen[0]!.path).toBe('/openai/v1/chat/completions');
    expect(cloud.seen[0]!.headers['api-key']).toBe('azure-key');
    expect(cloud.seen[0]!.headers.authorization).toBeUndefined();
  });

  test('answers callers of Messages', async () => {
    const message = await anthropic().messages.stream({ model, max_tokens: 100, messages: HI }).finalMessage();
    expect(message.content).toMatchObject([{ type: 'text', text: 'Grüße aus Azure' }]);
    expect(message).toMatchObject({ stop_reason: 'end_turn', usage: { input_tokens: 9, output_tokens: 5 } });
  });

  test('answers callers of Responses in Responses', async () => {
    const answer = await openai().responses.create({ model, input: 'Hi' });
    expect(cloud.seen[0]!.path).toBe('/openai/v1/responses');
    expect(answer.output.length).toBeGreaterThan(0);
  });

  test('a prompt that its filter refuses is refused in its own words', async () => {
    cloud.respond = (_seen, response) => sendJson(response, 400, fixture('azure/error-filter.json'));
    const failed = openai().chat.completions.create({ model, messages: HI });
    await expect(failed).rejects.toMatchObject({ status: 400, code: 'content_filter' });
  });
});

describe('Vertex', () => {
  const CLAUDE = 'vertex-anthropic/claude-sonnet-4.6';
  const GEMINI = 'google-vertex/gemini-2.5-flash';

  test('Claude gets the very bytes of a caller of Messages, but for model and version', async () => {
    const raw = `{"max_tokens": 64, "model": "${CLAUDE}",  "messages":[{"role":"user","content":"Hi"}], "future": 9007199254740993}`;
    const response = await fetch(`${gateway.url}/v1/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-key': gateway.key,
        'anthropic-beta': 'context-1m-2025-08-07',
      },
      body: raw,
    });
    expect(response.status).toBe(200);
    const { path, headers, body } = cloud.seen.at(-1)!;
    expect(path).toBe(
      '/v1/projects/acme-prod/locations/global/publishers/anthropic/models/claude-sonnet-4-6:rawPredict',
    );
    expect(body.toString('utf8')).toBe(
      '{"max_tokens": 64,  "messages":[{"role":"user","content":"Hi"}], "future": 9007199254740993,"anthropic_version":"vertex-2023-10-16"}',
    );
    expect(headers).toMatchObject({ 'anthropic-beta': 'context-1m-2025-08-07', authorization: `Bearer ya29.${token}` });
    expect(headers['x-api-key']).toBeUndefined();
  });

  test('Claude streams to callers of chat completions', async () => {
    const stream = await openai().chat.completions.create({ model: CLAUDE, messages: HI, stream: true });
    let text = '';
    for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
    expect(text).not.toBe('');
    expect(cloud.seen.at(-1)!.path).toMatch(/:streamRawPredict$/);
    expect(sentBody()).toMatchObject({ anthropic_version: 'vertex-2023-10-16', stream: true });
    expect(sentBody()).not.toHaveProperty('model');
  });

  test('Gemini is told the service tier by a header, and one token serves many requests', async () => {
    const before = token;
    for (const service_tier of ['flex', 'auto'] as const)
      await openai().chat.completions.create({ model: GEMINI, messages: HI, service_tier });
    const calls = cloud.seen.filter(({ path }) => path !== '/token');
    expect(calls.map(({ headers }) => headers['x-vertex-ai-llm-shared-request-type'])).toEqual(['flex', undefined]);
    for (const { body } of calls) expect(body.toString('utf8')).not.toContain('ier"');
    expect(calls[0]!.path).toBe(
      '/v1beta1/projects/acme-prod/locations/global/publishers/google/models/gemini-2.5-flash:generateContent',
    );
    expect(token - before).toBeLessThanOrEqual(1);
  });

  test('a token that Vertex refuses is fetched anew', async () => {
    await openai().chat.completions.create({ model: GEMINI, messages: HI });
    token += 100;
    const failed = openai().chat.completions.create({ model: GEMINI, messages: HI });
    await expect(failed).rejects.toMatchObject({ status: 502, code: 'provider_credentials' });
    const answer = await openai().chat.completions.create({ model: GEMINI, messages: HI });
    expect(answer.choices).toHaveLength(1);
  });
});
