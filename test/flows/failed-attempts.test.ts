import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { formatUsd, parseUsd } from '../../shared/money.ts';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { asProvider, fixture, type Seen, sendJson, startUpstream, type Upstream } from '../helpers/upstream.ts';

/** What callers, records and other targets see of an attempt that failed. */
type Act = (seen: Seen, response: ServerResponse) => void;

const NAMES = ['novita', 'groq', 'cerebras'];
const MODEL = 'gpt-oss-120b';
const CHAT = { model: MODEL, messages: [{ role: 'user', content: 'hi' }] };
const MESSAGE = { ...CHAT, max_tokens: 100 };
const FRAMES = fixture('openai/chat.stream.txt').toString('utf8');
const SSE = { 'content-type': 'text/event-stream' };

const status =
  (code: number): Act =>
  (_seen, response) =>
    sendJson(response, code, JSON.stringify({ error: { message: `said ${code}`, type: 'x', code: null } }));
const json =
  (body: unknown): Act =>
  (_seen, response) =>
    sendJson(response, 200, JSON.stringify(body));
const event =
  (data: unknown): Act =>
  (_seen, response) => {
    response.writeHead(200, SSE);
    response.end(`data: ${JSON.stringify(data)}\n\n`);
  };

let upstreams: Upstream[];
let anthropic: Upstream;
let gateway: Gateway;
let called: string[];
let acts: Act[];

beforeAll(async () => {
  upstreams = await Promise.all(NAMES.map(() => startUpstream()));
  anthropic = await startUpstream();
  gateway = await startGateway({
    providers: {
      ...Object.fromEntries(NAMES.map((name, at) => [name, `${upstreams[at]!.url}/v1`])),
      anthropic: anthropic.url,
    },
  });
});
afterAll(async () => {
  await stopGateways();
  await Promise.all([...upstreams, anthropic].map((upstream) => upstream.close()));
});
beforeEach(() => {
  called = [];
  acts = [];
  for (const [at, upstream] of upstreams.entries()) {
    upstream.respond = (seen, response) => {
      called.push(NAMES[at]!);
      return (acts.shift() ?? asProvider)(seen, response);
    };
  }
});

