import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { failure, forgetHomes, runCli, tempHome } from '../helpers/cli.ts';
import { storeLogin } from '../helpers/credentials.ts';
import { closeFakes, fakeGateway, json, keyReply } from '../helpers/fake-gateway.ts';
import { runOnTerminal } from '../helpers/terminal.ts';

const KEY = 'sk-gw-testtesttesttesttesttesttesttesttest';
const ENTER = '\r';

afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

async function server() {
  return fakeGateway({
    'POST /api/v1/me/keys': json({ ...keyReply({ name: 'shop' }), raw: 'sk-gw-new' }, 201),
    'GET /api/v1/me/keys/key_1': json(keyReply()),
    'DELETE /api/v1/me/keys/key_1': json({ id: 'key_1', status: 'revoked', revoked: 1 }),
  });
}

describe.concurrent('a person at a terminal', () => {
  test('is offered the name of the folder for a new key, and enter takes it', async () => {
    const fake = await server();
    const home = join(tempHome(), 'shop');
    mkdirSync(home);
    const { exitCode, screen } = await runOnTerminal(['keys', 'create', '--no-cache'], {
      env: { GATEWAY_API_URL: fake.url, GATEWAY_API_KEY: KEY },
      home,
      type: { when: /shop/, keys: ENTER },
    });
    expect({ exitCode, made: fake.to('/api/v1/me/keys').map(({ fields }) => fields.name) }).toEqual({
      exitCode: 0,
      made: ['shop'],
    });
    expect(screen).toContain('sk-gw-new');
  });

  test('says no to a confirmation by enter', async () => {
    const { url, seen } = await server();
    const { exitCode, screen } = await runOnTerminal(['keys', 'revoke', 'key_1'], {
      env: { GATEWAY_API_URL: url, GATEWAY_API_KEY: KEY },
      type: { when: /y\/N/, keys: ENTER },
    });
    expect(exitCode).toBe(1);
    expect(screen).toContain('Nothing was changed');
    expect(seen.filter(({ method }) => method === 'DELETE')).toEqual([]);
  });
});

test('the name of a profile that is nearly right gets a suggestion', async () => {
  const home = tempHome();
  storeLogin(home, 'http://127.0.0.1:1');
  expect(failure(await runCli(['profile', 'use', 'defualt2', '--json'], { home })).hint).toContain(
    'Did you mean default?',
  );
});
