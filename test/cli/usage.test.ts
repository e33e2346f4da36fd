import { afterAll, describe, expect, test } from 'vitest';
import { failure, forgetHomes, runCli } from '../helpers/cli.ts';
import { type Answer, closeFakes, type FakeGateway, fakeGateway, json } from '../helpers/fake-gateway.ts';
import { runOnTerminal } from '../helpers/terminal.ts';

afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

const PATH = '/api/v1/usage/breakdown';
const as = (server: FakeGateway) => ({ GATEWAY_API_URL: server.url, GATEWAY_API_KEY: 'sk-gw-x' });
const group = (name: string, requests: number, cost: string) => ({
  group: name,
  name: null,
  total_requests: requests,
  total_tokens_in: requests * 1000,
  total_tokens_out: requests * 100,
  total_cost_usd: cost,
});
const MODELS = [
  group('openai/gpt-4o', 800, '9.00'),
  group('anthropic/claude-sonnet-4.5-with-a-name-that-is-longer-than-any-column', 400, '2.50'),
  group('evil\u001b[2J/model', 34, '0.845'),
];
const DAYS = Array.from({ length: 31 }, (_, at) =>
  group(`2026-01-${String(at + 1).padStart(2, '0')}`, at === 13 ? 1234 : 0, at === 13 ? '12.345' : '0.00'),
);
const used = (by: string, groups: unknown[], days = 30): Answer =>
  json({
    range_days: days,
    from: '2026-01-01T10:00:00.000Z',
    to: '2026-01-31T10:00:00.000Z',
    by,
    total_requests: 1234,
    total_tokens_in: 1_234_000,
    total_tokens_out: 123_400,
    total_cost_usd: '12.345',
    groups,
  });
const answers = (days = 30): Record<string, Answer> => ({
  [`GET ${PATH}`]: (seen, response) => {
    const by = seen.query.get('by')!;
    used(by, by === 'day' || by === 'hour' ? DAYS : MODELS, days)(seen, response);
  },
});

test.concurrent.each([
  [0, '0 requests'],
  [1, '1 request'],
])('on a pipe too, %i is told as %s', async (total_requests, told) => {
  const answer = { total_requests, total_tokens_in: 0, total_tokens_out: 0, total_cost_usd: '0.00', groups: [] };
  const server = await fakeGateway({
    [`GET ${PATH}`]: json({
      range_days: 30,
      from: '2026-01-01T10:00:00.000Z',
      to: '2026-01-31T10:00:00.000Z',
      by: 'model',
      ...answer,
    }),
  });
  expect((await runCli(['usage'], { env: as(server) })).stdout).toContain(`Last 30 days: ${told}, `);
});

