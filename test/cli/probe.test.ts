import type { ServerResponse } from 'node:http';
import { afterAll, describe, expect, test } from 'vitest';
import { readEvents } from '../../cli/probe/read-events.ts';
import { failure, forgetHomes, runCli } from '../helpers/cli.ts';
import { type Answer, closeFakes, failed, fakeGateway, json } from '../helpers/fake-gateway.ts';

const KEY = 'sk-gw-testtesttesttesttesttesttesttesttest';
const SERVED = { 'x-gateway-provider': 'openai', 'x-gateway-model': 'openai/gpt-4o-mini' };

afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

const model = (id: string, output: string, formats = ['openai']) => ({
  id,
  object: 'model',
  type: 'model',
  name: id,
  display_name: id,
  provider: id.split('/')[0],
  owned_by: 'x',
  created: 1,
  created_at: '2026-01-01T00:00:00Z',
  context_window: 1000,
  max_output_tokens: null,
  pricing: { input: '0.00000015', output, cached_input: null, cache_write: null, cache_write_1h: null, request: null },
  capabilities: ['streaming'],
  formats,
});
const models = (...data: object[]) => ({
  'GET /v1/models': json({ object: 'list', data, has_more: false, first_id: null, last_id: null }),
});
const MINI = model('openai/gpt-4o-mini', '0.0000006');

const events =
  (...lines: string[]): Answer =>
  (_request, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': 'req_fake', ...SERVED });
    response.end(lines.map((line) => `${line}\n\n`).join(''));
  };
const chunk = (value: object) => `data: ${JSON.stringify(value)}`;

async function run(routes: Record<string, Answer>, ...args: string[]) {
  const server = await fakeGateway(routes);
  const result = await runCli(['test', ...args, '--json'], {
    env: { GATEWAY_API_URL: server.url, GATEWAY_API_KEY: KEY },
  });
  return { server, result };
}

