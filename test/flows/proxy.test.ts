import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { asProvider, fixture, sendJson, sendStream, startUpstream, type Upstream } from '../helpers/upstream.ts';

let upstream: Upstream;
let gateway: Gateway;
const CHAT = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user' as const, content: 'hi' }] };
const MESSAGE = { model: 'claude-sonnet-4-6', max_tokens: 300, messages: [{ role: 'user' as const, content: 'hi' }] };

beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startGateway({
    providers: { openai: `${upstream.url}/v1`, anthropic: upstream.url, acme: upstream.url },
  });
});
afterAll(async () => {
  await stopGateways();
  await upstream.close();
});
beforeEach(() => {
  upstream.respond = asProvider;
  upstream.seen.length = 0;
  upstream.cut = 0;
});

const openai = () => new OpenAI({ apiKey: gateway.key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
const anthropic = () => new Anthropic({ apiKey: gateway.key, baseURL: gateway.url, maxRetries: 0 });

function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

describe('the official SDKs', () => {
  test('openai reads a whole answer with its cost', async () => {
    const { data, response } = await openai().chat.completions.create(CHAT).withResponse();
    expect(data.choices[0]!.message.content).toContain('你好 👋');
    // 15 fresh and 4 cached input tokens, 10 output tokens, at 0.15, 0.075 and 0.60 USD a million.
    expect(data.usage).toMatchObject({ prompt_tokens: 19, cost: 0.00000855 });
    expect(response.headers.get('x-gateway-provider')).toBe('openai');
    expect(response.headers.get('x-gateway-model')).toBe('gpt-4o-mini');
    expect(response.headers.get('server-timing')).toMatch(/^gateway;dur=/);
    expect((data as unknown as { metadata: { routing: unknown[] } }).metadata.routing).toEqual([
      { provider: 'openai', model: 'gpt-4o-mini', status_code: 200, error_type: 'none', succeeded: true },
    ]);
  });

  test('openai reads a stream whose usage chunk it asked for', async () => {
    const stream = await openai().chat.completions.create({
      ...CHAT,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let usage: unknown;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      usage = chunk.usage ?? usage;
    }
    expect(text).toBe('Hello! 你好 👋 "usage": {"x":1}\ndone');
    expect(usage).toMatchObject({ completion_tokens: 10, cost: 0.00000855 });
  });

  test('openai gets the usage in the finish chunk when it did not ask, and never a chunk without choices', async () => {
    const stream = await openai().chat.completions.create({ ...CHAT, stream: true });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.every((chunk) => chunk.choices.length === 1)).toBe(true);
    expect(chunks.at(-1)).toMatchObject({
      choices: [{ finish_reason: 'stop' }],
      usage: { prompt_tokens: 19, cost: 0.00000855 },
    });
    expect(JSON.parse(upstream.seen[0]!.body.toString()).stream_options).toEqual({ include_usage: true });
  });

  test('anthropic reads a whole answer, cache reads and writes paid at their own prices', async () => {
    const message = await anthropic().messages.create(MESSAGE);
    // 2095 fresh, 1000 read, 100 written for 5 m, 50 for 1 h, 503 out; at 3, 0.30, 3.75, 6 and 15 USD a million.
    expect(message.usage).toMatchObject({ input_tokens: 2095, cost: 0.014805 });
  });

  test('anthropic reads a stream with tool use, the cost in its last usage', async () => {
    const stream = anthropic().messages.stream(MESSAGE);
    const message = await stream.finalMessage();
    expect(message.content[1]).toMatchObject({ type: 'tool_use', input: { location: 'San Francisco, CA' } });
    expect(message.stop_reason).toBe('tool_use');
    expect((await stream.finalMessage()).usage).toMatchObject({ output_tokens: 89 });
    expect(upstream.seen[0]!.headers).toMatchObject({ 'x-api-key': 'upstream-anthropic-key' });
  });

  test('both list the models, each in its own words, from one answer', async () => {
    const ours = await openai().models.list();
    expect(ours.data.map(({ id }) => id)).toContain('openai/gpt-4o-mini');
    const theirs = await anthropic().models.list();
    expect(theirs.data.some(({ display_name }) => display_name === 'Claude Sonnet 4.6')).toBe(true);
    expect((await openai().models.retrieve('openai/gpt-4o-mini')).id).toBe('openai/gpt-4o-mini');
  });

  test('errors arrive as the SDK’s own classes', async () => {
    const wrong = new OpenAI({ apiKey: 'sk-gw-wrong', baseURL: `${gateway.url}/v1`, maxRetries: 0 });
    await expect(wrong.chat.completions.create(CHAT)).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
    await expect(anthropic().messages.create({ ...MESSAGE, model: 'claude-nonsense-9' })).rejects.toThrow(
      Anthropic.NotFoundError,
    );
  });
});

describe('bytes', () => {
  test('travel untouched but for what must change', async () => {
    const body =
      '{ "messages" : [ {"role":"user","content":"\\u00e9\\n 9007199254740993"} ],\r\n\t"some_future_param":{"a":[1,2.50,1e3],"big":9007199254740993},"model":"gpt-4o-mini", "routing":"price","seed":12345678901234567890 }';
    await post('/v1/chat/completions', body);
    expect(upstream.seen[0]!.body.toString()).toBe(
      '{ "messages" : [ {"role":"user","content":"\\u00e9\\n 9007199254740993"} ],\r\n\t"some_future_param":{"a":[1,2.50,1e3],"big":9007199254740993},"model":"gpt-4o-mini","seed":12345678901234567890 }',
    );
    expect(upstream.seen[0]!.path).toBe('/v1/chat/completions');
    expect(upstream.seen[0]!.headers.authorization).toBe('Bearer upstream-openai-key');
  });

  test.each([
    [
      'openai',
      '/v1/chat/completions',
      { ...CHAT, stream: true, stream_options: { include_usage: true } },
      'openai/chat.stream.txt',
    ],
    ['anthropic', '/v1/messages', { ...MESSAGE, stream: true }, 'anthropic/messages.stream.txt'],
  ])(
    'of a stream from %s are the same when it arrives split at any byte',
    async (_name, path, body, file) => {
      const whole = fixture(file);
      const outputs = new Set<string>();
      // Every offset, 16 requests at a time; each stream cut in two at its own byte.
      for (let from = 1; from < whole.length; from += 16) {
        const offsets = Array.from({ length: 16 }, (_, i) => from + i).filter((at) => at < whole.length);
        upstream.respond = (seen, response) => {
          const at = Number(
            JSON.parse(seen.body.toString()).user ?? JSON.parse(seen.body.toString()).metadata?.user_id,
          );
          sendStream(response, [whole.subarray(0, at), whole.subarray(at)]);
        };
        const texts = await Promise.all(
          offsets.map(async (at) =>
            (
              await post(path, {
                ...body,
                ...('max_tokens' in body ? { metadata: { user_id: String(at) } } : { user: String(at) }),
              })
            ).text(),
          ),
        );
        for (const text of texts) outputs.add(text);
      }
      expect(outputs.size).toBe(1);
      const [text] = outputs;
      const withoutCost = text!.replace(/,"cost":.*?"data_storage_cost":0\}/, '');
      expect(withoutCost).toBe(whole.toString());
      expect(text).toMatch(/"cost":0\.\d+,"cost_details"/);
    },
    300_000,
  );

  test('of a stream in CRLF, in comments and without a space after the colon are understood', async () => {
    upstream.respond = (_seen, response) => {
      const text = fixture('openai/chat.stream.txt').toString().replaceAll('data: ', 'data:').replaceAll('\n', '\r\n');
      sendStream(response, [`: keep-alive\r\n\r\n${text.slice(0, 700)}`, text.slice(700)]);
    };
    const text = await (await post('/v1/chat/completions', { ...CHAT, stream: true })).text();
    expect(text).toContain('"cost":0.00000855');
    expect(text.trimEnd().endsWith('data:[DONE]')).toBe(true);
  });

  test('of a gzipped answer are unpacked, also for errors', async () => {
    const { gzipSync } = await import('node:zlib');
    upstream.respond = (_seen, response) =>
      sendJson(response, 200, gzipSync(fixture('openai/chat.json')), { 'content-encoding': 'gzip' });
    const good = await post('/v1/chat/completions', CHAT);
    expect(good.headers.get('content-encoding')).toBeNull();
    expect(((await good.json()) as { usage: { cost: number } }).usage.cost).toBe(0.00000855);
    upstream.respond = (_seen, response) =>
      sendJson(response, 400, gzipSync(fixture('openai/error-400.json')), { 'content-encoding': 'gzip' });
    expect(await (await post('/v1/chat/completions', CHAT)).json()).toMatchObject({ error: { code: 'invalid_type' } });
  });
});

describe('paths', () => {
  test.each([
    '/v1/chat/completions',
    '/openai/v1/chat/completions',
    '/chat/completions',
    '/v1/v1/chat/completions',
    '/openai/chat/completions',
    '/v1/chat/completions?beta=true',
  ])('%s is chat completions', async (path) => {
    expect((await post(path, CHAT)).status).toBe(200);
  });

  test.each([
    '/v1/messages',
    '/anthropic/v1/messages',
    '/messages',
    '/v1/v1/messages?beta=true',
    '/anthropic/messages',
  ])('%s is messages', async (path) => {
    expect((await post(path, MESSAGE)).status).toBe(200);
  });

  test('the key is taken from x-api-key, from a bearer token, or from whichever of the two is good', async () => {
    const ways: Record<string, string>[] = [
      { authorization: '', 'x-api-key': gateway.key },
      { authorization: `bearer ${gateway.key}` },
      { authorization: 'Bearer sk-ant-of-somebody', 'x-api-key': gateway.key },
    ];
    for (const headers of ways) {
      expect((await post('/v1/messages', MESSAGE, headers)).status).toBe(200);
    }
  });

  test('a model name may be spelt in every documented way', async () => {
    for (const model of [
      'gpt-4o-mini',
      'openai/gpt-4o-mini',
      'gateway/openai/gpt-4o-mini',
      'gateway/gpt-4o-mini',
      'gpt-4o-mini-2024-07-18',
    ]) {
      expect((await post('/v1/chat/completions', { ...CHAT, model })).status).toBe(200);
    }
    for (const model of ['claude-sonnet-4.6', 'claude-sonnet-4-6', 'anthropic/claude-sonnet-4.6']) {
      expect((await post('/v1/messages', { ...MESSAGE, model })).status).toBe(200);
    }
    expect((await post('/v1/chat/completions', { ...CHAT, model: 'acme/any-model:7b' })).status).toBe(200);
    expect(JSON.parse(upstream.seen.at(-1)!.body.toString()).model).toBe('any-model:7b');
  });

  test('an upgrade to a WebSocket is answered 426 at once, an unknown path by JSON', async () => {
    const { request } = await import('node:http');
    const status = await new Promise<number>((resolve, reject) => {
      const call = request(`${gateway.url}/v1/responses`, { headers: { connection: 'Upgrade', upgrade: 'websocket' } });
      call.on('response', (response) => resolve(response.statusCode!));
      call.on('error', reject);
      call.end();
    });
    expect(status).toBe(426);
    for (const path of ['/v1/nothing', '/api/show', '/anthropic/nothing']) {
      const response = await post(path, {});
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error: { message: expect.stringContaining(path) } });
    }
  });
});

