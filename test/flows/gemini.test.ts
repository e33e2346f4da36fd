import { GoogleGenAI } from '@google/genai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../server/dialects/lossless.ts';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import {
  asProvider,
  fixture,
  type Seen,
  sendJson,
  sendStream,
  startUpstream,
  type Upstream,
} from '../helpers/upstream.ts';

let upstream: Upstream;
let gateway: Gateway;
/** The file that is sent next: `text`, `tools` … */
let reply = 'text';

const asGoogle: Upstream['respond'] = (seen, response) => {
  if (seen.path.includes(':streamGenerateContent')) sendStream(response, [fixture(`gemini/${reply}.stream.txt`)]);
  else sendJson(response, 200, fixture(`gemini/${reply}.json`));
};

beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startGateway({
    providers: { 'google-ai-studio': `${upstream.url}/v1beta/openai/`, openai: `${upstream.url}/v1` },
  });
});
afterAll(async () => {
  await stopGateways();
  await upstream.close();
});
beforeEach(() => {
  upstream.respond = asGoogle;
  upstream.seen.length = 0;
  reply = 'text';
});

const genai = () => new GoogleGenAI({ apiKey: gateway.key, httpOptions: { baseUrl: gateway.url } });
const MODEL = 'gemini-2.5-flash';
const BODY = { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] };
/** 15 fresh and 4 cached input tokens, 22 output tokens, at 0.30, 0.03 and 2.50 USD a million. */
const COST = 0.00005962;

function post(path: string, body: unknown = BODY, headers: Record<string, string> = { 'x-goog-api-key': gateway.key }) {
  return fetch(gateway.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

const sent = (seen: Seen | undefined) => JSON.parse(seen!.body.toString('utf8')) as Record<string, unknown>;

describe("Google's own client", () => {
  test('reads a whole answer with its cost', async () => {
    const answer = await genai().models.generateContent({ model: MODEL, contents: 'hi' });
    expect(answer.text).toBe('Hello! 你好 👋 "finishReason": "STOP"\ndone');
    expect(answer.usageMetadata).toMatchObject({ promptTokenCount: 19, thoughtsTokenCount: 12, cost: COST });
    expect(upstream.seen[0]!.path).toBe(`/v1beta/models/${MODEL}:generateContent`);
    expect(upstream.seen[0]!.headers['x-goog-api-key']).not.toBe(gateway.key);
  });

  test('reads a stream whose last chunk tells the cost', async () => {
    let text = '';
    let usage: unknown;
    for await (const chunk of await genai().models.generateContentStream({ model: MODEL, contents: 'hi' })) {
      text += chunk.text ?? '';
      usage = chunk.usageMetadata;
    }
    expect(text).toBe('Hello! 你好 👋 "finishReason": "STOP"\ndone');
    expect(usage).toMatchObject({ candidatesTokenCount: 10, cost: COST });
    expect(upstream.seen[0]!.path).toBe(`/v1beta/models/${MODEL}:streamGenerateContent?alt=sse`);
  });

  test('lists the models page by page, and reads one', async () => {
    const names: string[] = [];
    for await (const { name } of await genai().models.list({ config: { pageSize: 40 } })) names.push(name!);
    expect(names).toContain(`models/google-ai-studio/${MODEL}`);
    expect(names).toContain('models/openai/gpt-4o');
    expect(new Set(names).size).toBe(names.length);
    expect(await genai().models.get({ model: MODEL })).toMatchObject({
      name: `models/google-ai-studio/${MODEL}`,
      displayName: 'Gemini 2.5 Flash',
      inputTokenLimit: 1_048_576,
      outputTokenLimit: expect.any(Number),
    });
    const { data, models } = (await (await fetch(`${gateway.url}/v1/models?client_version=1`)).json()) as JsonObject;
    expect([Array.isArray(data), models]).toEqual([true, []]);
  });

  test('holds a chat whose history stays whole', async () => {
    const chat = genai().chats.create({ model: MODEL });
    for await (const _ of await chat.sendMessageStream({ message: 'hi' }));
    await chat.sendMessage({ message: 'more' });
    expect((sent(upstream.seen[1]).contents as { role: string }[]).map(({ role }) => role)).toContain('model');
  });

  test('is told of a wrong key in its own terms', async () => {
    const wrong = new GoogleGenAI({ apiKey: 'sk-gw-wrong', httpOptions: { baseUrl: gateway.url } });
    await expect(wrong.models.generateContent({ model: MODEL, contents: 'hi' })).rejects.toMatchObject({
      status: 401,
      message: expect.stringContaining('"UNAUTHENTICATED"'),
    });
  });
});

describe('a call of Gemini’s own format', () => {
  test.each(['/v1beta', '/v1', '', '/gemini/v1beta', '/v1/v1beta'])('is answered below %s', async (prefix) => {
    const answer = await post(`${prefix}/models/${MODEL}:generateContent`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      candidates: [{ finishReason: 'STOP' }],
      usageMetadata: { cost: COST },
    });
  });

  test('passes its body byte for byte but for our own members', async () => {
    const body =
      '{ "contents" : [{"parts":[{"text":"hi"}]}],\n"model":"x", "generation_config":{"seed": 9007199254740993}}';
    await post(`/v1beta/models/google-ai-studio/${MODEL}:generateContent`, body);
    expect(upstream.seen[0]!.body.toString()).toBe(
      '{ "contents" : [{"parts":[{"text":"hi"}]}], "generation_config":{"seed": 9007199254740993}}',
    );
  });

  test.each([
    ['the query', (): [string, Record<string, string>] => [`?key=${gateway.key}`, {}]],
    ['a bearer token', (): [string, Record<string, string>] => ['', { authorization: `Bearer ${gateway.key}` }]],
  ])('takes its key from %s, and writes it nowhere', async (_where, given) => {
    const [query, headers] = given();
    expect((await post(`/v1beta/models/${MODEL}:generateContent${query}`, BODY, headers)).status).toBe(200);
    expect(gateway.log()).not.toContain(gateway.key);
  });

  test('streams one JSON array when no events are asked for', async () => {
    const answer = await post(`/v1beta/models/${MODEL}:streamGenerateContent`);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    const chunks = (await answer.json()) as { usageMetadata: unknown }[];
    expect(chunks).toHaveLength(4);
    expect(chunks.at(-1)!.usageMetadata).toMatchObject({ cost: COST });
    expect(upstream.seen[0]!.path).toMatch(/alt=sse$/);
  });

  test('that searched the web is billed for it', async () => {
    reply = 'search';
    const answer = await post('/v1beta/models/gemini-3-flash-preview:generateContent');
    const { usageMetadata } = (await answer.json()) as { usageMetadata: { cost_details: JsonObject } };
    expect(usageMetadata.cost_details.web_search_cost).toBeGreaterThan(0);
  });

  test.each([
    [{}, 'contents'],
    [{ contents: [] }, 'contents'],
    [{ ...BODY, generationConfig: { candidateCount: 0 } }, 'generationConfig.candidateCount'],
  ])('that is malformed is refused in Google’s words: %j', async (body, param) => {
    const answer = await post(`/v1beta/models/${MODEL}:generateContent`, body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: { code: 400, status: 'INVALID_ARGUMENT', details: [{ metadata: { param } }] },
    });
  });

  test('that is cut off ends with an error, and never as if it were whole', async () => {
    const whole = fixture('gemini/text.stream.txt');
    upstream.respond = (_seen, response) => sendStream(response, [whole.subarray(0, whole.lastIndexOf('data:'))]);
    const run = async () => {
      for await (const _ of await genai().models.generateContentStream({ model: MODEL, contents: 'hi' }));
    };
    await expect(run()).rejects.toThrow(/ended its stream before the answer was complete|terminated/);
  });
});

