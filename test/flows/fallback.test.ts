import type { ServerResponse } from 'node:http';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { asProvider, fixture, type Seen, sendJson, startUpstream, type Upstream } from '../helpers/upstream.ts';

/** What a provider does with a call. */
type Act = (seen: Seen, response: ServerResponse) => void;

const NAMES = ['novita', 'groq', 'cerebras'];
const MODEL = 'gpt-oss-120b';
const BODY = { model: MODEL, messages: [{ role: 'user' as const, content: 'hi' }] };
const FRAME = fixture('openai/chat.stream.txt').toString('utf8');

const ok: Act = asProvider;
const status =
  (code: number, headers: Record<string, string> = {}): Act =>
  (_seen, response) =>
    sendJson(response, code, JSON.stringify({ error: { message: `said ${code}`, type: 'x', code: null } }), headers);
/** Cuts each of its connections: one that was kept from before is tried anew once. */
const cut: Act = (_seen, response) => {
  if (called.at(-1) === called[0]) acts.unshift(cutUnlessOther);
  response.destroy();
};
const cutUnlessOther: Act = (seen, response) => (called.at(-1) === called[0] ? response.destroy() : ok(seen, response));
const silent: Act = () => {};
/** A stream whose first `bytes` bytes arrive, and then the connection is gone. */
const cutAfter =
  (text: string): Act =>
  (_seen, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(text, () => setImmediate(() => response.destroy()));
  };

let upstreams: Upstream[];
let gateway: Gateway;
/** The providers that were called, in order; what each call in turn is answered with (then well). */
let called: string[];
let acts: Act[];

beforeAll(async () => {
  upstreams = await Promise.all(NAMES.map(() => startUpstream()));
  gateway = await startGateway({
    providers: Object.fromEntries(NAMES.map((name, at) => [name, `${upstreams[at]!.url}/v1`])),
  });
});
afterAll(async () => {
  await stopGateways();
  await Promise.all(upstreams.map((upstream) => upstream.close()));
});
beforeEach(() => {
  called = [];
  acts = [];
  for (const [at, upstream] of upstreams.entries()) {
    upstream.respond = (seen, response) => {
      called.push(NAMES[at]!);
      return (acts.shift() ?? ok)(seen, response);
    };
  }
});

interface Told {
  provider: string;
  status_code: number;
  error_type: string;
  succeeded: boolean;
}