describe.concurrent('test', () => {
  test('asks the usual model one tiny thing and says what it cost, exactly', async () => {
    const reply = { choices: [{ message: { content: 'OK' } }], usage: { cost: 0.0000003 } };
    const { server, result } = await run({
      ...models(model('a/cheap', '0.0000001'), MINI),
      'POST /v1/chat/completions': json(reply, 200, SERVED),
    });
    expect(JSON.parse(result.stdout)).toEqual({
      ok: true,
      model: 'openai/gpt-4o-mini',
      provider: 'openai',
      reply: 'OK',
      latency_ms: expect.any(Number),
      cost_usd: '0.0000003',
      request_id: 'req_fake',
    });
    const [asked] = server.to('/v1/chat/completions');
    expect(asked).toMatchObject({
      fields: { model: 'openai/gpt-4o-mini', max_tokens: 16 },
      headers: { authorization: `Bearer ${KEY}` },
    });
  });

  test('takes the cheapest model of the format when the usual one is not offered', async () => {
    const reply = { content: [{ type: 'text', text: 'OK' }], usage: { cost: 0.1 } };
    const offered = models(
      model('a/dear', '0.000006', ['anthropic']),
      model('b/cheap', '0.0000007', ['anthropic']),
      model('c/other', '0.0000001'),
    );
    const { server, result } = await run({ ...offered, 'POST /v1/messages': json(reply) }, '--format', 'anthropic');
    expect(server.to('/v1/messages')[0]!.fields.model).toBe('b/cheap');
    expect(JSON.parse(result.stdout)).toMatchObject({ reply: 'OK', cost_usd: '0.10' });
  });

  test('says so when no model is offered', async () => {
    const { result } = await run(models());
    expect(failure(result)).toMatchObject({
      code: 'model_not_found',
      hint: expect.stringContaining('LLM_OPENAI_API_KEY'),
    });
  });

  test('--stream puts the pieces together', async () => {
    const { result } = await run(
      {
        'POST /v1/chat/completions': events(
          ': waiting',
          chunk({ choices: [{ delta: { content: 'O' } }] }),
          chunk({ choices: [{ delta: { content: 'K' } }] }),
          chunk({ choices: [], usage: { cost: 0.000002 } }),
          'data: [DONE]',
        ),
      },
      '--stream',
      '--model',
      'x/y',
    );
    expect(JSON.parse(result.stdout)).toMatchObject({ ok: true, reply: 'OK', cost_usd: '0.000002' });
  });

  test('--stream --format anthropic does too', async () => {
    const stream = events(
      `event: message_start\n${chunk({ type: 'message_start', message: {} })}`,
      `event: content_block_delta\n${chunk({ type: 'content_block_delta', delta: { type: 'text_delta', text: 'OK' } })}`,
      `event: message_delta\n${chunk({ type: 'message_delta', delta: {}, usage: { cost: 0.5 } })}`,
      `event: message_stop\n${chunk({ type: 'message_stop' })}`,
    );
    const { result } = await run(
      { 'POST /v1/messages': stream },
      '--stream',
      '--format',
      'anthropic',
      '--model',
      'x/y',
    );
    expect(JSON.parse(result.stdout)).toMatchObject({ reply: 'OK', cost_usd: '0.50' });
  });

  test.each([
    [
      'responses',
      'POST /v1/responses',
      [
        { type: 'response.output_text.delta', delta: 'OK' },
        { type: 'response.completed', response: { usage: { cost: 0.5 } } },
      ],
    ],
    [
      'gemini',
      'POST /v1beta/models/x/y:streamGenerateContent',
      [
        { candidates: [{ content: { parts: [{ text: 'hm', thought: true }, { text: 'O' }] } }] },
        { candidates: [{ content: { parts: [{ text: 'K' }] }, finishReason: 'STOP' }], usageMetadata: { cost: 0.5 } },
      ],
    ],
  ])('--stream --format %s does too', async (format, route, sent) => {
    const stream = events(...sent.map(chunk));
    const { result } = await run({ [route]: stream }, '--stream', '--format', format, '--model', 'x/y');
    expect(JSON.parse(result.stdout)).toMatchObject({ reply: 'OK', cost_usd: '0.50' });
  });

  test('does not take a stream that just ends for an answer', async () => {
    const { result } = await run(
      { 'POST /v1/chat/completions': events(chunk({ choices: [{ delta: { content: 'O' } }] })) },
      '--stream',
      '--model',
      'x/y',
    );
    expect(failure(result)).toMatchObject({ code: 'bad_response', exit_code: 3, request_id: 'req_fake' });
  });

  test('tells an error inside a stream', async () => {
    const error = {
      error: { message: 'The provider failed.', type: 'api_error', param: null, code: 'provider_error' },
    };
    const { result } = await run({ 'POST /v1/chat/completions': events(chunk(error)) }, '--stream', '--model', 'x/y');
    expect(failure(result)).toMatchObject({ code: 'provider_error', exit_code: 3 });
  });

  test.each([
    [
      '/v1/chat/completions',
      'openai',
      { error: { message: 'No money. Ask.', type: 'insufficient_quota', param: null, code: 'insufficient_balance' } },
    ],
    [
      '/v1/messages',
      'anthropic',
      { type: 'error', error: { type: 'billing_error', message: 'No money. Ask.' }, request_id: 'req_fake' },
    ],
  ])('tells a 402 of %s by the same code, with where to get money', async (path, format, body) => {
    const { result } = await run({ [`POST ${path}`]: json(body, 402) }, '--model', 'x/y', '--format', format);
    expect(failure(result)).toMatchObject({
      code: 'insufficient_balance',
      exit_code: 1,
      http_status: 402,
      next: [{ command: expect.stringContaining('gateway topup') }],
    });
  });

  test('tells the code that the server names in its header, as the envelope of Anthropic has no place for it', async () => {
    const body = { type: 'error', error: { type: 'billing_error', message: 'The key has spent its limit.' } };
    const { result } = await run(
      { 'POST /v1/messages': json(body, 402, { 'x-gateway-error-code': 'key_limit_reached' }) },
      '--model',
      'x/y',
      '--format',
      'anthropic',
    );
    expect(failure(result)).toMatchObject({ code: 'key_limit_reached', exit_code: 1, http_status: 402 });
  });

  test('tells the advice that a server adds to its message once', async () => {
    const advice = 'Run `gateway topup --amount 5` and hand its URL to the account owner.';
    const server = await fakeGateway({
      'POST /v1/chat/completions': failed(402, 'insufficient_balance', `The balance ($0.00) is used up. ${advice}`),
    });
    const env = { GATEWAY_API_URL: server.url, GATEWAY_API_KEY: KEY };
    const { stderr } = await runCli(['test', '--model', 'x/y'], { env });
    expect(stderr.split('topup')).toHaveLength(2);
    expect(stderr).toContain(advice);
    expect(failure(await runCli(['test', '--model', 'x/y', '--json'], { env }))).toMatchObject({
      message: 'The balance ($0.00) is used up.',
      hint: advice,
    });
  });

  test('needs a key, and takes it from stdin', async () => {
    expect(failure(await runCli(['test', '--json']))).toMatchObject({
      code: 'no_api_key',
      exit_code: 1,
      // safe to repeat, and prints no secret
      next: [{ command: 'gateway keys ensure --name myapp --write-env .env' }],
    });
    const server = await fakeGateway({ '*': failed(401, 'invalid_api_key', 'No.') });
    await runCli(['test', '--model', 'x/y', '--key', '-', '--json'], {
      env: { GATEWAY_API_URL: server.url, GATEWAY_API_KEY: 'sk-gw-other' },
      stdin: `${KEY}\n`,
    });
    expect(server.seen[0]!.headers.authorization).toBe(`Bearer ${KEY}`);
  });
});