describe('a provider’s refusal', () => {
  test('of our own key is our fault, although Google answers 400', async () => {
    upstream.respond = (_seen, response) => sendJson(response, 400, fixture('gemini/error-key.json'));
    const answer = await post(`/v1beta/models/${MODEL}:generateContent`);
    expect(answer.status).toBe(502);
    expect(answer.headers.get('x-gateway-error-code')).toBe('provider_credentials');
  });

  test('for want of quota stays a 429', async () => {
    upstream.respond = (_seen, response) => sendJson(response, 429, fixture('gemini/error-429.json'));
    const answer = await post(`/v1beta/models/${MODEL}:generateContent`);
    expect([answer.status, ((await answer.json()) as { error: { status: string } }).error.status]).toEqual([
      429,
      'RESOURCE_EXHAUSTED',
    ]);
  });
});

describe('between the formats', () => {
  test('a Gemini caller gets one JSON array of another provider’s stream, too', async () => {
    upstream.respond = asProvider;
    const answer = await post('/v1beta/models/openai/gpt-4o-mini:streamGenerateContent');
    const chunks = (await answer.json()) as { candidates: { content: { parts: { text: string }[] } }[] }[];
    expect(chunks.map(({ candidates }) => candidates[0]!.content.parts[0]!.text).join('')).toContain('Hello! 你好 👋');
    expect(chunks.at(-1)).toMatchObject({
      candidates: [{ finishReason: 'STOP' }],
      usageMetadata: { cost: 0.00000855 },
    });
  });

  test('a signature of Google’s comes back to it through chat completions, and its digits too', async () => {
    reply = 'tools';
    const headers = { authorization: `Bearer ${gateway.key}` };
    const question = { role: 'user', content: 'weather?' };
    const tools = [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object' } } }];
    const body = { model: 'google-ai-studio/gemini-3.1-pro-preview', messages: [question], tools };
    const first = (await (await post('/v1/chat/completions', body, headers)).json()) as {
      choices: { finish_reason: string; message: { tool_calls: { id: string; function: { arguments: string } }[] } }[];
    };
    const [choice] = first.choices;
    expect(choice!.finish_reason).toBe('tool_calls');
    expect(choice!.message.tool_calls[0]!.function.arguments).toContain('9007199254740993');
    const results = choice!.message.tool_calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'rain' }));
    await post('/v1/chat/completions', { ...body, messages: [question, choice!.message, ...results] }, headers);
    const text = upstream.seen[1]!.body.toString();
    expect(text).toContain('"thoughtSignature":"EpwBCpkBAXLI2nx5/AbCd+=="');
    expect(text).toContain('"station":9007199254740993');
    expect(text).not.toContain('skip_thought_signature_validator');
  });
});
