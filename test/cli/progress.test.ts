import { afterAll, describe, expect, test } from 'vitest';
import { forgetHomes, runCli } from '../helpers/cli.ts';
import { type Answer, closeFakes, fakeGateway, json, silence } from '../helpers/fake-gateway.ts';
import { runOnTerminal } from '../helpers/terminal.ts';

const KEY = 'sk-gw-testtesttesttesttesttesttesttesttest';
const BALANCE = { balance_usd: '4.20', currency: 'USD' };
const WAITING = 'Waiting for http://127.0.0.1:';
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

/** A server that keeps everybody waiting until it is told to answer. */
async function slowServer() {
  const waiting: (() => void)[] = [];
  let isFree = false;
  let arrived = () => {};
  const answer: Answer = (request, response) => {
    const now = () => json(BALANCE)(request, response);
    if (isFree) return now();
    waiting.push(now);
    arrived();
  };
  const { url } = await fakeGateway({ 'GET /api/v1/balance': answer });
  return {
    env: { GATEWAY_API_URL: url, GATEWAY_API_KEY: KEY },
    answerAll: () => {
      isFree = true;
      for (const now of waiting.splice(0)) now();
    },
    /** Resolves once so many wait. */
    waitedFor: (many: number) =>
      new Promise<void>((resolve) => {
        arrived = () => waiting.length >= many && resolve();
        arrived();
      }),
  };
}

/** Runs a command whose answer comes when its spinner is there. */
function watched(server: Awaited<ReturnType<typeof slowServer>>, env: Record<string, string> = {}) {
  return runOnTerminal(['balance'], {
    env: { ...server.env, ...env },
    watch: (screen) => screen.includes(WAITING) && server.answerAll(),
  });
}

describe.concurrent('while a command waits', () => {
  test('a spinner says so, and is gone before the result', async () => {
    const { screen, exitCode } = await watched(await slowServer());
    expect(exitCode).toBe(0);
    expect(screen).toContain(`\u001b[39m ${WAITING}`);
    const end = screen.slice(screen.lastIndexOf(WAITING));
    expect(end.indexOf(SHOW_CURSOR)).toBeGreaterThan(0);
    expect(end.indexOf(SHOW_CURSOR)).toBeLessThan(end.indexOf('4.20'));
  });

  test('the spinner has no colour with NO_COLOR', async () => {
    const { screen } = await watched(await slowServer(), { NO_COLOR: '1' });
    expect(screen).toContain(WAITING);
    expect(screen).not.toContain('\u001b[3');
  });

  test('no spinner is drawn where nobody watches', async () => {
    const server = await slowServer();
    const { env } = server;
    const unwatched = [
      { where: 'in JSON mode', run: runOnTerminal(['balance', '--json'], { env }) },
      { where: 'with --quiet', run: runOnTerminal(['balance', '--quiet'], { env }) },
      { where: 'in CI', run: runOnTerminal(['balance'], { env: { ...env, CI: 'true' } }) },
      { where: 'for an agent', run: runOnTerminal(['balance'], { env: { ...env, CLAUDECODE: '1' } }) },
      { where: 'on a dumb terminal', run: runOnTerminal(['balance'], { env: { ...env, TERM: 'dumb' } }) },
    ];
    const piped = runCli(['balance'], { env });
    await server.waitedFor(unwatched.length + 1);
    // somebody who is watched comes last: when that spinner is there, theirs would be as well
    await watched(server);
    for (const { where, run } of unwatched) {
      const { screen } = await run;
      expect(screen, where).toContain('4.20');
      expect(screen, where).not.toContain('Waiting');
      expect(screen, where).not.toContain('\u001b');
    }
    const { stdout, stderr } = await piped;
    expect({ stdout, stderr }).toEqual({ stdout: expect.stringContaining('4.20'), stderr: '' });
  });

  test('Ctrl-C takes the spinner away and brings the cursor back before the failure is told', async () => {
    const { url } = await fakeGateway({ '*': silence });
    const { screen, exitCode } = await runOnTerminal(['balance'], {
      env: { GATEWAY_API_URL: url, GATEWAY_API_KEY: KEY },
      type: { when: /Waiting/, keys: '\u0003' },
    });
    expect(exitCode).toBe(130);
    const end = screen.slice(screen.lastIndexOf('Waiting'));
    expect(end.indexOf(SHOW_CURSOR)).toBeGreaterThan(0);
    expect(end.indexOf('Interrupted')).toBeGreaterThan(end.indexOf(SHOW_CURSOR));
    // whoever pressed it knows why, and how to run it again
    expect(end.slice(end.indexOf(SHOW_CURSOR))).toMatch(/^\S*Interrupted\.\s+\S*$/);
    expect(end).not.toMatch(/error|--help/);
  });
});

test('nothing is drawn when the answer comes before somebody grows impatient', async () => {
  // however busy this machine is: half a second takes minutes there
  const script =
    'const set = setTimeout; globalThis.setTimeout = (act, ms, ...rest) => set(act, Math.min(ms * 1000, 2 ** 31 - 1), ...rest);';
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(script)}`;
  const { url } = await fakeGateway({ 'GET /api/v1/balance': json(BALANCE) });
  const env = { GATEWAY_API_URL: url, GATEWAY_API_KEY: KEY, NODE_OPTIONS };
  const { screen } = await runOnTerminal(['balance'], { env });
  expect(screen).toContain('4.20');
  expect(screen).not.toContain('Waiting');
  expect(screen).not.toContain(HIDE_CURSOR);
});