describe.concurrent('usage', () => {
  test.each([
    [[], { by: 'model' }],
    [['--days', '7'], { by: 'model', days: '7' }],
    [['--range', '24h', '--by', 'hour'], { by: 'hour', range: '24h' }],
    [
      ['--from', '2026-01-01', '--to', '2026-01-31', '--by', 'day'],
      { by: 'day', from: '2026-01-01', to: '2026-01-31' },
    ],
    [['--key', 'k', '--project', 'p', '--org', 'o'], { by: 'model', key: 'k', project: 'p', org: 'o' }],
  ])('%j asks for %j', async (flags, query) => {
    const server = await fakeGateway(answers());
    const { stdout } = await runCli(['usage', ...flags, '--json'], { env: as(server) });
    expect(JSON.parse(stdout)).toMatchObject({ range_days: 30, total_requests: 1234 });
    expect(server.seen.map((seen) => Object.fromEntries(seen.query))).toEqual([query]);
  });

  test.each([
    [['--days', '7', '--range', '1h'], /--days.*--range/],
    [['--days', '7', '--from', '2026-01-01'], /--days.*--from/],
    [['--range', '1h', '--to', '2026-01-01'], /--range.*--to/],
    [['--to', '2026-01-01'], /--to needs --from/],
    [['--range', '2w'], /^--range must be a number and h or d/],
    [['--range', '400d'], /^--range must be at most 365d/],
    [['--from', 'yesterday'], /^--from must be a date/],
    [['--by', 'mood'], /--by/],
  ])('%j is refused before anything is asked', async (flags, message) => {
    const server = await fakeGateway(answers());
    const told = failure(await runCli(['usage', ...flags, '--json'], { env: as(server) }));
    expect(told).toMatchObject({ code: 'usage', message: expect.stringMatching(message) });
    expect(server.seen).toEqual([]);
  });

  test('through a pipe is a plain table of exact figures', async () => {
    const server = await fakeGateway(answers());
    const { stdout } = await runCli(['usage'], { env: as(server) });
    expect(stdout).toMatch(/^model +requests +tokens in +tokens out +USD\n/);
    expect(stdout).toMatch(/^openai\/gpt-4o +800 +800000 +80000 +9\.00$/m);
    expect(stdout).toMatch(/\n\nLast 30 days: 1234 requests, 1234000 tokens in, 123400 out, 12\.345 USD\.\n$/);
    expect(stdout).not.toMatch(/[█▏┤]/);
  });

  test.each([60, 80, 140])('at a terminal of %d columns draws days and models', async (columns) => {
    const server = await fakeGateway(answers());
    const { screen } = await runOnTerminal(['usage'], { columns, env: { ...as(server), NO_COLOR: '1' } });
    for (const line of screen.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
    expect(screen.replace('\n', ' ')).toMatch(
      /^Last 30 days: 1,234 requests, 1\.2M tokens in, 123k out, 12\.3[45]\sUSD\./,
    );
    expect(screen).toMatch(/^USD by day, most 12\.3[45] \(2026-01-14\)$/m);
    expect(screen).toMatch(/^12\.3[45] ┤ +█+$/m);
    expect(screen).toMatch(/01-01 +01-/);
    expect(screen).toMatch(/^openai\/gpt-4o +█+ +73% +9\.00/m);
    expect(screen).toMatch(/^anthropic\/claude-sonn[^ ]*… +█+/m);
    expect(screen).toContain('evil\\u001b[2J/model');
    expect(server.seen.map(({ query }) => query.get('by'))).toEqual(['model', 'day']);
  });

  test('at a terminal has a bar an hour for two days or less, and none without use', async () => {
    const server = await fakeGateway(answers(1));
    await runOnTerminal(['usage', '--range', '24h'], { env: as(server) });
    expect(server.seen.map(({ query }) => query.get('by'))).toEqual(['model', 'hour']);
    const idle = await fakeGateway({ [`GET ${PATH}`]: used('model', []) });
    const { screen } = await runOnTerminal(['usage'], { columns: 140, env: as(idle) });
    expect(screen).toMatch(/^Last 30 days: .*USD\.\n$/);
  });

  test('in JSON is one breakdown, also at a terminal', async () => {
    const server = await fakeGateway(answers());
    const { screen } = await runOnTerminal(['usage', '--json'], { env: as(server) });
    expect(JSON.parse(screen)).toMatchObject({ by: 'model' });
    expect(server.seen).toHaveLength(1);
  });
});

describe.concurrent('usage sources', () => {
  test('is an array of groups, for the range that is asked for', async () => {
    const server = await fakeGateway(answers());
    const { stdout } = await runCli(['usage', 'sources', '--range', '7d', '--json'], { env: as(server) });
    expect(JSON.parse(stdout)).toEqual(MODELS.map((each) => ({ ...each, project: null })));
    expect(Object.fromEntries(server.seen[0]!.query)).toEqual({ by: 'source', range: '7d' });
  });

  test('refuses the flag of its noun that it does not have', async () => {
    const server = await fakeGateway(answers());
    const told = failure(await runCli(['usage', 'sources', '--by', 'day', '--json'], { env: as(server) }));
    expect(told).toMatchObject({ code: 'usage', message: 'gateway usage sources has no flag --by.' });
    expect(server.seen).toEqual([]);
  });
});
