import { afterAll, describe, expect, test } from 'vitest';
import { forgetHomes, runCli } from '../helpers/cli.ts';
import { type Answer, closeFakes, fakeGateway, json, silence } from '../helpers/fake-gateway.ts';
import { runOnTerminal } from '../helpers/terminal.ts';

const KEY = 'sk-gw-testtesttesttesttesttesttesttesttest';
const BALANCE = { balance_usd: '4.20', currency: 'USD' };
const WAITING = 'Waiting for http://127.0.0.1:';
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

/** Answers once the spinner must have been there for a while. */
const slow: Answer = (request, response) => void setTimeout(() => json(BALANCE)(request, response), 1500);

afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

async function balance(answer: Answer, env: Record<string, string> = {}, flags: string[] = []) {
  const { url } = await fakeGateway({ 'GET /api/v1/balance': answer });
  return runOnTerminal(['balance', ...flags], { env: { GATEWAY_API_URL: url, GATEWAY_API_KEY: KEY, ...env } });
}

describe.concurrent('while a command waits', () => {
  test('a spinner says so from half a second on, and is gone before the result', async () => {
    const { screen, exitCode } = await balance(slow);
    expect(exitCode).toBe(0);
    expect(screen).toContain(WAITING);
    expect(screen).toContain(`\u001b[39m ${WAITING}`);
    const end = screen.slice(screen.lastIndexOf(WAITING));
    expect(end.indexOf(SHOW_CURSOR)).toBeGreaterThan(0);
    expect(end.indexOf(SHOW_CURSOR)).toBeLessThan(end.indexOf('4.20'));
  });

  test('the spinner has no colour with NO_COLOR', async () => {
    const { screen } = await balance(slow, { NO_COLOR: '1' });
    expect(screen).toContain(WAITING);
    expect(screen).not.toContain('\u001b[3');
  });

  test.each([
    ['in JSON mode', {}, ['--json']],
    ['with --quiet', {}, ['--quiet']],
    ['in CI', { CI: 'true' }, []],
    ['for an agent', { CLAUDECODE: '1' }, []],
    ['on a dumb terminal', { TERM: 'dumb' }, []],
  ])('no spinner is drawn %s', async (_where, env, flags) => {
    const { screen } = await balance(slow, env, flags);
    expect(screen).toContain('4.20');
    expect(screen).not.toContain('Waiting');
    expect(screen).not.toContain('\u001b');
  });

  test('no spinner is drawn without a terminal', async () => {
    const { url } = await fakeGateway({ 'GET /api/v1/balance': slow });
    const { stdout, stderr } = await runCli(['balance'], { env: { GATEWAY_API_URL: url, GATEWAY_API_KEY: KEY } });
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
  });
});

// by itself: a busy machine might take half a second for it
test('nothing is drawn when the answer comes at once', async () => {
  const { screen } = await balance(json(BALANCE));
  expect(screen).toContain('4.20');
  expect(screen).not.toContain('Waiting');
  expect(screen).not.toContain(HIDE_CURSOR);
});
