import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { failure, forgetHomes, runCli, tempHome } from '../helpers/cli.ts';
import { stored } from '../helpers/credentials.ts';
import { closeFakes, json, ME } from '../helpers/fake-gateway.ts';
import { fakeIssuer, TOKENS } from '../helpers/fake-issuer.ts';

afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

/** A HOME that is signed in to two servers: by the profile `default` and by `work`. */
async function twoServers() {
  const home = tempHome();
  const serve = (display_name: string, balance_usd: string) =>
    fakeIssuer({
      token: [json({ ...TOKENS, access_token: `token of ${display_name}` })],
      routes: {
        'GET /api/v1/me': json({ ...ME, display_name, email: null }),
        'GET /api/v1/balance': json({ balance_usd, currency: 'USD' }),
      },
    });
  const [own, work] = [await serve('Ann', '1.00'), await serve('Ann at work', '2.00')];
  const run = (args: string[], env = {}) => runCli([...args, '--json'], { home, env });
  const read = async (args: string[], env = {}) => JSON.parse((await run(args, env)).stdout);
  await run(['login', '--no-browser', '--api-url', own.url]);
  await run(['login', '--no-browser', '--profile', 'work', '--api-url', work.url]);
  return { home, own, work, run, read };
}

test('each profile is a login to its own server, and its tokens go nowhere else', async () => {
  const { own, work, read } = await twoServers();
  expect(await read(['balance'])).toMatchObject({ balance_usd: '1.00' });
  expect(await read(['balance', '--profile', 'work'])).toMatchObject({ balance_usd: '2.00' });
  expect(await read(['balance'], { GATEWAY_PROFILE: 'work' })).toMatchObject({ balance_usd: '2.00' });
  expect(await read(['profile', 'list'])).toEqual([
    expect.objectContaining({ name: 'default', current: true, api_url: own.url, method: 'oidc' }),
    expect.objectContaining({ name: 'work', current: false, api_url: work.url, method: 'oidc' }),
  ]);
  const sent = (server: typeof own) => new Set(server.seen.flatMap(({ headers }) => headers.authorization ?? []));
  expect([sent(own), sent(work)]).toEqual([new Set(['Bearer token of Ann']), new Set(['Bearer token of Ann at work'])]);
});

test('the chosen profile is used until another one is chosen', async () => {
  const { home, read } = await twoServers();
  expect(await read(['profile', 'use', 'work'])).toEqual({ profile: 'work' });
  expect(await read(['balance'])).toMatchObject({ balance_usd: '2.00' });
  expect(await read(['balance', '--profile', 'default'])).toMatchObject({ balance_usd: '1.00' });
  await read(['profile', 'use', 'default']);
  expect(await read(['balance'])).toMatchObject({ balance_usd: '1.00' });
  expect(JSON.parse(readFileSync(join(home, '.gateway', 'config.json'), 'utf8'))).toEqual({});
});

test('a removed profile is signed out at its issuer, and another one is chosen again', async () => {
  const { home, own, work, run, read } = await twoServers();
  await read(['profile', 'use', 'work']);
  expect(failure(await run(['profile', 'remove', 'work'])).code).toBe('confirmation_required');
  expect(await read(['profile', 'remove', 'work', '--yes'])).toEqual({ profile: 'work', removed: true, revoked: true });
  expect(work.to('/revoke')).toHaveLength(2);
  expect(own.to('/revoke')).toEqual([]);
  expect(Object.keys(stored(home).profiles)).toEqual(['default']);
  expect(await read(['balance'])).toMatchObject({ balance_usd: '1.00' });
});

test('logout of one profile leaves the others signed in', async () => {
  const { own, work, read, run } = await twoServers();
  await read(['logout', '--profile', 'work']);
  expect([own.to('/revoke').length, work.to('/revoke').length]).toEqual([0, 2]);
  expect(await read(['balance'])).toMatchObject({ balance_usd: '1.00' });
  expect(failure(await run(['balance', '--profile', 'work']))).toMatchObject({
    code: 'not_logged_in',
    message: expect.stringContaining('"work"'),
  });
});

test('a profile that is not there is named, with what to do', async () => {
  const { run } = await twoServers();
  expect(failure(await run(['profile', 'use', 'nobody']))).toMatchObject({
    code: 'not_found',
    hint: expect.stringContaining('gateway login --profile nobody'),
  });
  expect(failure(await run(['profile', 'remove', 'nobody', '--yes'])).code).toBe('not_found');
});
