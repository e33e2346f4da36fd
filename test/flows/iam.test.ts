import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { createDatabase } from '../helpers/postgres.ts';
import { asProvider, startUpstream, type Upstream } from '../helpers/upstream.ts';

let upstream: Upstream;
let gateway: Gateway;
const MESSAGES = [{ role: 'user' as const, content: 'hi' }];

beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startGateway({
    providers: {
      openai: `${upstream.url}/v1`,
      groq: `${upstream.url}/groq/v1`,
      cerebras: `${upstream.url}/cerebras/v1`,
      anthropic: upstream.url,
      acme: `${upstream.url}/acme/v1`,
    },
    env: { GATEWAY_TRUST_PROXY: '1' },
  });
});
afterAll(async () => {
  await stopGateways();
  await upstream.close();
});
beforeEach(() => {
  upstream.respond = asProvider;
  upstream.seen.length = 0;
});

type Rule = [type: string, value: Record<string, unknown>];
const inputs = (rules: Rule[]) => rules.map(([rule_type, rule_value]) => ({ rule_type, rule_value }));

async function newKey(rules: Rule[], more: Record<string, unknown> = {}, on = gateway) {
  const { status, body } = await on.api('POST', '/api/v1/me/keys', { name: 'ruled', iam: inputs(rules), ...more });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body as { id: string; raw: string };
}

async function rulesOf(id: string, on = gateway): Promise<{ id: string }[]> {
  return (await on.api('GET', `/api/v1/me/keys/${id}/iam`)).body.data;
}