async function post(body: unknown, headers: Record<string, string> = {}, path = '/v1/chat/completions') {
  const response = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

async function routingOf(answer: Promise<{ status: number; text: string }>): Promise<Told[]> {
  const { status: code, text } = await answer;
  expect(code, text).toBe(200);
  return (JSON.parse(text) as { metadata: { routing: Told[] } }).metadata.routing;
}

async function record(id: string) {
  let body: Record<string, unknown> = {};
  await expect
    .poll(async () => {
      const answer = await gateway.api('GET', `/api/v1/logs/${id}`);
      body = answer.body as typeof body;
      return answer.status;
    })
    .toBe(200);
  return body;
}

describe('a request goes on at another provider', () => {
  test.each<[string, Act, string, number]>([
    ['that fails with 500', status(500), 'server_error', 500],
    ['that is overloaded (503)', status(503), 'server_error', 503],
    ['that limits our rate (429)', status(429, { 'retry-after': '2' }), 'rate_limited', 429],
    ['that cuts the connection', cut, 'network_error', 0],
    ['that says 408', status(408), 'timeout', 408],
  ])('after one %s', async (_case, act, errorType, code) => {
    acts = [act];
    const routing = await routingOf(post(BODY));
    const last = called.at(-1);
    expect(last).not.toBe(called[0]);
    expect(routing).toMatchObject([
      { provider: called[0], status_code: code, error_type: errorType, succeeded: false },
      { provider: last, status_code: 200, error_type: 'none', succeeded: true },
    ]);
  });

  test('twice at most, and then the last failure is told with those before it', async () => {
    acts = [status(500), status(502), status(503), status(500)];
    const answer = await post(BODY);
    expect(called).toHaveLength(3);
    expect(new Set(called).size).toBe(3);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('x-gateway-attempts')).toBe(`${called[0]}=500, ${called[1]}=502, ${called[2]}=503`);
    expect(answer.text).toContain(`Tried before: ${called[0]} (500), ${called[1]} (502).`);
  });

  test('when a stream ends before its first content, and the caller sees one clean stream', async () => {
    const opening = FRAME.slice(0, FRAME.indexOf('\n\n') + 2);
    acts = [cutAfter(opening.replace(/"content":"[^"]*"/, '"content":""')), ok];
    const client = new OpenAI({ apiKey: gateway.key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
    const { data, response } = await client.chat.completions.create({ ...BODY, stream: true }).withResponse();
    let text = '';
    for await (const chunk of data) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toContain('你好 👋');
    expect(response.headers.get('x-gateway-attempts')).toBe(`${called[0]}=network_error, ${called[1]}=200`);
  });

  test('for a caller of another format, whose provider-side format is translated', async () => {
    acts = [status(500), ok];
    const client = new Anthropic({ apiKey: gateway.key, baseURL: gateway.url, maxRetries: 0 });
    const answer = await client.messages.create({ ...BODY, max_tokens: 100 });
    expect(JSON.stringify(answer.content)).toContain('你好 👋');
    expect(called).toHaveLength(2);
  });

  test('when nothing comes in the time that the request allows for it', async () => {
    acts = [silent, ok];
    const routing = await routingOf(post(BODY, { 'x-first-byte-timeout-ms': '150' }));
    expect(routing).toMatchObject([{ status_code: 0, error_type: 'timeout', succeeded: false }, { succeeded: true }]);
  });
});

describe('a request does not go on', () => {
  test.each([400, 404, 422])('when the provider refuses it with %i: it is told so in its own words', async (code) => {
    acts = [status(code)];
    const answer = await post(BODY);
    expect(answer.status).toBe(code);
    expect(answer.text).toContain(`said ${code}`);
    expect(called).toHaveLength(1);
  });

  test('with x-no-fallback', async () => {
    acts = [status(500)];
    const answer = await post(BODY, { 'x-no-fallback': 'true' });
    expect(answer.status).toBe(502);
    expect(called).toHaveLength(1);
  });

  test('at a provider that its model names', async () => {
    acts = [status(500)];
    const answer = await post({ ...BODY, model: `cerebras/${MODEL}` }, { 'x-no-fallback': 'true' });
    expect(answer.status).toBe(502);
    expect(called).toEqual(['cerebras']);
  });

  test('once content began: the stream ends with an error, nothing comes twice, and what was generated is paid', async () => {
    const cutAt = FRAME.indexOf('\n\n', FRAME.indexOf('你好')) + 2;
    acts = [cutAfter(FRAME.slice(0, cutAt)), ok];
    const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}` },
      body: JSON.stringify({ ...BODY, stream: true }),
    });
    let text = '';
    await (async () => {
      for await (const chunk of answer.body!) text += Buffer.from(chunk as Uint8Array).toString('utf8');
    })().catch(() => {});
    expect(called).toHaveLength(1);
    expect(text.split('你好')).toHaveLength(2);
    expect(text).toContain('"error"');
    expect(text).not.toContain('[DONE]');
  });
});

describe('keys of a provider', () => {
  let keyed: Gateway;
  let keys: string[];
  const send = () =>
    fetch(`${keyed.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keyed.key}` },
      body: JSON.stringify(BODY),
    });
  const refused =
    (key: string): Act =>
    (seen, response) => {
      keys.push(seen.headers.authorization!.slice('Bearer '.length));
      if (keys.at(-1) === key) status(401)(seen, response);
      else ok(seen, response);
    };

  test('one that is refused is set aside, and the request goes on with the next', async () => {
    keys = [];
    keyed = await startGateway({
      env: { LLM_GROQ_API_KEY: 'good-key,bad-key', LLM_GROQ_BASE_URL: `${upstreams[1]!.url}/v1` },
    });
    upstreams[1]!.respond = refused('bad-key');
    for (let i = 0; i < 6; i++) expect((await send()).status).toBe(200);
    expect(keys.filter((key) => key === 'bad-key')).toHaveLength(1);
    expect(keyed.log()).toContain('a provider key is set aside');
    expect(keyed.log()).not.toContain('bad-key');
  });

  test('when the only one is refused the next request goes to another provider', async () => {
    keys = [];
    keyed = await startGateway({
      env: {
        LLM_NOVITA_API_KEY: 'bad-key',
        LLM_NOVITA_BASE_URL: `${upstreams[0]!.url}/v1`,
        LLM_GROQ_API_KEY: 'good-key',
        LLM_GROQ_BASE_URL: `${upstreams[1]!.url}/v1`,
      },
    });
    for (const upstream of upstreams) upstream.respond = refused('bad-key');
    let first = await send();
    // one in a hundred tries another for its own sake
    while (first.status === 200) first = await send();
    expect(first.status).toBe(502);
    expect(await first.text()).toContain('novita refused the key');
    for (let i = 0; i < 5; i++) expect((await send()).status).toBe(200);
    expect(keys.filter((key) => key === 'bad-key')).toHaveLength(1);
  });
});

describe('what is recorded', () => {
  test('each failed attempt by itself, with the request that answered; the answer with its story', async () => {
    acts = [status(500), ok];
    const answer = await post(BODY);
    const id = answer.headers.get('x-request-id')!;
    await record(id);
    const { body } = await gateway.api('GET', '/api/v1/logs?limit=2');
    const [last, before] = body.data as Record<string, unknown>[];
    expect(last).toMatchObject({ id, provider: called[1], status_code: 200, error_code: null });
    expect(before).toMatchObject({
      provider: called[0],
      status_code: 500,
      error_code: 'provider_error',
      cost_usd: '0.00',
    });
  });

  test('usage counts the request once', async () => {
    const before = (await gateway.api('GET', '/api/v1/usage?days=1')).body as { total_requests: number };
    acts = [status(500), status(500), ok];
    const answer = await post(BODY);
    await record(answer.headers.get('x-request-id')!);
    const after = (await gateway.api('GET', '/api/v1/usage?days=1')).body as { total_requests: number };
    expect(after.total_requests - before.total_requests).toBe(1);
  });
});

describe('times', () => {
  test.each(['x-timeout-ms', 'x-first-byte-timeout-ms', 'x-idle-timeout-ms', 'x-connect-timeout-ms'])(
    '%s that is none is refused before any call',
    async (name) => {
      const answer = await post(BODY, { [name]: 'soon' });
      expect(answer.status).toBe(400);
      expect(answer.text).toContain(name);
      expect(called).toHaveLength(0);
    },
  );

  test('the whole request ends in time, retries included', async () => {
    acts = [silent, silent, silent];
    const answer = await post(BODY, { 'x-timeout-ms': '200' });
    expect(answer.status).toBe(504);
    expect(called).toHaveLength(1);
  });

  test('callers who allow a provider no time do not make it one that is down', async () => {
    const hasty = await startGateway({
      providers: { novita: `${upstreams[0]!.url}/v1`, cerebras: `${upstreams[2]!.url}/v1` },
    });
    const send = (headers: Record<string, string>) =>
      fetch(`${hasty.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${hasty.key}`, ...headers },
        body: JSON.stringify(BODY),
      });
    acts = Array.from({ length: 8 }, () => [silent, ok]).flat();
    for (let i = 0; i < 8; i++) expect((await send({ 'x-first-byte-timeout-ms': '30' })).status).toBe(200);
    called = [];
    acts = [];
    // one in a hundred tries another for its own sake
    for (let i = 0; i < 5; i++) expect((await send({})).status).toBe(200);
    expect(called.filter((name) => name === 'novita').length).toBeGreaterThan(2);
  });

  test('a stream that nothing has come of yet is kept alive, and can still go on elsewhere', async () => {
    let waited = () => {};
    const waiting = new Promise<void>((resolve) => {
      waited = resolve;
    });
    acts = [(_seen, response) => void waiting.then(() => response.destroy()), ok];
    const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}`, 'x-connect-timeout-ms': '100' },
      body: JSON.stringify({ ...BODY, stream: true }),
    });
    expect(answer.status).toBe(200);
    waited();
    const text = await answer.text();
    expect(text).toMatch(/^: waiting for the provider\n\ndata: /);
    expect(text).toContain('[DONE]');
    expect(called).toHaveLength(2);
  });

  test('a stream that stops in the middle is ended after its idle time', async () => {
    const cutAt = FRAME.indexOf('\n\n', FRAME.indexOf('你好')) + 2;
    acts = [
      (_seen, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(FRAME.slice(0, cutAt));
      },
    ];
    const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}`, 'x-idle-timeout-ms': '150' },
      body: JSON.stringify({ ...BODY, stream: true }),
    });
    let text = '';
    await (async () => {
      for await (const chunk of answer.body!) text += Buffer.from(chunk as Uint8Array).toString('utf8');
    })().catch(() => {});
    expect(text).toContain('timeout');
  });
});
