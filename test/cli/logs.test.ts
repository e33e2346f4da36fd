import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failure, forgetHomes, type RunningCli, runCli, startCli } from '../helpers/cli.ts';
import {
  type Answer,
  closeFakes,
  type FakeGateway,
  failed,
  fakeGateway,
  inTurn,
  json,
  page,
} from '../helpers/fake-gateway.ts';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { runOnTerminal } from '../helpers/terminal.ts';
import { asProvider, startUpstream, type Upstream } from '../helpers/upstream.ts';
import { LOG } from './battery/answers.ts';

afterAll(async () => {
  await closeFakes();
  await stopGateways();
  forgetHomes();
});

const START = Date.parse('2026-01-01T12:00:00.000Z');
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();
const entry = (id: string, seconds: number, fields = {}) => ({ ...LOG, id, created_at: at(seconds), ...fields });
const logPage = (data: unknown[], seconds: number, next: string | null = null): Answer =>
  json({ data, next_cursor: next, as_of: at(seconds) });
const LOGS = '/api/v1/logs';
const as = (server: FakeGateway) => ({ GATEWAY_API_URL: server.url, GATEWAY_API_KEY: 'sk-gw-x' });
const ids = (stdout: string) =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).id);

describe.concurrent('the list of requests', () => {
  test.each([
    ['logs', ['logs']],
    ['logs list', ['logs', 'list']],
  ])('of %s is narrowed by its flags, before or behind the last word', async (_name, path) => {
    const server = await fakeGateway({ [`GET ${LOGS}`]: logPage([LOG], 0) });
    const flags = ['--key', 'k', '--model', 'm', '--provider', 'p', '--source', 'src', '--session', 'ses'];
    const more = ['--status', 'error', '--from', '2026-01-01', '--to', '2026-01-02', '--limit', '7'];
    const { stdout } = await runCli([...path, ...flags, ...more, '--json'], { env: as(server) });
    expect(JSON.parse(stdout)).toEqual([LOG]);
    expect(Object.fromEntries(server.seen[0]!.query)).toEqual({
      key: 'k',
      model: 'm',
      provider: 'p',
      source: 'src',
      session: 'ses',
      status: 'error',
      from: '2026-01-01',
      to: '2026-01-02',
      limit: '7',
    });
  });

  test('has fifty requests when nothing is said', async () => {
    const server = await fakeGateway({ [`GET ${LOGS}`]: logPage([], 0) });
    expect((await runCli(['logs'], { env: as(server) })).stdout).toBe('No requests.\n');
    expect(server.seen[0]!.query.get('limit')).toBe('50');
  });

  test('does not swallow a flag that belongs to another command of the noun', async () => {
    const server = await fakeGateway({ [`GET ${LOGS}/req_1`]: json(LOG) });
    const result = await runCli(['logs', 'show', 'req_1', '--limit', '5', '--json'], { env: as(server) });
    expect(failure(result)).toMatchObject({ code: 'usage', message: 'gateway logs show has no flag --limit.' });
    expect(server.seen).toEqual([]);
  });
});

describe.concurrent('what is marked in the list', () => {
  const rows = [entry('req_1', 1, { cache_hit: true }), entry('req_2', 0, { status_code: 502, retried_by: 'req_3' })];

  test('are attempts that were retried, and answers of the cache', async () => {
    const server = await fakeGateway({ [`GET ${LOGS}`]: logPage(rows, 0) });
    const { stdout } = await runCli(['logs'], { env: as(server) });
    expect(stdout).toMatch(/^.* req_1 .* 200 cached .*$/m);
    expect(stdout).toMatch(/^.* req_2 .* 502 retried .*$/m);
  });

  test('can be asked for', async () => {
    const server = await fakeGateway({ [`GET ${LOGS}`]: logPage(rows, 0) });
    await runCli(['logs', '--status', 'retried'], { env: as(server) });
    await runCli(['logs', '--status', 'cached'], { env: as(server) });
    expect(server.seen.map(({ query }) => query.get('status'))).toEqual(['retried', 'cached']);
  });
});