describe('bad input is refused before any provider is called', () => {
  test.each([
    ['broken JSON', '{"model":"gpt-4o-mini","messages":[', 400, 'invalid_json', null],
    ['JSON with more behind it', '{"model":"gpt-4o-mini"}{', 400, 'invalid_json', null],
    ['no body', '', 400, 'invalid_json', null],
    ['an array', '[]', 400, 'invalid_json', null],
    ['no model', '{"messages":[{"role":"user","content":"hi"}]}', 400, 'invalid_request', 'model'],
    [
      'a model that is a number',
      '{"model":5,"messages":[{"role":"user","content":"hi"}]}',
      400,
      'invalid_request',
      'model',
    ],
    ['no messages', '{"model":"gpt-4o-mini"}', 400, 'invalid_request', 'messages'],
    ['messages that are text', '{"model":"gpt-4o-mini","messages":"hi"}', 400, 'invalid_request', 'messages'],
    ['empty messages', '{"model":"gpt-4o-mini","messages":[ ]}', 400, 'invalid_request', 'messages'],
    ['messages of numbers', '{"model":"gpt-4o-mini","messages":[1]}', 400, 'invalid_request', 'messages'],
    ['stream as text', '{"model":"gpt-4o-mini","messages":[{}],"stream":"yes"}', 400, 'invalid_request', 'stream'],
    [
      'a negative limit',
      '{"model":"gpt-4o-mini","messages":[{}],"max_tokens":-1}',
      400,
      'invalid_request',
      'max_tokens',
    ],
    [
      'a limit as text',
      '{"model":"gpt-4o-mini","messages":[{}],"max_tokens":"9"}',
      400,
      'invalid_request',
      'max_tokens',
    ],
    [
      'an unknown routing',
      '{"model":"gpt-4o-mini","messages":[{}],"routing":"best"}',
      400,
      'invalid_request',
      'routing',
    ],
    ['an unknown model', '{"model":"gpt-4o-mni","messages":[{}]}', 404, 'model_not_found', 'model'],
    [
      'a model of a provider without a key',
      '{"model":"deepseek/deepseek-chat","messages":[{}]}',
      404,
      'model_not_found',
      'model',
    ],
  ])('%s', async (_case, body, status, code, param) => {
    const response = await post('/v1/chat/completions', body);
    expect(response.status).toBe(status);
    const { error } = (await response.json()) as { error: { code: string; param: string | null; message: string } };
    expect(error).toMatchObject({ code, param });
    expect(error.message.length).toBeGreaterThan(20);
    expect(upstream.seen).toHaveLength(0);
    if (status === 404) expect(response.headers.get('x-should-retry')).toBe('false');
  });

  test('a mistyped model gets the nearest names', async () => {
    const { error } = (await (await post('/v1/chat/completions', { ...CHAT, model: 'gpt-4o-mni' })).json()) as {
      error: { message: string };
    };
    expect(error.message).toContain('gpt-4o-mini');
  });

  test('Anthropic paths use Anthropic’s envelope', async () => {
    const response = await post('/v1/messages', { ...MESSAGE, max_tokens: undefined });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error' },
      request_id: response.headers.get('x-request-id'),
    });
  });

  test.each([
    ['POST', '/v1/messages/batches', {}, 404],
    ['POST', '/anthropic/v1/nothing', {}, 404],
    ['GET', '/v1/messages', {}, 405],
    ['GET', '/v1/models/nothing', { 'anthropic-version': '2023-06-01' }, 404],
    ['POST', '/v1/models/gpt-4o:bogus', { 'anthropic-version': '2023-06-01' }, 404],
  ])('%s %s is refused in Anthropic’s envelope, with our code in a header', async (method, path, headers, status) => {
    const response = await fetch(gateway.url + path, {
      method,
      headers: { authorization: `Bearer ${gateway.key}`, ...headers } as Record<string, string>,
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ type: 'error', error: { message: expect.any(String) } });
    expect(response.headers.get('x-gateway-error-code')).toMatch(/not_found|method_not_allowed/);
  });

  test('a body of 40 MB is answered 413 and the connection stays readable', async () => {
    const response = await post('/v1/chat/completions', JSON.stringify({ ...CHAT, user: 'x'.repeat(40_000_000) }));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ error: { code: 'request_too_large' } });
  });

  test('a bad key is told from a mistyped and from no key', async () => {
    const ask = async (headers: Record<string, string>) => {
      const response = await post('/v1/chat/completions', CHAT, { authorization: '', ...headers });
      expect(response.status).toBe(401);
      expect(response.headers.get('x-should-retry')).toBe('false');
      return ((await response.json()) as { error: { message: string } }).error.message;
    };
    expect(await ask({})).toContain('No API key');
    expect(await ask({ 'x-api-key': `${gateway.key.slice(0, -1)}${gateway.key.endsWith('0') ? '1' : '0'}` })).toContain(
      'mistyped',
    );
  });
});

