import { afterAll, describe, expect, test } from 'vitest';
import { failure, forgetHomes, runCli, tempHome } from '../helpers/cli.ts';
import { storeLogin } from '../helpers/credentials.ts';
import { closeFakes, failed, fakeGateway, json } from '../helpers/fake-gateway.ts';

afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

const DEAD = 'sk-gw-dead';
const commands = (told: Record<string, unknown>) => (told.next as { command: string }[]).map(({ command }) => command);

describe.concurrent('a refusal leads where it can be mended', () => {
  test('a login for another server: to a login at the server that was asked', async () => {
    const server = await fakeGateway({ '*': json({}) });
    const home = tempHome();
    storeLogin(home, server.url);
    const told = failure(await runCli(['balance', '--api-url', 'http://127.0.0.1:1', '--json'], { home }));
    expect(told).toMatchObject({ code: 'wrong_server' });
    expect(commands(told)).toEqual(['gateway login --api-url http://127.0.0.1:1']);
  });

  test.each([
    ['models', ['test', '--model', 'm']],
    ['the account', ['balance']],
  ])('GATEWAY_API_KEY, refused for %s: past that variable', async (_what, args) => {
    const server = await fakeGateway({ '*': failed(401, 'invalid_api_key', 'The API key is not valid.') });
    const env = { GATEWAY_API_URL: server.url, GATEWAY_API_KEY: DEAD };
    const told = failure(await runCli([...args, '--json'], { env }));
    expect(told).toMatchObject({ code: 'invalid_api_key', hint: expect.stringContaining('GATEWAY_API_KEY') });
    expect(commands(told)).toEqual(['gateway auth status', 'gateway login']);
  });

  test('a key of another source, refused: to the list of keys', async () => {
    const server = await fakeGateway({ '*': failed(401, 'invalid_api_key', 'The API key is not valid.') });
    const env = { GATEWAY_API_URL: server.url, GATEWAY_API_KEY: 'sk-gw-other' };
    const told = failure(await runCli(['test', '--model', 'm', '--key', '-', '--json'], { env, stdin: DEAD }));
    expect(commands(told)).toEqual(['gateway keys list']);
  });

  test('GATEWAY_API_KEY with a blank inside: past that variable', async () => {
    const env = { GATEWAY_API_URL: 'http://127.0.0.1:1', GATEWAY_API_KEY: 'sk gw' };
    expect(commands(failure(await runCli(['balance', '--json'], { env })))[0]).toBe('gateway auth status');
  });

  test.each([
    ['CI', { CI: 'true' }, 'gateway whoami'],
    ['an agent', { CLAUDECODE: '1' }, 'gateway login --start'],
    ['a person', {}, 'gateway login'],
  ])('what a person alone may do, asked with an API key by %s', async (_who, env, next) => {
    for (const args of [
      ['topup', '--amount', '5'],
      ['projects', 'list'],
      ['members', 'list'],
    ]) {
      const named = { GATEWAY_API_URL: 'http://127.0.0.1:1', GATEWAY_API_KEY: 'sk-gw-x', ...env };
      const told = failure(await runCli([...args, '--json'], { env: named }));
      expect(told).toMatchObject({ code: 'not_logged_in', message: expect.stringContaining('a person must') });
      expect(commands(told)).toEqual([next]);
    }
  });

  test.each([
    ['its own', 'The spending limit of key "exec gateway" is reached ($0.0000001 left).', 'exec --budget-usd'],
    ['that of a key above', 'The spending limit of key "ci" above this key is reached ($0 left).', 'keys list'],
  ])('the limit of a key of one run, %s', async (_whose, message, next) => {
    const server = await fakeGateway({ '*': failed(402, 'key_limit_reached', message) });
    const env = { GATEWAY_API_URL: server.url, GATEWAY_API_KEY: 'sk-gw-x', GATEWAY_EXEC_BUDGET_USD: '0.0000001' };
    const told = failure(await runCli(['test', '--model', 'm', '--json'], { env }));
    expect(commands(told)[0]).toMatch(`gateway ${next}`);
  });
});