describe.concurrent('one request', () => {
  const shown = async (fields: object) => {
    const server = await fakeGateway({ [`GET ${LOGS}/req_1`]: json({ ...LOG, ...fields }) });
    return (await runCli(['logs', 'show', 'req_1'], { env: as(server) })).stdout;
  };

  test('tells how it found its way: the reason, every attempt, and what was compared', async () => {
    const stdout = await shown({});
    expect(stdout).toMatch(/^routing +weighted-score$/m);
    expect(stdout).toMatch(/^acme\/m +502 +server_error +41 ms$/m);
    expect(stdout).toMatch(/^openai\/m +200 +answered +1\.4 s$/m);
    expect(stdout).toMatch(/^acme\/m:eu +0\.012 +0\.375 +99\.5 % +812 ms +61\.3 +1 +yes$/m);
    expect(stdout).toMatch(/^openai\/m +1\.500 +- +- +- +- +- +no$/m);
  });

  test('says what was wished of its routing', async () => {
    const routing = { reason: 'session-sticky', strategy: 'price', session: true, no_fallback: true };
    expect(await shown({ routing })).toMatch(/^routing +session-sticky, strategy price, in a session, no fallback$/m);
    expect(await shown({ routing: null })).not.toContain('routing');
  });

  test('that is an attempt names the request that went on', async () => {
    const stdout = await shown({ status_code: 502, error_code: 'provider_error', retried_by: 'req_9', routing: null });
    expect(stdout).toMatch(/^outcome +502, an attempt that failed: provider_error$/m);
    expect(stdout).toMatch(/^retried by +req_9: `gateway logs show req_9`$/m);
    expect(stdout).not.toContain('what to do');
  });

  test('that the cache answered says so', async () => {
    expect(await shown({ cache_hit: true })).toMatch(/^outcome +200, answered from the response cache$/m);
  });

  test('is told in words, without what did not happen', async () => {
    expect(
      await shown({ routing: null, tokens_in: 9, tokens_cached: 4, time_to_first_token_ms: 90, stream: true }),
    ).toBe(
      [
        'request     req_1',
        'when        2026-01-01T00:00:00.000Z',
        'outcome     200, answered',
        'model       openai/gpt-4o-mini',
        'provider    openai, as gpt-4o-mini',
        'format      openai, as a stream',
        'tokens in   9 (4 read from cache)',
        'tokens out  2',
        'cost        0.0000123 USD',
        'took        412 ms, the first token after 90 ms',
        'key         ci (key_1)',
        'source      gateway-cli',
        'metadata    {"team":"search"}',
        '',
      ].join('\n'),
    );
  });

  test('that failed says what to do about it', async () => {
    const text = await shown({ status_code: 402, error_code: 'insufficient_balance', cost_usd: '0.00' });
    expect(text).toContain('402, failed: insufficient_balance\n');
    expect(text).toMatch(/^what to do +Ask the account owner to run `gateway topup --amount 5`\.$/m);
    expect(await shown({ status_code: 418, error_code: 'newer' })).not.toContain('what to do');
  });
});

