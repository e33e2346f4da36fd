import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failure, forgetHomes, runCli, tempHome } from '../helpers/cli.ts';
import { closeFakes, failed, fakeGateway, json, keyReply } from '../helpers/fake-gateway.ts';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { runOnTerminal } from '../helpers/terminal.ts';
import { startUpstream, type Upstream } from '../helpers/upstream.ts';

const KEY = 'sk-gw-testtesttesttesttesttesttesttesttest';
const RULE = {
  id: 'iam_1',
  key: 'key_1',
  rule_type: 'allow_models',
  rule_value: { models: ['gpt-4o-mini', 'gpt-4o'] },
  status: 'active',
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
};

afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

async function rulesServer(rules: unknown[] = [RULE]) {
  const server = await fakeGateway({
    'GET /api/v1/me/keys/key_1': json(keyReply()),
    'GET /api/v1/me/keys/key_1/iam': json({ data: rules, next_cursor: null }),
    'GET /api/v1/me/keys/key_1/iam/iam_1': json(RULE),
    'POST /api/v1/me/keys/key_1/iam': json(RULE, 201),
    'PATCH /api/v1/me/keys/key_1/iam/iam_1': json(RULE),
    'DELETE /api/v1/me/keys/key_1/iam/iam_1': json({ id: 'iam_1', key: 'key_1', deleted: true }),
  });
  return { server, env: { GATEWAY_API_URL: server.url, GATEWAY_API_KEY: KEY } };
}

describe.concurrent('keys iam add', () => {
  test.each<[string[], string, Record<string, unknown>]>([
    [['--allow-models', 'a, b'], 'allow_models', { models: ['a', 'b'] }],
    [['--deny-models', 'a'], 'deny_models', { models: ['a'] }],
    [['--allow-providers', 'openai'], 'allow_providers', { providers: ['openai'] }],
    [['--deny-providers', 'openai'], 'deny_providers', { providers: ['openai'] }],
    [['--allow-pricing', 'free'], 'allow_pricing', { pricing_type: 'free' }],
    [['--deny-pricing', 'paid'], 'deny_pricing', { pricing_type: 'paid' }],
    [['--max-input-price', '2.5'], 'allow_pricing', { max_input_price: '2.5' }],
    [
      ['--allow-pricing', 'paid', '--max-input-price', '1', '--max-output-price', '4'],
      'allow_pricing',
      { pricing_type: 'paid', max_input_price: '1', max_output_price: '4' },
    ],
    [['--allow-ips', '10.0.0.0/8,::1'], 'allow_ip_cidrs', { ip_cidrs: ['10.0.0.0/8', '::1'] }],
    [['--deny-ips', '192.0.2.1'], 'deny_ip_cidrs', { ip_cidrs: ['192.0.2.1'] }],
  ])('%j makes one rule', async (flags, rule_type, rule_value) => {
    const { server, env } = await rulesServer();
    const { stdout } = await runCli(['keys', 'iam', 'add', 'key_1', ...flags, '--json'], { env });
    expect(JSON.parse(stdout)).toEqual(RULE);
    expect(server.seen[0]!.fields).toEqual({ rule_type, rule_value });
    expect(server.seen[0]!.headers['idempotency-key']).toBeTruthy();
  });

  test('--inactive keeps it out of force', async () => {
    const { server, env } = await rulesServer();
    await runCli(['keys', 'iam', 'add', 'key_1', '--deny-models', 'a', '--inactive'], { env });
    expect(server.seen[0]!.fields).toMatchObject({ status: 'inactive' });
  });

  test.each<[string, string[], string, RegExp]>([
    ['no rule', [], '', /No rule was named/],
    ['two rules', ['--allow-models', 'a', '--deny-providers', 'b'], '--deny-providers', /make two rules/],
    [
      'a range that is none',
      ['--allow-ips', '10.0.0.0/8,10.0.0.0/33'],
      '--allow-ips',
      /"10\.0\.0\.0\/33" is no address/,
    ],
    ['a price that is none', ['--max-output-price', '1e3'], '--max-output-price', /a million tokens/],
    ['a tier that is none', ['--allow-pricing', 'cheap'], '--allow-pricing', /free, paid/],
    ['an empty name', ['--deny-providers', 'a,,b'], '--deny-providers', /empty name/],
  ])('refuses %s before anything is sent', async (_case, flags, flag, message) => {
    const { server, env } = await rulesServer();
    const told = failure(await runCli(['keys', 'iam', 'add', 'key_1', ...flags, '--json'], { env }));
    expect(told).toMatchObject({ code: 'usage', exit_code: 1, message: expect.stringMatching(message) });
    if (flag) expect(told.message).toContain(flag);
    expect(server.seen).toEqual([]);
  });

  test('passes on what the server says of a name, with the nearest one', async () => {
    const body = {
      message: 'There is no model "gpt-40". Did you mean gpt-4o?',
      type: 'invalid_request_error',
      param: 'rule_value.models.0',
      code: 'invalid_request',
    };
    const server = await fakeGateway({ 'POST /api/v1/me/keys/key_1/iam': json({ error: body }, 400) });
    const env = { GATEWAY_API_URL: server.url, GATEWAY_API_KEY: KEY };
    const told = failure(await runCli(['keys', 'iam', 'add', 'key_1', '--deny-models', 'gpt-40', '--json'], { env }));
    expect(told).toMatchObject({ code: 'invalid_request', exit_code: 1 });
    expect(`${told.message} ${told.hint}`).toContain('Did you mean gpt-4o?');
  });
});