describe('a provider that fails', () => {
  test.each([
    ['429', 429, 'openai/error-429.json', { 'retry-after': '20' }, 429, 'rate_limit_exceeded', '20'],
    ['401 of our own key', 401, 'openai/error-401.json', {}, 502, 'provider_credentials', null],
    ['500', 500, 'openai/error-400.json', {}, 502, 'provider_error', null],
    ['503', 503, 'openai/error-400.json', {}, 503, 'provider_unavailable', '1'],
  ])('with %s', async (_case, status, file, headers, expected, code, retryAfter) => {
    upstream.respond = (_seen, response) =>
      sendJson(response, status, fixture(file), headers as Record<string, string>);
    const response = await post('/v1/chat/completions', { ...CHAT, stream: true });
    expect(response.status).toBe(expected);
    expect(await response.json()).toMatchObject({ error: { code } });
    expect(response.headers.get('retry-after')).toBe(retryAfter);
    expect(upstream.seen).toHaveLength(1);
  });

  test('with 400 is passed on in its own words', async () => {
    upstream.respond = (_seen, response) => sendJson(response, 400, fixture('openai/error-400.json'));
    const response = await post('/v1/chat/completions', CHAT);
    expect(response.status).toBe(400);
    expect(await response.text()).toBe(fixture('openai/error-400.json').toString());
  });

  test('with HTML, with half an answer, or by closing the connection is 502 and costs nothing', async () => {
    const before = (await gateway.api('GET', '/api/v1/balance')).body.balance_usd;
    const ways: Upstream['respond'][] = [
      (_seen, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>ok</html>'),
      (_seen, response) => sendJson(response, 200, fixture('openai/chat.json').subarray(0, 500)),
      (_seen, response) => void response.socket!.destroy(),
    ];
    for (const way of ways) {
      upstream.respond = way;
      expect((await post('/v1/chat/completions', CHAT)).status).toBe(502);
    }
    expect((await gateway.api('GET', '/api/v1/balance')).body.balance_usd).toBe(before);
  });

  test('inside a stream before any content is still a real status', async () => {
    upstream.respond = (_seen, response) =>
      sendStream(response, ['data: {"error":{"message":"overloaded","type":"server_error","code":null}}\n\n']);
    const response = await post('/v1/chat/completions', { ...CHAT, stream: true });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { code: 'provider_error' } });
  });

  test.each([
    [
      'openai',
      '/v1/chat/completions',
      { ...CHAT, stream: true },
      'openai/chat.stream.txt',
      1200,
      /data: \{"error":\{"message"/,
    ],
    [
      'anthropic',
      '/v1/messages',
      { ...MESSAGE, stream: true },
      'anthropic/messages.stream.txt',
      1000,
      /event: error\ndata: \{"type":"error"/,
    ],
  ])(
    'in the middle of a stream of %s: an error event, a cut connection, never a clean end',
    async (_name, path, body, file, at, event) => {
      for (const clean of [true, false]) {
        upstream.respond = (_seen, response) => {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.write(fixture(file).subarray(0, at), () => (clean ? response.end() : response.socket!.destroy()));
        };
        const response = await post(path, body);
        expect(response.status).toBe(200);
        let text = '';
        const decoder = new TextDecoder();
        const reading = (async () => {
          for await (const part of response.body!) text += decoder.decode(part as Uint8Array, { stream: true });
        })();
        await expect(reading).rejects.toThrow();
        expect(text).toMatch(event);
        expect(text).not.toMatch(/\[DONE\]|message_stop/);
      }
    },
  );
});

describe('a caller who hangs up', () => {
  test.each([
    ['before the first byte of a stream', { ...CHAT, stream: true }, false],
    ['while a whole answer is made', CHAT, false],
    ['in the middle of a stream', { ...CHAT, stream: true }, true],
  ])('%s: the provider’s call is aborted', async (_case, body, content) => {
    upstream.respond = (_seen, response) => {
      if (!content) return;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(fixture('openai/chat.stream.txt').subarray(0, 1500));
    };
    const controller = new AbortController();
    const call = fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}` },
      body: JSON.stringify(body),
      signal: controller.signal,
    });
    call.catch(() => {});
    await upstream.arrivals(1);
    if (content) await (await call).body!.getReader().read();
    controller.abort();
    await upstream.seen[0]!.aborted;
    expect(upstream.cut).toBe(1);
  });

  test('after content pays for what was generated, marked as an estimate, the same in log and ledger', async () => {
    upstream.respond = (_seen, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(fixture('openai/chat.stream.txt').subarray(0, 1500));
    };
    const before = (await gateway.api('GET', '/api/v1/balance')).body.balance_usd;
    const controller = new AbortController();
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}` },
      body: JSON.stringify({ ...CHAT, stream: true }),
      signal: controller.signal,
    });
    const id = response.headers.get('x-request-id');
    await response.body!.getReader().read();
    controller.abort();
    await upstream.seen[0]!.aborted;
    const { body } = await gateway.api('GET', `/api/v1/logs/${id}`);
    expect(body).toMatchObject({ status_code: 499, error_code: 'request_cancelled', estimated: true });
    const after = (await gateway.api('GET', '/api/v1/balance')).body.balance_usd;
    expect(Math.round((Number(before) - Number(after)) * 1e9)).toBe(Math.round(Number(body.cost_usd) * 1e9));
    expect(Number(body.cost_usd)).toBeGreaterThan(0);
    // It is no request that succeeded, but what it cost is in the sums.
    const usage = (await gateway.api('GET', '/api/v1/usage')).body;
    expect(Math.round(Number(usage.total_cost_usd) * 1e9)).toBe(Math.round((100 - Number(after)) * 1e9));
  });
});
