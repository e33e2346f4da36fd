import { Chalk } from 'chalk';
import { afterAll, describe, expect, test } from 'vitest';
import { cellsOf } from '../../cli/chart/fit.ts';
import type { Snapshot } from '../../cli/commands/top/snapshot.ts';
import { draw } from '../../cli/commands/top/view.ts';
import { failure, forgetHomes, runCli } from '../helpers/cli.ts';
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
import { runOnTerminal } from '../helpers/terminal.ts';
import { LOG } from './battery/answers.ts';

afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

const AS_OF = '2026-01-01T12:00:00.000Z';
const totals = (requests: number, cost: string) => ({
  total_requests: requests,
  total_tokens_in: requests * 1000,
  total_tokens_out: requests * 100,
  total_cost_usd: cost,
});
const span = { range_days: 1, from: '2025-12-31T12:00:00.000Z', to: AS_OF };
const log = (n: number, fields = {}) => ({ ...LOG, id: `req_${n}`, created_at: '2026-01-01T11:59:58.000Z', ...fields });
const broken = log(7, { error_code: 'provider_error', status_code: 502, cost_usd: '0.00' });
const long = log(8, { model: `acme/${'long-'.repeat(20)}`, key_name: 'k'.repeat(50), cost_usd: '1234567.891' });
const groups = (by: string | null) =>
  by === 'hour'
    ? Array.from({ length: 25 }, (_, at) => ({ group: `h${at}`, name: null, ...totals(at, String(at)) }))
    : ['openai/gpt-4o', long.model, 'c', 'd', 'e', 'f', 'g', 'h'].map((group, at) => ({
        group,
        name: null,
        ...totals(at, String(8 - at)),
      }));
const ROUTES: Record<string, Answer> = {
  'GET /api/v1/balance': json({ balance_usd: '4.20', currency: 'USD' }),
  'GET /api/v1/usage': json({ ...span, ...totals(30, '0.5') }),
  'GET /api/v1/usage/breakdown': (seen, response) => {
    const by = seen.query.get('by');
    json({ ...span, by, ...totals(1234, '36'), groups: groups(by) })(seen, response);
  },
  'GET /api/v1/logs': (seen, response) => {
    const data = seen.query.get('status') === 'error' ? [broken] : [log(9), long, broken];
    json({ data, next_cursor: null, as_of: AS_OF })(seen, response);
  },
};
const as = (server: FakeGateway) => ({ GATEWAY_API_URL: server.url, GATEWAY_API_KEY: 'sk-gw-x' });
const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';

describe.concurrent('a snapshot', () => {
  test('is one object without a terminal, its rates by the clock of the server', async () => {
    const server = await fakeGateway(ROUTES);
    const { stdout, exitCode } = await runCli(['top', '--json'], { env: as(server) });
    expect([exitCode, JSON.parse(stdout)]).toEqual([
      0,
      expect.objectContaining({
        at: AS_OF,
        balance_usd: '4.20',
        rate: {
          minutes: 5,
          total_requests: 30,
          total_cost_usd: '0.5',
          usd_per_minute: '0.10',
          usd_per_hour: '6.00',
          requests_per_minute: 6,
        },
        requests: [log(9), long, broken],
        errors: [broken],
      }),
    ]);
    expect(server.to('/api/v1/usage')[0]!.query.get('from')).toBe('2026-01-01T11:55:00.000Z');
    expect(server.seen).toHaveLength(6);
  });

  test.each([
    ['through a pipe', ['top'], {}],
    ['with --once', ['top', '--once'], {}],
  ])('is text %s, without a control character', async (_case, args, env) => {
    const server = await fakeGateway(ROUTES);
    const { stdout } = await runCli(args, { env: { ...as(server), ...env } });
    expect(stdout).toContain('Balance 4.20 USD');
    expect(stdout).toMatch(/Spending 0\.10 USD\/min, 6\.00 USD\/h/);
    expect(stdout).not.toContain('\u001b');
  });

  test.each([
    ['on a dumb terminal', ['top'], { TERM: 'dumb' }],
    ['in CI', ['top'], { CI: '1' }],
    ['for an agent', ['top'], { CLAUDECODE: '1' }],
    ['with --once', ['top', '--once'], {}],
    ['with --no-input', ['top', '--no-input'], {}],
  ])('is printed and that is all at a terminal %s', async (_case, args, env) => {
    const server = await fakeGateway(ROUTES);
    const { screen, exitCode } = await runOnTerminal(args, { env: { ...as(server), ...env } });
    expect([exitCode, screen.includes('Balance'), screen.includes(ENTER)]).toEqual([0, true, false]);
  });

  test('fails as any command does', async () => {
    const server = await fakeGateway({ '*': failed(500, 'internal_error', 'Something broke.') });
    expect(failure(await runCli(['top', '--json'], { env: as(server) })).code).toBe('internal_error');
    const { screen } = await runOnTerminal(['top'], { env: as(server) });
    expect([screen.includes(ENTER), screen.includes('Something broke.')]).toEqual([false, true]);
  });
});