describe.concurrent('keys iam list, update and remove', () => {
  test('list prints an array, and a table that keeps to the terminal', async () => {
    const long = { ...RULE, id: 'iam_2', rule_value: { models: Array.from({ length: 30 }, (_, i) => `model-${i}`) } };
    const { env } = await rulesServer([RULE, long]);
    const { stdout } = await runCli(['keys', 'iam', 'list', 'key_1', '--json'], { env });
    expect(JSON.parse(stdout)).toEqual([RULE, long]);
    const { screen } = await runOnTerminal(['keys', 'iam', 'list', 'key_1', '--no-color'], { env, columns: 60 });
    expect(screen).toContain('allow models');
    expect(screen).toContain('model-29');
    expect(Math.max(...screen.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(60);
  });

  test('list says what to do when there is none', async () => {
    const { env } = await rulesServer([]);
    expect((await runCli(['keys', 'iam', 'list', 'key_1'], { env })).stdout).toMatch(/^No rules\. Add one with/);
  });

  test('update sends what is named and nothing else', async () => {
    const { server, env } = await rulesServer();
    await runCli(['keys', 'iam', 'update', 'key_1', 'iam_1', '--deactivate'], { env });
    await runCli(['keys', 'iam', 'update', 'key_1', 'iam_1', '--deny-providers', 'groq', '--activate'], { env });
    expect(server.seen.map(({ fields }) => fields)).toEqual([
      { status: 'inactive' },
      { rule_type: 'deny_providers', rule_value: { providers: ['groq'] }, status: 'active' },
    ]);
    const nothing = failure(await runCli(['keys', 'iam', 'update', 'key_1', 'iam_1', '--json'], { env }));
    expect(nothing).toMatchObject({ code: 'usage', hint: expect.stringContaining('--deactivate') });
  });

  test('remove wants a yes, and asks a person by what the rule says', async () => {
    const { server, env } = await rulesServer();
    const args = ['keys', 'iam', 'remove', 'key_1', 'iam_1'];
    expect(failure(await runCli([...args, '--json'], { env })).code).toBe('confirmation_required');
    expect(server.seen).toEqual([]);
    const { exitCode, screen } = await runOnTerminal([...args, '--no-color'], {
      env,
      type: { when: /y\/N/, keys: 'y\r' },
    });
    expect(screen.replace(/\s+/g, ' ')).toContain('Remove "allow models: gpt-4o-mini, gpt-4o" (iam_1)?');
    expect([exitCode, server.seen.map(({ method }) => method)]).toEqual([0, ['GET', 'DELETE']]);
    const { stdout } = await runCli([...args, '--yes', '--json'], { env });
    expect(JSON.parse(stdout)).toEqual({ id: 'iam_1', key: 'key_1', deleted: true });
  });
});

describe.concurrent('keys show', () => {
  test('says how many rules there are, to people only', async () => {
    const { server, env } = await rulesServer([RULE, RULE]);
    expect((await runCli(['keys', 'show', 'key_1'], { env })).stdout).toMatch(
      /rules +2, listed by `gateway keys iam list key_1`/,
    );
    server.seen.length = 0;
    await runCli(['keys', 'show', 'key_1', '--json'], { env });
    expect(server.seen.map(({ path }) => path)).toEqual(['/api/v1/me/keys/key_1']);
  });

  test('does without when the server does not say', async () => {
    const server = await fakeGateway({
      'GET /api/v1/me/keys/key_1': json(keyReply()),
      'GET /api/v1/me/keys/key_1/iam': failed(404, 'not_found', 'There is no endpoint.'),
    });
    const env = { GATEWAY_API_URL: server.url, GATEWAY_API_KEY: KEY };
    const { exitCode, stdout } = await runCli(['keys', 'show', 'key_1'], { env });
    expect([exitCode, stdout.includes('rules')]).toEqual([0, false]);
  });
});

describe('with a real server', () => {
  let upstream: Upstream;
  let gateway: Gateway;
  const home = tempHome();
  beforeAll(async () => {
    upstream = await startUpstream();
    gateway = await startGateway({ providers: { openai: `${upstream.url}/v1` } });
  });
  afterAll(async () => {
    await stopGateways();
    await upstream.close();
  });
  const run = (...args: string[]) =>
    runCli([...args, '--json'], { home, env: { GATEWAY_API_URL: gateway.url, GATEWAY_API_KEY: gateway.key } });
  const made = async (...args: string[]) => JSON.parse((await run(...args)).stdout);

  test('a rule goes its way: added, in force, out of force, removed', async () => {
    const key = await made('keys', 'create', '--name', 'ruled');
    const tryIt = () =>
      runCli(['test', '--model', 'gpt-4o', '--json'], {
        home,
        env: { GATEWAY_API_URL: gateway.url, GATEWAY_API_KEY: key.raw },
      });
    expect((await tryIt()).exitCode).toBe(0);
    const rule = await made('keys', 'iam', 'add', key.id, '--allow-models', 'gpt-4o-mini');
    const refused = failure(await tryIt());
    expect(refused).toMatchObject({ code: 'permission_denied', http_status: 403, exit_code: 1 });
    expect(refused.message).toContain(rule.id);
    expect(refused.hint).toContain(`gateway keys iam list ${key.id}`);
    expect(await made('keys', 'iam', 'list', key.id)).toEqual([rule]);
    await made('keys', 'iam', 'update', key.id, rule.id, '--deactivate');
    expect((await tryIt()).exitCode).toBe(0);
    await made('keys', 'iam', 'update', key.id, rule.id, '--activate', '--deny-models', 'gpt-4o');
    expect((await tryIt()).exitCode).toBe(1);
    await made('keys', 'iam', 'remove', key.id, rule.id, '--yes');
    expect((await tryIt()).exitCode).toBe(0);
    expect(await made('keys', 'iam', 'list', key.id)).toEqual([]);
  });

  test('budget set and get tell what is spent and left', async () => {
    const key = await made('keys', 'create', '--name', 'bounded');
    expect(await made('budget', 'get', 'bounded')).toMatchObject({
      id: key.id,
      name: 'bounded',
      balance_usd: null,
      currency: 'USD',
      limits: { limit_usd: null, spent_usd: '0.00' },
    });
    const set = await made('budget', 'set', key.id, '--limit-usd', '5', '--period-limit-usd', '2', '--period', '1d');
    expect(set).toMatchObject({
      balance_usd: '2.00',
      limits: { limit_usd: '5.00', period_limit_usd: '2.00', period: '1d' },
    });
    expect(Object.keys(set)).toEqual(['id', 'name', 'balance_usd', 'currency', 'limits']);
    await runCli(['test', '--model', 'gpt-4o', '--json'], {
      home,
      env: { GATEWAY_API_URL: gateway.url, GATEWAY_API_KEY: key.raw },
    });
    const spent = await made('budget', 'get', key.id);
    expect(Number(spent.limits.spent_usd)).toBeGreaterThan(0);
    expect(Number(spent.balance_usd)).toBeLessThan(2);
    const env = { GATEWAY_API_URL: gateway.url, GATEWAY_API_KEY: gateway.key };
    const { stdout } = await runCli(['budget', 'get', key.id], { home, env });
    expect(stdout).toMatch(/remaining +1\.99\d* USD/);
    expect(stdout).toMatch(/resets +\d{4}-/);
    const { limits } = await made('budget', 'set', key.id, '--clear');
    expect(limits).toMatchObject({ limit_usd: null, period: null });
    expect((await runCli(['budget', 'get', key.id], { home, env })).stdout).toContain('as much as the balance');
  });
});
