import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseUsd } from '../../shared/money.ts';
import { BIN, type Gateway, startGateway } from '../helpers/gateway.ts';
import { fixture, type Seen, sendJson, startUpstream, type Upstream } from '../helpers/upstream.ts';
import { type Home, makeHome } from './dotenv/home.ts';

let upstream: Upstream;
let gateway: Gateway;
let home: Home;
let env: Record<string, string>;

/** As a provider that obeys the output limit it is sent: the gateway lowers it to what the budget affords. */
function obedient(seen: Seen, response: ServerResponse): void {
  const asked = JSON.parse(seen.body.toString()) as { max_tokens?: number; max_completion_tokens?: number };
  const reply = JSON.parse(fixture('openai/chat.json').toString());
  reply.usage.completion_tokens = Math.min(10, asked.max_tokens ?? asked.max_completion_tokens ?? 10);
  reply.usage.total_tokens = reply.usage.prompt_tokens + reply.usage.completion_tokens;
  sendJson(response, 200, JSON.stringify(reply));
}

beforeAll(async () => {
  upstream = await startUpstream();
  upstream.respond = obedient;
  gateway = await startGateway({ providers: { openai: `${upstream.url}/v1` } });
  home = makeHome();
  env = { ...home.env, GATEWAY_API_URL: gateway.url, GATEWAY_API_KEY: gateway.key };
  writeFileSync(join(home.project, 'ask.mjs'), ASK);
});
afterAll(async () => {
  home?.remove();
  await gateway?.stop();
  await upstream?.close();
});

/** Asks a model as many times as its argument says, and prints the key it was given and the statuses. */
const ASK = `
const statuses = [];
for (let i = 0; i < Number(process.argv[2]); i++) {
  const answer = await fetch(process.env.OPENAI_BASE_URL + '/chat/completions', {
    method: 'POST',
    headers: { authorization: 'Bearer ' + process.env.OPENAI_API_KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-4o-mini', max_tokens: 10, messages: [{ role: 'user', content: 'Say hello. '.repeat(10) }] }),
  });
  await answer.text();
  statuses.push(answer.status);
}
console.log(JSON.stringify({ key: process.env.OPENAI_API_KEY, statuses }));
`;

const exec = (...args: string[]) => home.run(['exec', '--json', ...args], { env });
const ask = (count: number) => ['--', process.execPath, 'ask.mjs', String(count)];
const receiptOf = (stderr: string) => JSON.parse(stderr.trim().split('\n')[0]!);
const keyOf = async (id: string) => (await gateway.api('GET', `/api/v1/me/keys/${id}`)).body;

test('the command has a key of its own, which is revoked afterwards, and the receipt says what it spent', async () => {
  const { exitCode, stdout, stderr } = await exec('--budget-usd', '2', ...ask(3));
  expect(exitCode).toBe(0);
  const { key, statuses } = JSON.parse(stdout);
  expect(statuses).toEqual([200, 200, 200]);
  expect(key).toMatch(/^sk-gw-/);
  expect(key).not.toBe(gateway.key);
  const receipt = receiptOf(stderr);
  expect(receipt).toMatchObject({
    event: 'receipt',
    budget_usd: '2.00',
    requests: 3,
    tokens_in: 57,
    tokens_out: 30,
    revoked: true,
  });
  expect(parseUsd(receipt.cost_usd)).toBeGreaterThan(0n);
  expect(parseUsd(receipt.cost_usd)! + parseUsd(receipt.remaining_usd)!).toBe(parseUsd('2'));
  expect(await keyOf(receipt.key)).toMatchObject({
    status: 'revoked',
    limits: { limit_usd: '2.00', spent_usd: receipt.cost_usd },
  });
  expect(stderr).not.toContain(key);
  const again = await home.run(['exec', '--key', '-', ...ask(1)], { env, stdin: 'pipe', input: key });
  expect(JSON.parse(again.stdout).statuses).toEqual([401]);
});

test('the budget is a hard cap: what would exceed it is refused', async () => {
  const { stdout, stderr } = await exec('--budget-usd', '0.00004', ...ask(8));
  const { statuses } = JSON.parse(stdout);
  expect(statuses).toContain(200);
  expect(statuses.at(-1)).toBe(402);
  expect(parseUsd(receiptOf(stderr).cost_usd)).toBeLessThanOrEqual(parseUsd('0.00004')!);
});

