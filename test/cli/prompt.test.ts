import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
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
    expect({
      exitCode,
      made: fake.to('/api/v1/me/keys').flatMap(({ method, fields }) => (method === 'POST' ? [fields.name] : [])),
    }).toEqual({
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

test('a long question is broken between words', async () => {
  const home = tempHome();
  const folder = join(home, '.gateway');
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, 'credentials.json'), '{"version":1,', { mode: 0o600 });
  const question = `Move the damaged ${join(folder, 'credentials.json')} aside? Every login and key in it must be made again. (y/N)`;
  // wherever the edge is: it once was within the last word
  const widths = [-1, -2, -3, -4, -5, -6].map((less) => Math.ceil((question.length + 2) / 2) + 20 + less);
  for (const columns of widths) {
    const { screen } = await runOnTerminal(['doctor', '--offline', '--fix'], {
      home,
      columns,
      type: { when: /y\/N/, keys: ENTER },
    });
    const drawn = stripVTControlCharacters(screen);
    const lines = drawn.slice(0, drawn.indexOf('(y/N)') + '(y/N)'.length).split('\n');
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line.trimEnd().length).toBeLessThan(columns);
    expect(lines.map((line) => line.trim()).join(' ')).toContain(question);
  }
});

test('the name of a profile that is nearly right gets a suggestion', async () => {
  const home = tempHome();
  storeLogin(home, 'http://127.0.0.1:1');
  expect(failure(await runCli(['profile', 'use', 'defualt2', '--json'], { home })).hint).toContain(
    'Did you mean default?',
  );
});