describe.concurrent('the dashboard', () => {
  /** The terminal was taken once and given back once, and what came after it. */
  const afterwards = (screen: string): string => {
    expect(screen.split(ENTER)).toHaveLength(2);
    const [drawn, rest, ...more] = screen.split(LEAVE);
    expect(drawn).toContain(ENTER);
    expect(more).toEqual([]);
    return rest!;
  };

  test('is drawn again and again until q, and leaves the terminal as it was', async () => {
    const server = await fakeGateway({
      ...ROUTES,
      'GET /api/v1/balance': inTurn(
        json({ balance_usd: '4.20', currency: 'USD' }),
        json({ balance_usd: '3.10', currency: 'USD' }),
      ),
    });
    const type = { when: /3\.10 USD/, keys: 'q' };
    const { screen, exitCode } = await runOnTerminal(['top'], {
      columns: 100,
      env: { ...as(server), NO_COLOR: '1' },
      type,
    });
    expect([exitCode, afterwards(screen)]).toEqual([0, '']);
    expect(screen).toMatch(/Balance 4\.20 USD/);
    // three calls a round, and what changes slowly not each time
    expect(server.to('/api/v1/usage/breakdown')).toHaveLength(2);
    expect(screen).not.toContain('\u001b[1m');
  });

  test('ends by Ctrl-C with 130, told after the terminal was given back', async () => {
    const server = await fakeGateway(ROUTES);
    const { screen, exitCode } = await runOnTerminal(['top'], {
      env: as(server),
      type: { when: /q quits/, keys: '\u0003' },
    });
    expect(exitCode).toBe(130);
    expect(afterwards(screen)).toContain('Interrupted.');
  });

  test.each([
    ['SIGTERM', "process.kill(process.pid, 'SIGTERM')", 143, 'Terminated.'],
    ['a crash', "throw new Error('boom')", 3, 'boom'],
    ['a crash in a promise', "Promise.reject(new Error('boom'))", 3, 'boom'],
  ])('gives the terminal back at %s too', async (_case, act, code, told) => {
    const server = await fakeGateway(ROUTES);
    const when =
      "const write = process.stdout.write; let armed = true; process.stdout.write = function (...all) { if (armed && String(all[0]).includes('q quits')) { armed = false; setImmediate(() => { ACT }); } return write.apply(this, all); };";
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(when.replace('ACT', act))}`;
    const { screen, exitCode } = await runOnTerminal(['top'], { env: { ...as(server), NODE_OPTIONS } });
    expect(exitCode).toBe(code);
    expect(afterwards(screen)).toContain(told);
  });

  test('waits for a server that is away, says so, and goes on', async () => {
    const answer = ROUTES['GET /api/v1/logs']!;
    const server = await fakeGateway({
      ...ROUTES,
      // the first look asks twice: for the latest, and for those that failed
      'GET /api/v1/logs': inTurn(answer, answer, page(502), answer),
    });
    const type = { when: /reconnecting[\s\S]*● live/, keys: 'q' };
    const { screen, exitCode } = await runOnTerminal(['top'], { env: { ...as(server), NO_COLOR: '1' }, type });
    expect([exitCode, afterwards(screen)]).toEqual([0, '']);
    expect(screen).toMatch(/○ reconnecting[\s\S]*as of 12:00:00 UTC: http/);
  });

  test('ends when the key is revoked meanwhile', async () => {
    const answer = ROUTES['GET /api/v1/logs']!;
    const revoked = failed(401, 'invalid_api_key', 'This key was revoked.');
    const server = await fakeGateway({ ...ROUTES, 'GET /api/v1/logs': inTurn(answer, answer, revoked) });
    const { screen, exitCode } = await runOnTerminal(['top'], { env: as(server) });
    expect(exitCode).toBe(1);
    expect(afterwards(screen)).toContain('This key was revoked.');
  });

  test('shows what a server says with its control characters made visible', async () => {
    const evil = log(9, { model: 'evil\u001b[2J\u0007', key_name: '\u001b]0;x\u0007' });
    const server = await fakeGateway({
      ...ROUTES,
      'GET /api/v1/logs': json({ data: [evil], next_cursor: null, as_of: AS_OF }),
    });
    const { screen } = await runOnTerminal(['top'], {
      columns: 140,
      env: as(server),
      type: { when: /q quits/, keys: 'q' },
    });
    expect(screen).toContain('evil\\u001b[2J\\u0007');
    expect(screen).not.toContain('\u001b[2J');
  });
});

describe('what is drawn', () => {
  const hours = groups('hour');
  const snapshot: Snapshot = {
    at: AS_OF,
    balance_usd: '1234.5',
    currency: 'USD',
    rate: { minutes: 5, ...totals(300, '0.5'), usd_per_minute: '0.1', usd_per_hour: '6', requests_per_minute: 60 },
    day: { ...totals(1_234_567, '36'), models: groups('model'), hours },
    requests: Array.from({ length: 50 }, (_, n) => (n % 3 === 0 ? broken : n % 3 === 1 ? long : log(n))),
    errors: Array.from({ length: 50 }, () => broken),
  };
  const view = { snapshot, server: `https://${'gateway.'.repeat(20)}example`, foot: 'q quits' };
  const sizes = [60, 80, 100, 140].flatMap((columns) => [10, 16, 24, 40, 70].map((rows) => [columns, rows] as const));

  test.each(sizes)('fits %d columns and %d rows, with and without colour', (columns, rows) => {
    for (const level of [0, 3] as const) {
      for (const trouble of [undefined, `nothing listens there ${'x'.repeat(200)}`]) {
        const lines = draw({ ...view, trouble }, new Chalk({ level }), { columns, rows });
        expect(lines).toHaveLength(rows);
        for (const line of lines) expect(cellsOf(line)).toBeLessThanOrEqual(columns);
        expect(lines.at(-1)).toContain('q quits');
      }
    }
  });

  test('leaves out errors, then models, where there is no room for requests', () => {
    const titles = (rows: number) =>
      draw(view, new Chalk({ level: 0 }), { columns: 100, rows }).flatMap(
        (line) => /^(Models|Requests|Errors)(?=, (?:last|newest))/.exec(line)?.[1] ?? [],
      );
    expect([titles(40), titles(20), titles(14)]).toEqual([
      ['Models', 'Requests', 'Errors'],
      ['Models', 'Requests'],
      ['Requests'],
    ]);
  });

  test('loses no small amount: the balance is that of `gateway balance`, and a model has what the day has', () => {
    const [model] = snapshot.day.models;
    const cost = { total_cost_usd: '0.0000216' };
    const small = {
      ...snapshot,
      balance_usd: '29.9999784',
      day: { ...snapshot.day, ...cost, models: [{ ...model!, ...cost }] },
    };
    const text = draw({ ...view, snapshot: small }, new Chalk({ level: 0 }), { columns: 80, rows: undefined }).join(
      '\n',
    );
    expect(text).toContain('Balance 29.9999784 USD');
    expect(text).toMatch(/^openai\/gpt-4o .* 0\.0000216 USD /m);
  });

  test('says nothing of models and errors that are not there', () => {
    const empty = { ...snapshot, requests: [], errors: [], day: { ...totals(0, '0.00'), models: [], hours: [] } };
    const text = draw({ ...view, snapshot: empty }, new Chalk({ level: 0 }), { columns: 80, rows: undefined }).join(
      '\n',
    );
    expect(text).toContain('none yet');
    expect(text).toContain('Errors 0 in 5 min');
    expect(text).not.toMatch(/^(Models|Errors),/m);
  });
});
