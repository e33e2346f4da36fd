import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failure, forgetHomes, runCli, tempHome } from '../helpers/cli.ts';
import { closeFakes, fakeGateway, hangUp, inTurn, json, keyReply } from '../helpers/fake-gateway.ts';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(async () => {
  await stopGateways();
  await closeFakes();
  forgetHomes();
});

const create = (...more: string[]) =>
  runCli(['keys', 'create', '--name', 'ci', '--json', ...more], {
    home: tempHome(),
    env: { GATEWAY_API_URL: gateway.url, GATEWAY_API_KEY: gateway.key },
  });

describe('--idempotency-key', () => {
  test('makes a command that is run again answer the first result, its secret too, and make nothing', async () => {
    const [first, again] = [await create('--idempotency-key', 'run-1'), await create('--idempotency-key', 'run-1')];
    expect(first.exitCode).toBe(0);
    expect(JSON.parse(again.stdout)).toEqual(JSON.parse(first.stdout));
    expect(JSON.parse(first.stdout).raw).toMatch(/^sk-gw-/);
    const other = await create('--idempotency-key', 'run-2');
    expect(JSON.parse(other.stdout).id).not.toBe(JSON.parse(first.stdout).id);
    const { body } = await gateway.api('GET', '/api/v1/me/keys');
    expect(body.data.filter(({ name }: { name: string }) => name === 'ci')).toHaveLength(2);
  });

  test('is refused for another request than the first', async () => {
    await create('--idempotency-key', 'run-3');
    expect(failure(await create('--idempotency-key', 'run-3', '--limit-usd', '5'))).toMatchObject({ code: 'conflict' });
  });

  test.each(['', 'with space', 'ü'])('cannot be %j', async (key) => {
    expect(failure(await create('--idempotency-key', key))).toMatchObject({ code: 'usage', http_status: null });
  });

  test('goes with the repeat too when the answer was lost; without it each run has a random one of its own', async () => {
    const made = json({ ...keyReply(), raw: 'sk-gw-MadeByTheFakeServerMadeByTheFakeServer' }, 201);
    const fake = await fakeGateway({ 'POST /api/v1/me/keys': inTurn(hangUp, made) });
    const env = { GATEWAY_API_URL: fake.url, GATEWAY_API_KEY: gateway.key };
    const run = (...more: string[]) =>
      runCli(['keys', 'create', '--name', 'ci', '--json', ...more], { home: tempHome(), env });
    expect((await run('--idempotency-key', 'mine')).exitCode).toBe(0);
    expect(fake.seen.map(({ headers }) => headers['idempotency-key'])).toEqual(['mine', 'mine']);
    await run();
    await run();
    const random = fake.seen.slice(2).map(({ headers }) => headers['idempotency-key']);
    expect(new Set(random).size).toBe(2);
    expect(random).not.toContain('mine');
  });
});
