import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { keepFile } from '../../cli/keep-file.ts';
import { isNewer } from '../../cli/update-notice.ts';
import { version as VERSION } from '../../package.json' with { type: 'json' };
import { forgetHomes, runCli, tempHome } from '../helpers/cli.ts';
import { closeFakes, fakeGateway, json } from '../helpers/fake-gateway.ts';
import { startGateway, stopGateways } from '../helpers/gateway.ts';
import { runOnTerminal } from '../helpers/terminal.ts';

const KEY = 'sk-gw-testtesttesttesttesttesttesttesttest';
const NEW = '999.1.2';
const LINE = `gateway ${NEW} is out (this is ${VERSION}): npm install -g gateway@${NEW}\n`;

afterAll(async () => {
  await closeFakes();
  await stopGateways();
  forgetHomes();
});

async function server(version: string): Promise<Record<string, string>> {
  const answer = json({ balance_usd: '4.20', currency: 'USD' }, 200, { 'x-gateway-version': version });
  const { url } = await fakeGateway({ 'GET /api/v1/balance': answer });
  return { GATEWAY_API_URL: url, GATEWAY_API_KEY: KEY };
}

describe('a version above this one', () => {
  test.each([
    ['0.1.1', '0.1.0', true],
    ['0.10.0', '0.9.9', true],
    ['1.0.0', '0.99.99', true],
    ['0.1.0', '0.1.0', false],
    ['0.0.9', '0.1.0', false],
    ['0.9.9', '1.0.0', false],
    ['0.2.0-beta.1', '0.1.0', false],
    ['0.2.0; rm -rf /', '0.1.0', false],
    ['', '0.1.0', false],
  ])('%s against %s: %s', (seen, own, newer) => {
    expect(isNewer(seen, own)).toBe(newer);
  });
});

describe.concurrent('when the server is newer', () => {
  test('a person at a terminal is told in one line after the result, once a day', async () => {
    const home = tempHome();
    const env = await server(NEW);
    const { screen } = await runOnTerminal(['balance'], { env, home });
    expect(screen.endsWith(LINE)).toBe(true);
    expect(screen.indexOf('4.20')).toBeLessThan(screen.indexOf(LINE));
    const file = join(home, '.gateway', 'update-notice.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await runOnTerminal(['balance'], { env, home })).screen).not.toContain(NEW);
    writeFileSync(
      file,
      JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), told_at: Date.now() - 86_400_001 }),
    );
    expect((await runOnTerminal(['balance'], { env, home })).screen).toContain(LINE);
  });

  test.each([
    ['in JSON mode', {}, ['--json']],
    ['with --quiet', {}, ['-q']],
    ['in CI', { CI: '1' }, []],
    ['for an agent', { AGENT: '1' }, []],
    ['with GATEWAY_NO_UPDATE_NOTICE', { GATEWAY_NO_UPDATE_NOTICE: '1' }, []],
    ['with NO_UPDATE_NOTIFIER', { NO_UPDATE_NOTIFIER: '1' }, []],
  ])('nobody is told %s', async (_where, env, flags) => {
    const home = tempHome();
    const { screen } = await runOnTerminal(['balance', ...flags], { env: { ...(await server(NEW)), ...env }, home });
    expect(screen).toContain('4.20');
    expect(screen).not.toContain(NEW);
  });

  test('nobody is told who chose so for good', async () => {
    const home = tempHome();
    mkdirSync(join(home, '.gateway'));
    writeFileSync(join(home, '.gateway', 'config.json'), '{"update_notice":false}');
    expect((await runOnTerminal(['balance'], { env: await server(NEW), home })).screen).not.toContain(NEW);
  });

  test('nobody is told without a terminal', async () => {
    expect(await runCli(['balance'], { env: await server(NEW) })).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('nobody is told where it cannot be written down, as it would be told each time', async () => {
    const home = tempHome();
    writeFileSync(join(home, '.gateway'), '');
    const { screen, exitCode } = await runOnTerminal(['balance'], { env: await server(NEW), home });
    expect({ exitCode, told: screen.includes(NEW) }).toEqual({ exitCode: 0, told: false });
  });
});

test('what is kept is the user’s alone and whole, and leaves nothing behind where it cannot be', () => {
  const folder = join(tempHome(), 'new');
  expect(keepFile(folder, 'kept.json', '1')).toBe(true);
  expect(keepFile(folder, 'kept.json', '2')).toBe(true);
  expect(readFileSync(join(folder, 'kept.json'), 'utf8')).toBe('2');
  expect(statSync(join(folder, 'kept.json')).mode & 0o777).toBe(0o600);
  mkdirSync(join(folder, 'a-folder'));
  expect(keepFile(folder, 'a-folder', '3')).toBe(false);
  expect(readdirSync(folder)).toEqual(['a-folder', 'kept.json']);
});

test('the management API says which version answers, the data plane does not', async () => {
  const { url, key } = await startGateway();
  const version = async (path: string) =>
    (await fetch(url + path, { headers: { authorization: `Bearer ${key}` } })).headers.get('x-gateway-version');
  expect(await version('/api/v1/balance')).toBe(VERSION);
  expect(await version('/api/v1/nothing')).toBe(VERSION);
  expect(await version('/v1/models')).toBeNull();
});
