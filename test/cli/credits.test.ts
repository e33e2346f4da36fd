import { afterAll, describe, expect, test } from 'vitest';
import { failure, forgetHomes, runCli, startCli, tempHome } from '../helpers/cli.ts';
import { storeLogin } from '../helpers/credentials.ts';
import { type Answer, closeFakes, failed, fakeGateway, hangUp, inTurn, json, page } from '../helpers/fake-gateway.ts';
import { runOnTerminal } from '../helpers/terminal.ts';
import { AUTO_TOPUP, list, MOVEMENT, TOPUP } from './battery/answers.ts';

const KEY = 'sk-gw-testtesttesttesttesttesttesttesttest';

afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

/** A server, and a HOME that is signed in there. */
async function signedIn(routes: Record<string, Answer> = {}) {
  const server = await fakeGateway({
    'GET /api/v1/balance': json({ balance_usd: '4.20', currency: 'USD' }),
    'GET /api/v1/credits/auto': json(AUTO_TOPUP),
    'PUT /api/v1/credits/auto': json(AUTO_TOPUP),
    'GET /api/v1/transactions': list(MOVEMENT, { ...MOVEMENT, amount_usd: '-0.0000123', description: 'gpt-4o-mini' }),
    'POST /api/v1/topup': json(TOPUP, 201),
    ...routes,
  });
  const home = tempHome();
  storeLogin(home, server.url);
  return { server, options: { home, env: { GATEWAY_API_URL: server.url } } };
}
const run = async (args: string[], routes: Record<string, Answer> = {}) => {
  const { server, options } = await signedIn(routes);
  return { ...(await runCli(args, options)), server };
};

describe.concurrent('credits', () => {
  test('tells what is left and what happens when it runs low', async () => {
    const { stdout } = await run(['credits', '--json']);
    expect(JSON.parse(stdout)).toEqual({ balance_usd: '4.20', currency: 'USD', auto_topup: AUTO_TOPUP });
    expect((await run(['credits'])).stdout).toBe(
      '4.20 USD\n\nAutomatic top-up adds 25.00 USD when the balance falls below 5.00 USD: 25.00 of at most 100.00 USD this month. The last one was at 2026-01-01 00:00 UTC.\n',
    );
  });

  test('an API key alone sees the balance, as the rest is for people', async () => {
    const { server } = await signedIn();
    const env = { GATEWAY_API_URL: server.url, GATEWAY_API_KEY: KEY };
    const alone = await runCli(['credits', '--json'], { env });
    expect(JSON.parse(alone.stdout)).toEqual({ balance_usd: '4.20', currency: 'USD', auto_topup: null });
    expect((await runCli(['credits'], { env })).stdout).toBe('4.20 USD\n');
  });

  test.each([
    [['--enable'], { enabled: true }],
    [['--disable'], { enabled: false }],
    [['--threshold-usd', '3', '--amount-usd', '10'], { threshold_usd: '3', amount_usd: '10' }],
    [['--max-per-month-usd', '100'], { max_per_month_usd: '100' }],
    [['--max-per-month-usd', 'none'], { max_per_month_usd: null }],
  ])('auto %j sends what is named and nothing else', async (args, fields) => {
    const { server, stdout } = await run(['credits', 'auto', ...args, '--json']);
    expect(server.seen.map(({ method }) => method)).toEqual(['PUT']);
    expect(server.seen[0]!.fields).toEqual(fields);
    expect(JSON.parse(stdout)).toEqual(AUTO_TOPUP);
  });

  test('auto without a flag shows how it stands and changes nothing', async () => {
    const { server, stdout } = await run(['credits', 'auto', '--json']);
    expect(server.seen.map(({ method }) => method)).toEqual(['GET']);
    expect(JSON.parse(stdout)).toEqual(AUTO_TOPUP);
  });

  test('auto --dry-run tells the plan', async () => {
    const { server, stdout } = await run(['credits', 'auto', '--enable', '--dry-run', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ dry_run: true, method: 'PUT', body: { enabled: true } });
    expect(server.seen).toEqual([]);
  });

  test.each([
    [{ ...AUTO_TOPUP, enabled: false }, /^Automatic top-up is off\..*gateway credits auto --enable/],
    [{ ...AUTO_TOPUP, max_per_month_usd: null, last_topup_at: null }, /: 25\.00 USD this month, without a limit\.\n$/],
    [{ ...AUTO_TOPUP, granted_this_month_usd: '75.01' }, /has added 75\.01 USD this month and adds no more/],
  ])('auto says how it stands: %o', async (auto, told) => {
    expect((await run(['credits', 'auto'], { 'GET /api/v1/credits/auto': json(auto) })).stdout).toMatch(told);
  });

  test('auto tells a refusal with its next step', async () => {
    const message = 'Only its owner may set it. Ask them, or send them the page of `gateway topup --amount 25`.';
    const refused = await run(['credits', 'auto', '--enable', '--json'], {
      'PUT /api/v1/credits/auto': failed(403, 'permission_denied', message),
    });
    expect(failure(refused)).toMatchObject({
      code: 'permission_denied',
      exit_code: 1,
      hint: expect.stringContaining('gateway topup --amount 25'),
    });
  });

  test('history lists what came in and what was spent', async () => {
    const { server, stdout } = await run(['credits', 'history', '--kind', 'credit', '--limit', '7', '--json']);
    expect(JSON.parse(stdout)).toHaveLength(2);
    expect(Object.fromEntries(server.seen[0]!.query)).toEqual({ kind: 'credit', limit: '7' });
    const text = (await run(['credits', 'history'])).stdout;
    expect(text).toMatch(/\+25\.00 +Granted by hand \(top_1\)/);
    expect(text).toMatch(/-0\.0000123 +gpt-4o-mini/);
  });
});

