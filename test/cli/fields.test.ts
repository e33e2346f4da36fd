import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failure, forgetHomes, runCli, tempHome } from '../helpers/cli.ts';
import { closeFakes, type FakeGateway, fakeGateway, json, keyReply, ME } from '../helpers/fake-gateway.ts';

const KEY = 'sk-gw-testtesttesttesttesttesttesttesttest';
let fake: FakeGateway;

beforeAll(async () => {
  fake = await fakeGateway({
    'GET /api/v1/me': json(ME),
    'GET /api/v1/me/keys': json({ data: [keyReply({ id: 'key_1' }), keyReply({ id: 'key_2' })], next_cursor: null }),
  });
});
afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

const run = (line: string) =>
  runCli(line.split(' '), { home: tempHome(), env: { GATEWAY_API_URL: fake.url, GATEWAY_API_KEY: KEY } });

describe('--fields keeps', () => {
  test.each([
    [
      'of each element of a list',
      'keys list --fields id,limits.spent_usd',
      [
        { id: 'key_1', limits: { spent_usd: '0.00' } },
        { id: 'key_2', limits: { spent_usd: '0.00' } },
      ],
    ],
    [
      'a whole object, in the order that was asked for',
      'whoami --fields auth,id',
      {
        auth: { method: 'api_key', source: 'environment', storage: 'environment', expires_at: null },
        id: 'usr_ann',
      },
    ],
    ['a name that is data, not described', 'env --fields vars.OPENAI_API_KEY', { vars: { OPENAI_API_KEY: KEY } }],
    [
      'what stands behind lists of lists',
      'commands keys show --fields errors.code,path',
      expect.objectContaining({ path: 'keys show' }),
    ],
  ])('%s: %s', async (_what, line, printed) => {
    const { exitCode, stdout, stderr } = await run(line);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual(printed);
  });
});

describe('--fields refuses, before anything is asked,', () => {
  test.each([
    ['a name that is not there, with the nearest', 'keys list --fields idd', 'Did you mean id?'],
    [
      'one inside another, with the whole path',
      'keys list --fields limits.spend_usd',
      'Did you mean limits.spent_usd?',
    ],
    ['a name inside a single value', 'keys list --fields name.first', 'Ask for name.'],
    ['a name of one of several forms', 'login --start --fields user_kode', 'Did you mean user_code?'],
    ['a name inside lists of objects', 'commands keys show --fields errors.kode', 'Did you mean errors.code?'],
  ])('%s', async (_what, line, hint) => {
    const before = fake.seen.length;
    const result = await run(line);
    expect(result).toMatchObject({ exitCode: 1, stdout: '' });
    expect(failure(result)).toMatchObject({ code: 'usage', hint: expect.stringContaining(hint) });
    expect(fake.seen.length).toBe(before);
  });
});