describe.concurrent('following the log', () => {
  const until = async (cli: RunningCli, pattern: RegExp) => {
    await cli.said(pattern);
    cli.child.kill('SIGINT');
    return cli.done;
  };

  test('prints the latest, oldest first, then what comes; each once, one object a line', async () => {
    const [a, b, c, d] = [entry('req_a', 1), entry('req_b', 2), entry('req_c', 3), entry('req_d', 4)];
    const server = await fakeGateway({
      [`GET ${LOGS}`]: inTurn(
        logPage([b, a, entry('req_0', 0)], 3),
        logPage([a, b, c], 4, 'next'),
        logPage([d], 5),
        logPage([c, d, entry('req_e', 5)], 6),
      ),
    });
    const result = await until(startCli(['logs', '--follow', '--limit', '2', '--json'], { env: as(server) }), /req_e/);
    expect(ids(result.stdout)).toEqual(['req_a', 'req_b', 'req_c', 'req_d', 'req_e']);
    expect(result.exitCode).toBe(130);
    expect(failure(result)).toMatchObject({ code: 'interrupted' });
    expect(
      server.seen.slice(0, 3).map(({ query }) => [query.get('order'), query.get('from'), query.get('cursor')]),
    ).toEqual([
      [null, null, null],
      ['oldest', at(3 - 60), null],
      ['oldest', at(3 - 60), 'next'],
    ]);
  });

  test('works on `logs list` too, with the filters and --fields', async () => {
    const server = await fakeGateway({ [`GET ${LOGS}`]: inTurn(logPage([], 0), logPage([entry('req_a', 1)], 2)) });
    const args = ['logs', 'list', '-f', '--model', 'm', '--fields', 'id,model'];
    const result = await until(startCli(args, { env: as(server) }), /req_a/);
    expect(result.stdout).toBe('{"id":"req_a","model":"openai/gpt-4o-mini"}\n');
    expect(server.seen.every(({ query }) => query.get('model') === 'm')).toBe(true);
  });

  test('outlives failures, waits as long as it is asked to, and says so to people once', async () => {
    const server = await fakeGateway({
      [`GET ${LOGS}`]: inTurn(
        logPage([], 0),
        failed(500, 'internal_error', 'Something broke.'),
        page(502),
        failed(429, 'rate_limit_exceeded', 'Too much.', { 'retry-after': '3' }),
        logPage([entry('req_a', 1, { error_code: 'provider_error', status_code: 502, model: 'evil\u001b[2Jname' })], 2),
      ),
    });
    const result = await until(startCli(['logs', '--follow'], { env: as(server) }), /req_a/);
    expect(result.stdout).toMatch(
      /^2026-01-01T12:00:01.000Z {2}502 provider_error {2}evil\\u001b\[2Jname {2}.*req_a\n$/,
    );
    expect(result.stderr.match(/Trying again/g)).toHaveLength(1);
    expect(result.stderr).toContain('can be read again');
    const times = server.seen.map((seen) => seen.at);
    expect(times[4]! - times[3]!).toBeGreaterThanOrEqual(2_990);
  }, 30_000);

  test('ends at a failure that does not pass, and at one that it begins with', async () => {
    const revoked = failed(401, 'invalid_api_key', 'This key was revoked.');
    const server = await fakeGateway({ [`GET ${LOGS}`]: inTurn(logPage([], 0), revoked) });
    expect(failure(await runCli(['logs', '--follow', '--json'], { env: as(server) })).code).toBe('invalid_api_key');
    const broken = await fakeGateway({ '*': failed(500, 'internal_error', 'Something broke.') });
    expect(failure(await runCli(['logs', '--follow', '--json'], { env: as(broken) })).code).toBe('internal_error');
  });

  test('has no end in time, so it takes none', async () => {
    const result = await runCli(['logs', '--follow', '--to', '2026-01-01', '--json']);
    expect(failure(result)).toMatchObject({ code: 'usage', message: expect.stringContaining('--to') });
  });

  test('ends quietly for a person when the reader of stdout goes away', async () => {
    const rows = Array.from({ length: 30 }, (_, n) => [entry(`req_${n}`, n)]);
    const server = await fakeGateway({ [`GET ${LOGS}`]: inTurn(...rows.map((row, n) => logPage(row, n + 1))) });
    const cli = startCli(['logs', '--follow', '-q'], { env: as(server) });
    await cli.said(/req_0/);
    cli.child.stdout!.destroy();
    expect(await cli.done).toMatchObject({ exitCode: 1, stderr: '' });
  });

  test.each([60, 80, 140])('has a line a request that fits %d columns', async (columns) => {
    const server = await fakeGateway({
      [`GET ${LOGS}`]: inTurn(
        logPage([entry('req_a', 1, { model: `acme/${'long-'.repeat(30)}`, key_name: 'k'.repeat(60) })], 2),
        failed(401, 'invalid_api_key', 'x'),
      ),
    });
    const { screen } = await runOnTerminal(['logs', '--follow'], { columns, env: { ...as(server), NO_COLOR: '1' } });
    const lines = screen.split('\n');
    expect(lines[0]).toMatch(/^time UTC {2}code {2}model/);
    expect(lines[1]).toMatch(/^12:00:01 {2}200 {3}acme\/long-/);
    for (const line of lines.slice(0, 2)) expect(line.trimEnd().length).toBeLessThanOrEqual(columns);
  });
});

describe('following a real server', () => {
  let upstream: Upstream;
  let gateway: Gateway;
  beforeAll(async () => {
    upstream = await startUpstream();
    gateway = await startGateway({ providers: { openai: `${upstream.url}/v1` } });
  });
  afterAll(() => upstream?.close());

  const ask = async (model = 'openai/gpt-4o-mini'): Promise<string> => {
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] }),
    });
    await response.text();
    return response.headers.get('x-request-id')!;
  };

  test('loses no request and repeats none, also not one that took long', async () => {
    const before = [await ask(), await ask()];
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    upstream.respond = async (seen, response) => {
      await held;
      asProvider(seen, response);
    };
    const slow = ask();
    await upstream.arrivals(3);
    upstream.respond = asProvider;
    const env = { GATEWAY_API_URL: gateway.url, GATEWAY_API_KEY: gateway.key };
    const cli = startCli(['logs', '--follow', '--json'], { env });
    await cli.said(new RegExp(before[1]!));
    const during = await Promise.all(Array.from({ length: 40 }, (_, n) => ask(n % 5 === 0 ? 'nope/none' : undefined)));
    for (const id of during) await cli.said(new RegExp(id));
    release();
    const late = await slow;
    await cli.said(new RegExp(late));
    const last = await ask();
    await cli.said(new RegExp(last));
    cli.child.kill('SIGINT');
    const { stdout, exitCode } = await cli.done;
    expect(exitCode).toBe(130);
    const told = ids(stdout);
    expect(told).toHaveLength(new Set(told).size);
    expect(new Set(told)).toEqual(new Set([...before, ...during, late, last]));
    // the log grows at its end: what took long stands where it ended, not where it began
    expect(told.slice(-2)).toEqual([late, last]);
    expect((await gateway.api('GET', '/api/v1/logs?limit=2')).body.data.map(({ id }: { id: string }) => id)).toEqual([
      last,
      late,
    ]);
  }, 60_000);
});