async function post(path: string, body: unknown, headers: Record<string, string> = {}, key = gateway.key) {
  const response = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  let text = '';
  let cut = false;
  try {
    for await (const part of response.body!) text += Buffer.from(part as Uint8Array).toString('utf8');
  } catch {
    cut = true;
  }
  const told = response.headers;
  return {
    status: response.status,
    text,
    cut,
    attempts: told.get('x-gateway-attempts'),
    id: told.get('x-request-id')!,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a record as it is told.
async function record(id: string): Promise<any> {
  // biome-ignore lint/suspicious/noExplicitAny: the same.
  let body: any;
  await expect
    .poll(async () => {
      const answer = await gateway.api('GET', `/api/v1/logs/${id}`);
      body = answer.body;
      return answer.status;
    })
    .toBe(200);
  return body;
}

describe('the request’s own fault goes nowhere else', () => {
  test('when the refusal is cut before its end', async () => {
    acts = [
      (_seen, response) => {
        response.writeHead(400, { 'content-type': 'application/json', 'content-length': '500' });
        response.write('{"error":{"mess', () => setTimeout(() => response.destroy(), 20));
      },
    ];
    const answer = await post('/v1/chat/completions', CHAT);
    expect(called).toHaveLength(1);
    expect(answer.status).toBe(502);
  });

  test('when it is an event in a stream', async () => {
    const message = 'This model has a maximum context length of 10 tokens.';
    acts = [event({ error: { message, type: 'invalid_request_error', code: 'context_length_exceeded' } })];
    const answer = await post('/v1/chat/completions', { ...CHAT, stream: true });
    expect(called).toHaveLength(1);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('context_length_exceeded');
  });
});

describe('an answer that is none', () => {
  test('is told as what it is, not as the 200 that it came with', async () => {
    acts = [json({ error: { message: 'broke', type: 'server_error', code: null } })];
    const answer = await post('/v1/chat/completions', CHAT);
    expect(answer.attempts).toBe(`${called[0]}=server_error, ${called[1]}=200`);
  });
});

describe('when all fail', () => {
  test('the last attempt is told like the others, in header and record', async () => {
    acts = [status(500), status(500), status(500)];
    const answer = await post('/v1/chat/completions', CHAT);
    expect(answer.status).toBe(502);
    expect(answer.attempts).toBe(called.map((name) => `${name}=500`).join(', '));
    expect((await record(answer.id)).routing.attempts).toMatchObject(
      called.map((provider) => ({ provider, status_code: 500, error_type: 'server_error', succeeded: false })),
    );
  });

  test('a target that was never called is not told of', async () => {
    // No provider but the first can be paid once the limit is lowered.
    const key = (await gateway.api('POST', '/api/v1/me/keys', { name: 'poor', limit_usd: '1' })).body;
    acts = [
      (_seen, response) => {
        void (async () => {
          await gateway.api('PATCH', `/api/v1/me/keys/${key.id}`, { limit_usd: formatUsd(1n) });
          // another request of the key brings the new limit in
          await post('/v1/chat/completions', CHAT, {}, key.raw);
          status(500)(_seen, response);
        })();
      },
    ];
    const answer = await post('/v1/chat/completions', CHAT, {}, key.raw);
    expect(called).toHaveLength(1);
    expect(answer.status).toBe(502);
    expect(answer.attempts).toBe(`${called[0]}=500`);
    const told = await record(answer.id);
    expect(told.provider).toBe(called[0]);
    expect(told.routing.attempts).toHaveLength(1);
  });
});

describe('a stream that was kept alive while nothing came', () => {
  const late =
    (act: Act): Act =>
    (seen, response) =>
      void setTimeout(() => act(seen, response), 16_000);
  const whole = json(JSON.parse(fixture('openai/chat.json').toString()));

  const ask = async (path: string, body: object, act: Act) => {
    const before = called.length;
    acts = [late(act)];
    const answer = post(path, body);
    await expect.poll(() => called.length).toBe(before + 1);
    return { answer };
  };

  test('ends with the provider’s words, and goes on elsewhere after an answer that is no stream', async () => {
    const refused = [
      await ask('/v1/chat/completions', { ...CHAT, stream: true }, status(400)),
      await ask('/v1/messages', { ...MESSAGE, stream: true }, status(400)),
      await ask('/v1/responses', { model: MODEL, input: 'hi', stream: true }, status(400)),
      await ask(
        `/v1beta/models/${MODEL}:streamGenerateContent?alt=sse`,
        { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] },
        status(400),
      ),
    ];
    const other = await ask('/v1/chat/completions', { ...CHAT, stream: true }, whole);
    for (const { answer } of refused) {
      const { text, cut } = await answer;
      expect(text).toMatch(/^: waiting for the provider\n\n(event: [a-z.]+\n)?data: .*said 400/);
      expect(cut).toBe(true);
    }
    const { text, cut } = await other.answer;
    expect(text).toMatch(/^: waiting for the provider\n\ndata: [\s\S]*\[DONE\]\n\n$/);
    expect(cut).toBe(false);
    expect(called).toHaveLength(6);
  }, 40_000);
});

describe('money', () => {
  test('a stream that breaks after content costs what the provider had reported', async () => {
    const frames = fixture('anthropic/messages.stream.txt').toString('utf8');
    const cutAt = frames.indexOf('\n\n', frames.indexOf('text_delta')) + 2;
    anthropic.respond = (_seen, response) => {
      response.writeHead(200, SSE);
      response.write(frames.slice(0, cutAt), () => setTimeout(() => response.destroy(), 20));
    };
    const answer = await post('/v1/messages', { ...MESSAGE, model: 'claude-sonnet-4-6', stream: true });
    expect(answer.text).toContain('event: error');
    const told = await record(answer.id);
    expect(told).toMatchObject({ status_code: 502, estimated: false });
    expect(told.tokens_in).toBeGreaterThan(0);
    expect(parseUsd(told.cost_usd)).toBeGreaterThan(0n);
  });

  test('a stream that comes at once has a time to its first content', async () => {
    acts = [(_seen, response) => void response.writeHead(200, SSE).end(FRAMES)];
    const answer = await post('/v1/chat/completions', { ...CHAT, stream: true });
    expect((await record(answer.id)).time_to_first_token_ms).toEqual(expect.any(Number));
  });

  test('waiting for money that others hold ends with the time of the request', async () => {
    const key = (await gateway.api('POST', '/api/v1/me/keys', { name: 'tight', limit_usd: '0.00002' })).body;
    let answer = () => {};
    const arrived = new Promise<void>((resolve) => {
      acts = [
        (seen, response) => {
          answer = () => asProvider(seen, response);
          resolve();
        },
      ];
    });
    const first = post('/v1/chat/completions', CHAT, {}, key.raw);
    await arrived;
    const startedMs = performance.now();
    const second = await post('/v1/chat/completions', CHAT, { 'x-timeout-ms': '200' }, key.raw);
    expect(second.status).toBe(504);
    expect(performance.now() - startedMs).toBeLessThan(2000);
    answer();
    expect((await first).status).toBe(200);
  });
});

test('a connection that never asked anything does not hold up the end of the server', async () => {
  const other = await startGateway({ providers: { openai: `${upstreams[0]!.url}/v1` } });
  const socket = connect(Number(new URL(other.url).port), '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  await other.api('GET', '/api/v1/balance');
  const startedMs = performance.now();
  expect(await other.stop()).toBe(0);
  expect(performance.now() - startedMs).toBeLessThan(5000);
  socket.destroy();
}, 40_000);