async function chat(
  key: string,
  model: string,
  { on = gateway, headers = {} }: { on?: Gateway; headers?: Record<string, string> } = {},
) {
  const response = await fetch(`${on.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model, messages: MESSAGES }),
  });
  return {
    status: response.status,
    headers: response.headers,
    // biome-ignore lint/suspicious/noExplicitAny: each test says what it expects of it
    body: (await response.json()) as any,
  };
}

describe('a model that is denied', () => {
  test('is refused with the rule’s name, before any provider is called, and stands in the log', async () => {
    const key = await newKey([['deny_models', { models: ['gpt-4o-mini'] }]]);
    const [rule] = await rulesOf(key.id);
    const { status, headers, body } = await chat(key.raw, 'openai/gpt-4o-mini');
    expect(status).toBe(403);
    expect(headers.get('x-should-retry')).toBe('false');
    expect(body.error).toMatchObject({ type: 'permission_error', code: 'permission_denied', param: 'model' });
    expect(body.error.message).toContain(
      `Access denied: the rule ${rule!.id} of the key "ruled" forbids the model openai/gpt-4o-mini.`,
    );
    expect(body.error.message).toContain(`gateway keys iam list ${key.id}`);
    expect(upstream.seen).toEqual([]);
    const { body: log } = await gateway.api('GET', `/api/v1/logs?key=${key.id}`);
    expect(log.data).toMatchObject([
      {
        id: headers.get('x-request-id'),
        model: 'openai/gpt-4o-mini',
        status_code: 403,
        error_code: 'permission_denied',
        cost_usd: '0.00',
      },
    ]);
    expect((await chat(key.raw, 'gpt-4o')).status).toBe(200);
  });

  test('is refused in the words of either SDK, which do not try again', async () => {
    const key = await newKey([['allow_models', { models: ['gpt-4o'] }]]);
    const openai = new OpenAI({ apiKey: key.raw, baseURL: `${gateway.url}/v1` });
    await expect(openai.chat.completions.create({ model: 'gpt-4o-mini', messages: MESSAGES })).rejects.toBeInstanceOf(
      OpenAI.PermissionDeniedError,
    );
    const anthropic = new Anthropic({ apiKey: key.raw, baseURL: gateway.url });
    const error = await anthropic.messages
      .create({ model: 'claude-haiku-4-5', max_tokens: 10, messages: MESSAGES })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Anthropic.PermissionDeniedError);
    expect((error as InstanceType<typeof Anthropic.PermissionDeniedError>).error).toMatchObject({
      type: 'error',
      error: { type: 'permission_error', message: expect.stringContaining('allows only the models gpt-4o, not') },
    });
    const { body: log } = await gateway.api('GET', `/api/v1/logs?key=${key.id}`);
    expect(log.data).toHaveLength(2);
  });

  test('of one’s own provider is refused in any spelling', async () => {
    const key = await newKey([['deny_models', { models: ['acme/big-1'] }]]);
    for (const name of ['acme/big-1', 'acme/BIG.1', 'gateway/acme/big-1'])
      expect((await chat(key.raw, name)).status, name).toBe(403);
    expect((await chat(key.raw, 'acme/small-1')).status).toBe(200);
  });

  test('is refused at one’s own provider too, and under no other spelling is it found', async () => {
    const key = await newKey([['deny_models', { models: ['gpt-4o', 'acme/llama3'] }]]);
    const denied = ['acme/gpt-4o', 'acme/openai/GPT-4o', 'acme/gpt-4o-2024-08-06', 'acme/llama3:latest', 'acme/Llama3'];
    for (const name of denied) expect([name, (await chat(key.raw, name)).status]).toEqual([name, 403]);
    const odd = ['acme//llama3', 'acme/./llama3', 'acme/x/../llama3', 'acme/llama3 ', 'acme/ llama3', 'acme/llam%613'];
    for (const name of [...odd, 'acme/ｌlama3', 'acme/llama\u200b3']) {
      const { status, body } = await chat(key.raw, name);
      expect([name, status, body.error.code, body.error.param]).toEqual([name, 404, 'model_not_found', 'model']);
      expect(body.error.message).toContain('Write it as acme/<name>');
    }
    expect(upstream.seen).toEqual([]);
    expect((await chat(key.raw, 'acme/mistral:7b')).status).toBe(200);
  });
});

describe('a provider that is denied', () => {
  const MODEL = 'gpt-oss-120b';

  test('is left out where another offers the model', async () => {
    const plain = await newKey([]);
    const usual = (await chat(plain.raw, MODEL)).headers.get('x-gateway-provider')!;
    expect(['groq', 'cerebras']).toContain(usual);
    const other = usual === 'groq' ? 'cerebras' : 'groq';
    for (const rule of [
      ['deny_providers', { providers: [usual] }],
      ['allow_providers', { providers: [other, 'openai'] }],
    ] as Rule[]) {
      const key = await newKey([rule]);
      const { status, headers } = await chat(key.raw, MODEL);
      expect([status, headers.get('x-gateway-provider')]).toEqual([200, other]);
      const pinned = await chat(key.raw, `${usual}/${MODEL}`);
      expect([pinned.status, pinned.body.error.code]).toEqual([403, 'permission_denied']);
    }
    const neither = await newKey([['deny_providers', { providers: ['groq', 'cerebras'] }]]);
    expect((await chat(neither.raw, MODEL)).body.error.message).toMatch(/forbids the provider (groq|cerebras)\./);
  });

  test('may be one of your own', async () => {
    const key = await newKey([['deny_providers', { providers: ['acme'] }]]);
    expect((await chat(key.raw, 'acme/anything')).status).toBe(403);
    expect((await chat(key.raw, 'gpt-4o-mini')).status).toBe(200);
  });
});

test('a model that is allowed with the gateway’s name in front can be used, under either name', async () => {
  const listed = await newKey([], { models: ['gateway/acme/foo'] });
  const ruled = await newKey([['allow_models', { models: ['GATEWAY/acme/foo', 'gateway/gpt-4o'] }]]);
  for (const key of [listed, ruled])
    for (const name of ['acme/foo', 'gateway/acme/foo'])
      expect([name, (await chat(key.raw, name)).status]).toEqual([name, 200]);
  expect((await chat(listed.raw, 'acme/bar')).status).toBe(403);
});

test('a price above the most that is allowed is refused', async () => {
  const key = await newKey([['allow_pricing', { max_input_price: '0.15', max_output_price: '0.6' }]]);
  expect((await chat(key.raw, 'gpt-4o-mini')).status).toBe(200);
  expect((await chat(key.raw, 'gpt-4o')).body.error.message).toContain('of at most 0.15 USD per million tokens in');
});

test('the models of one’s own provider, whose price nobody knows, are neither free nor cheap', async () => {
  for (const value of [{ pricing_type: 'free' }, { max_input_price: '100' }, { max_output_price: '100' }]) {
    const key = await newKey([['allow_pricing', value]]);
    expect((await chat(key.raw, 'acme/foo')).body.error.code).toBe('permission_denied');
  }
  const paid = await newKey([['allow_pricing', { pricing_type: 'paid' }]]);
  expect((await chat(paid.raw, 'acme/foo')).status).toBe(200);
});

test('a caller is known by the address that the believed proxy saw, whatever it says itself', async () => {
  const key = await newKey([['allow_ip_cidrs', { ip_cidrs: ['203.0.113.0/24'] }]]);
  const from = async (forwarded?: string) =>
    chat(key.raw, 'gpt-4o-mini', { headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } });
  expect((await from('203.0.113.9')).status).toBe(200);
  expect((await from('::ffff:203.0.113.9')).status).toBe(200);
  const lying = await from('203.0.113.9, 192.0.2.1');
  expect([lying.status, lying.headers.get('x-should-retry')]).toEqual([403, 'false']);
  expect(lying.body.error.message).toContain('allows only calls from certain addresses, not from 192.0.2.1');
  expect((await from()).body.error.message).toContain('not from 127.0.0.1');
  expect((await from('unknown')).body.error.message).toContain('not from an unknown one');
  const open = await newKey([['deny_ip_cidrs', { ip_cidrs: ['192.0.2.0/24', '2001:db8::/32'] }]]);
  const answers = await Promise.all(
    ['192.0.2.7', '2001:db8::7', '198.51.100.7'].map((address) =>
      chat(open.raw, 'gpt-4o-mini', { headers: { 'x-forwarded-for': address } }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual([403, 403, 200]);
});

test('who may not call, or not from here, learns nothing of the models, and its body is not waited for', async () => {
  const outside = await newKey([['allow_ip_cidrs', { ip_cidrs: ['203.0.113.0/24'] }]]);
  const manager = await newKey([], { permissions: ['manage'] });
  for (const key of [outside, manager]) {
    const { status, body } = await chat(key.raw, 'gpt-4o-minni');
    expect([status, body.error.code]).toEqual([403, 'permission_denied']);
    expect(JSON.stringify(body)).not.toContain('gpt-4o-mini');
    const { body: log } = await gateway.api('GET', `/api/v1/logs?key=${key.id}`);
    expect(log.data).toMatchObject([{ status_code: 403, error_code: 'permission_denied', cost_usd: '0.00' }]);
    expect(await answerBeforeBody(key.raw)).toBe(403);
  }
  expect((await chat(outside.raw, 'gpt-4o-mini', { headers: { 'x-forwarded-for': '203.0.113.9' } })).status).toBe(200);
});

/** The status of the answer to a request whose body never comes. */
async function answerBeforeBody(key: string): Promise<number | undefined> {
  const call = request(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'content-length': '1000' },
  });
  call.on('error', () => {});
  call.flushHeaders();
  const [response] = (await once(call, 'response', { signal: AbortSignal.timeout(20_000) })) as [IncomingMessage];
  response.resume();
  call.destroy();
  return response.statusCode;
}

test('the rules of a key bind every key below it, from the moment they are made', async () => {
  const parent = await newKey([], { name: 'parent', permissions: ['inference', 'manage'] });
  const { body: child } = await gateway.api(
    'POST',
    '/api/v1/me/keys',
    { name: 'child', iam: inputs([['allow_models', { models: ['gpt-4o', 'gpt-4o-mini'] }]]) },
    parent.raw,
  );
  expect((await chat(child.raw, 'gpt-4o')).status).toBe(200);
  const { body: rule } = await gateway.api('POST', `/api/v1/me/keys/${parent.id}/iam`, {
    rule_type: 'allow_models',
    rule_value: { models: ['gpt-4o-mini', 'claude-haiku-4-5'] },
  });
  const refused = await chat(child.raw, 'gpt-4o');
  expect(refused.status).toBe(403);
  expect(refused.body.error.message).toContain(`the rule ${rule.id} of the key "parent" above this key allows only`);
  expect((await chat(child.raw, 'gpt-4o-mini')).status).toBe(200);
  await gateway.api('PATCH', `/api/v1/me/keys/${parent.id}/iam/${rule.id}`, { status: 'inactive' });
  expect((await chat(child.raw, 'gpt-4o')).status).toBe(200);
});

test('a rule that one process makes or removes holds in another within a second', async () => {
  const env = { DATABASE_URL: await createDatabase(), GATEWAY_SECRET: 'a-secret-for-tests-that-is-long-enough' };
  const providers = { openai: `${upstream.url}/v1` };
  const one = await startGateway({ providers, env });
  const two = await startGateway({ providers, env, key: one.key });
  const key = await newKey([], {}, one);
  const ask = () => chat(key.raw, 'gpt-4o-mini', { on: two, headers: { 'x-forwarded-for': '203.0.113.9' } });
  expect((await ask()).status).toBe(200);

  /** How long the other process takes to answer so. */
  const untilAnswered = async (status: number) => {
    const startedMs = performance.now();
    while ((await ask()).status !== status) if (performance.now() - startedMs > 5000) return Number.POSITIVE_INFINITY;
    return performance.now() - startedMs;
  };
  // no proxy is believed here, so what the caller says of its address counts for nothing
  const { body: rule } = await one.api('POST', `/api/v1/me/keys/${key.id}/iam`, {
    rule_type: 'deny_ip_cidrs',
    rule_value: { ip_cidrs: ['127.0.0.0/8'] },
  });
  expect(await untilAnswered(403)).toBeLessThan(1000);
  await one.api('DELETE', `/api/v1/me/keys/${key.id}/iam/${rule.id}`);
  expect(await untilAnswered(200)).toBeLessThan(1000);
  await Promise.all([one.stop(), two.stop()]);
});