test('a person is told in words, on stderr', async () => {
  const { stderr } = await home.run(['exec', '--budget-usd', '0.5', ...ask(1)], { env });
  expect(stderr).toMatch(
    /^gateway: this run spent 0\.0\d+ USD of 0\.50 USD in 1 request \(19 tokens in, 10 out\)\.\n$/,
  );
});

test('the exit code of the command is kept', async () => {
  const { exitCode, stderr } = await exec('--budget-usd', '1', '--', 'sh', '-c', 'exit 9');
  expect(exitCode).toBe(9);
  expect(receiptOf(stderr)).toMatchObject({ requests: 0, cost_usd: '0.00', revoked: true });
});

test('a command that does not exist leaves no key behind', async () => {
  const { exitCode, stderr } = await exec('--budget-usd', '1', '--', 'no-such-command-here');
  expect(exitCode).toBe(127);
  expect(await keyOf(receiptOf(stderr).key)).toMatchObject({ status: 'revoked', name: 'exec no-such-command-here' });
  expect(JSON.parse(stderr.trim().split('\n')[1]!).error.code).toBe('command_not_found');
});

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s', (signal, code) => {
  test('ends the command and revokes its key', async () => {
    const args = [
      BIN,
      'exec',
      '--json',
      '--budget-usd',
      '1',
      '--',
      process.execPath,
      '-e',
      'setTimeout(() => {}, 20000); console.log("ready")',
    ];
    const child = spawn(process.execPath, args, { cwd: home.project, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    child.stdout.on('data', () => child.kill(signal));
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk;
    });
    expect((await once(child, 'close'))[0]).toBe(code);
    const receipt = receiptOf(stderr);
    expect(receipt.revoked).toBe(true);
    expect((await keyOf(receipt.key)).status).toBe('revoked');
  });
});

test('a key that may not make keys is refused before anything is run', async () => {
  const { body } = await gateway.api('POST', '/api/v1/me/keys', { name: 'plain' });
  const { exitCode, stdout, stderr } = await home.run(['exec', '--json', '--budget-usd', '1', '--', 'echo', 'ran'], {
    env: { ...env, GATEWAY_API_KEY: body.raw },
  });
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(JSON.parse(stderr).error).toMatchObject({
    code: 'permission_denied',
    hint: expect.stringContaining('manage'),
  });
});

test('without any login, nothing is run and the way in is told', async () => {
  const { GATEWAY_API_KEY: _none, ...anonymous } = env;
  const { exitCode, stdout, stderr } = await home.run(['exec', '--json', '--budget-usd', '1', '--', 'echo', 'ran'], {
    env: anonymous,
  });
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(JSON.parse(stderr).error).toMatchObject({
    code: 'not_logged_in',
    hint: expect.stringContaining('gateway login'),
  });
});

test('when the server is gone at the end, the exit code stays and the command that revokes the key is told', async () => {
  const short = await startGateway();
  const local = { ...env, GATEWAY_API_URL: short.url, GATEWAY_API_KEY: short.key };
  const kill = `process.kill(${short.process.pid}, 'SIGKILL'); process.exit(6)`;
  const { exitCode, stderr } = await home.run(['exec', '--budget-usd', '1', '--', process.execPath, '-e', kill], {
    env: local,
  });
  expect(exitCode).toBe(6);
  expect(stderr).toMatch(/could not be revoked. Run `gateway keys revoke [\w-]+`/);
});

test('a budget that is too small for one request: a larger one is told, not how to change a key that is gone', async () => {
  const child = [process.execPath, BIN, 'test', '--json'];
  const { exitCode, stderr } = await exec('--budget-usd', '0.0000001', '--', ...child);
  expect(exitCode).toBe(1);
  const { error } = JSON.parse(stderr.trim().split('\n')[0]!);
  expect(error).toMatchObject({ code: 'key_limit_reached', hint: expect.stringContaining('a larger --budget-usd') });
  expect(error.next).toEqual([
    { command: 'gateway exec --budget-usd <amount> -- gateway test --json', when: 'with more than 0.0000001' },
  ]);
});