describe.concurrent('topup', () => {
  const status = (fields: object) => json({ ...TOPUP, paid: false, balance_usd: '4.20', ...fields });
  const paid = status({ status: 'paid', paid: true, balance_usd: '9.20' });

  test('names the page and until when it is open, in words', async () => {
    const inADay = Math.floor(Date.now() / 1000) + 86_400;
    const { stdout } = await run(['topup', '--amount', '5'], {
      'POST /api/v1/topup': json({ ...TOPUP, expires_at: inADay }, 201),
    });
    expect(stdout).toContain(`\n  ${TOPUP.checkout_url}\n`);
    expect(stdout).toMatch(/is open until \d{4}-\d\d-\d\d \d\d:\d\d UTC, for 24 hours\.\n$/);
  });

  test.each(['0.99', '10000.01', '0', '-5'])(
    'an amount of %s is refused with the bounds, before it is sent',
    async (amount) => {
      const told = await run(['topup', '--amount', amount, '--json']);
      expect(failure(told)).toMatchObject({ code: 'usage', message: expect.stringMatching(/^--amount must be /) });
      if (Number(amount) > 0) expect(failure(told).message).toBe('--amount must be from 1 to 10000 USD.');
      expect(told.server.seen).toEqual([]);
    },
  );

  test('a person is asked again until the amount is one', async () => {
    const { server, options } = await signedIn();
    const env = { ...options.env, GATEWAY_CREDENTIAL_STORE: 'file' };
    const { screen, exitCode } = await runOnTerminal(['topup'], {
      home: options.home,
      env,
      type: [
        { when: /How much/, keys: 'abc\r' },
        { when: /must be a positive amount/, keys: '\u007f\u007f\u007f0.5\r' },
        { when: /must be from 1 to 10000 USD/, keys: '\u007f\u007f\u007f7\r' },
      ],
    });
    expect([exitCode, screen]).toEqual([0, expect.stringContaining(TOPUP.checkout_url)]);
    expect(server.seen.map(({ fields }) => fields)).toEqual([{ amount_usd: '7' }]);
  });

  test('who is not signed in is asked for no amount', async () => {
    const { screen, exitCode } = await runOnTerminal(['topup'], { env: { GATEWAY_API_URL: 'http://127.0.0.1:9' } });
    expect(exitCode).not.toBe(0);
    expect(screen).toContain('gateway login');
    expect(screen).not.toContain('How much');
  });

  test('--wait goes on until it is paid, and tells the new balance', async () => {
    const { server, stdout, stderr, exitCode } = await run(['topup', '--amount', '5', '--wait', '20'], {
      'GET /api/v1/topup/top_1': inTurn(status({}), paid),
    });
    expect([exitCode, stdout]).toEqual([0, 'Paid. The balance is 9.20 USD.\n']);
    expect(stderr).toContain(TOPUP.checkout_url);
    expect(server.to('/api/v1/topup/top_1')).toHaveLength(2);
  });

  test.each([
    ['a busy server', failed(503, 'internal_error', 'Not now.')],
    ['a cut connection', hangUp],
    ['what a proxy answers', page(502)],
  ])('--wait bears %s', async (_what, trouble) => {
    const { server, stdout, exitCode } = await run(['topup', '--amount', '5', '--wait', '60'], {
      'GET /api/v1/topup/top_1': inTurn(status({}), trouble, trouble, paid),
    });
    expect([exitCode, stdout]).toEqual([0, 'Paid. The balance is 9.20 USD.\n']);
    expect(server.to('/api/v1/topup/top_1').length).toBeGreaterThanOrEqual(4);
  });

  test('--wait that ends while the server is away says that nobody knows, and how to go on', async () => {
    const waited = await run(['topup', '--amount', '5', '--wait', '0', '--json'], {
      'GET /api/v1/topup/top_1': failed(503, 'internal_error', 'Not now.'),
    });
    expect(failure(waited)).toMatchObject({
      code: 'topup_pending',
      exit_code: 4,
      message: 'Whether the top-up of 5.00 USD is paid could not be found out: Not now.',
      next: expect.arrayContaining([{ command: 'gateway topup status top_1', when: 'after the person paid' }]),
    });
  });

  test('--wait does not bear what does not pass', async () => {
    const refused = await run(['topup', '--amount', '5', '--wait', '--json'], {
      'GET /api/v1/topup/top_1': failed(403, 'permission_denied', 'No.'),
    });
    expect(failure(refused)).toMatchObject({ code: 'permission_denied', exit_code: 1 });
    expect(refused.server.to('/api/v1/topup/top_1')).toHaveLength(1);
  });

  test('--wait that sees no payment in time exits 4 and says how to go on', async () => {
    const waited = await run(['topup', '--amount', '5', '--wait', '0', '--json'], {
      'GET /api/v1/topup/top_1': status({}),
    });
    expect([waited.exitCode, waited.stdout]).toEqual([4, '']);
    expect(failure(waited)).toMatchObject({
      code: 'topup_pending',
      hint: expect.stringContaining(TOPUP.checkout_url),
      next: expect.arrayContaining([{ command: 'gateway topup status top_1', when: 'after the person paid' }]),
    });
  });

  test('--wait ends when the page has expired', async () => {
    const expired = await run(['topup', '--amount', '5', '--wait', '--json'], {
      'GET /api/v1/topup/top_1': status({ status: 'expired' }),
    });
    expect(failure(expired)).toMatchObject({ code: 'gone', exit_code: 1 });
  });

  test('Ctrl-C ends the waiting', async () => {
    const { server, options } = await signedIn({ 'GET /api/v1/topup/top_1': status({}) });
    const waiting = startCli(['topup', '--amount', '5', '--wait', '60', '--json'], options);
    await expect.poll(() => server.to('/api/v1/topup/top_1').length, { timeout: 10_000 }).toBeGreaterThan(0);
    waiting.child.kill('SIGINT');
    const ended = await waiting.done;
    expect([ended.exitCode, failure(ended).code]).toEqual([130, 'interrupted']);
  });

  test.each([
    ['paid', paid, 'Paid. The balance is 9.20 USD.\n'],
    ['expired', status({ status: 'expired' }), 'Expired without a payment. Run `gateway topup` again.\n'],
    ['open', status({}), expect.stringMatching(/^Not paid yet\. A person adds 5\.00 USD here:\n\n {2}https:/)],
  ])('status tells one that is %s', async (_state, answer, told) => {
    expect((await run(['topup', 'status', 'top_1'], { 'GET /api/v1/topup/top_1': answer })).stdout).toEqual(told);
  });
});