describe.concurrent('models', () => {
  test('prints an array, priced by the million for people, without any credential', async () => {
    const server = await fakeGateway(models(MINI, model('a/dear', '0.00006')));
    const env = { GATEWAY_API_URL: server.url };
    expect(JSON.parse((await runCli(['models', '--json', '--fields', 'id'], { env })).stdout)).toEqual([
      { id: 'openai/gpt-4o-mini' },
      { id: 'a/dear' },
    ]);
    expect((await runCli(['models'], { env })).stdout).toMatch(/openai\/gpt-4o-mini +openai +1000 +0\.15 +0\.6 /);
    expect(server.seen[0]!.headers.authorization).toBeUndefined();
  });

  test('--max-price compares exactly', async () => {
    const server = await fakeGateway(models(MINI));
    const ask = async (max: string) =>
      JSON.parse(
        (await runCli(['models', '--json', '--max-price', max], { env: { GATEWAY_API_URL: server.url } })).stdout,
      ).length;
    expect([await ask('0.15'), await ask('0.149999')]).toEqual([1, 0]);
  });

  test('a refused key does not hide the public list', async () => {
    const list = models(MINI)['GET /v1/models']!;
    const server = await fakeGateway({
      'GET /v1/models': (request, response) =>
        (request.headers.authorization ? failed(401, 'invalid_api_key', 'No.') : list)(request, response),
    });
    expect(
      (await runCli(['models', '--json'], { env: { GATEWAY_API_URL: server.url, GATEWAY_API_KEY: KEY } })).exitCode,
    ).toBe(0);
  });

  test('show understands dots for dashes and suggests the nearest name', async () => {
    const server = await fakeGateway(models(model('anthropic/claude-sonnet-4.6', '0.000015')));
    const env = { GATEWAY_API_URL: server.url };
    expect(JSON.parse((await runCli(['models', 'show', 'claude-sonnet-4-6', '--json'], { env })).stdout).id).toBe(
      'anthropic/claude-sonnet-4.6',
    );
    expect(failure(await runCli(['models', 'show', 'anthropic/claude-sonet-4.6', '--json'], { env }))).toMatchObject({
      code: 'model_not_found',
      hint: expect.stringContaining('anthropic/claude-sonnet-4.6'),
    });
  });
});

test('a stream is read the same wherever it is split', async () => {
  const bytes = Buffer.from('data: {"a":"é👍"}\r\n\r\n: note\n\ndata:x\ndata: y\n\nevent: e\rdata: z\r\r');
  const expected = ['{"a":"é👍"}', 'x\ny', 'z'];
  for (let size = 1; size <= bytes.length; size++) {
    const pieces = async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
      yield Buffer.from('\n');
    };
    const read: string[] = [];
    for await (const data of readEvents(pieces())) read.push(data);
    expect(read).toEqual(expected);
  }
});
