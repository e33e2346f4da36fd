/** What every command promises, asked of every command in the tree. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../cli/tree.ts';
import { type CliResult, failure, forgetHomes, runCli, tempHome } from '../helpers/cli.ts';
import { storeLogin } from '../helpers/credentials.ts';
import { closeFakes, type FakeGateway, failed, fakeGateway, page } from '../helpers/fake-gateway.ts';

/** What a command needs to be complete; commands that are not here need nothing. */
const ARGUMENTS: Record<string, string[]> = {
  login: ['--start'],
  'profile use': ['default'],
  'profile remove': ['default', '--yes'],
  'keys create': ['--name', 'ci'],
  'keys ensure': ['--name', 'ci'],
  'keys show': ['key_1'],
  'keys update': ['key_1', '--deactivate'],
  'keys limit': ['key_1', '--limit-usd', '1'],
  'keys rotate': ['key_1', '--yes'],
  'keys revoke': ['key_1', '--yes'],
  'logs show': ['req_1'],
  topup: ['--amount', '5'],
  'topup status': ['top_1'],
  'models show': ['openai/gpt-4o-mini'],
  schema: ['balance'],
};
const commands = COMMANDS.filter((row) => row.load).map((row) => row.path);
const withoutServer = new Set([
  'logout',
  'auth status',
  'auth token',
  'profile list',
  'profile use',
  'profile remove',
  'commands',
  'schema',
  'exit-codes',
  'version',
  'serve',
  'exec',
]);
const asking = commands.filter((path) => !withoutServer.has(path) && !path.startsWith('env'));
const forPeopleOnly = new Set(['topup', 'topup status']);
const needingNobody = new Set(['login', 'models', 'models show']);

const KEY = 'sk-gw-testtesttesttesttesttesttesttesttest';
let html: FakeGateway;
let broken: FakeGateway;
let refusing: FakeGateway;
let busy: FakeGateway;

beforeAll(async () => {
  html = await fakeGateway({ '*': page(200) });
  broken = await fakeGateway({ '*': failed(500, 'internal_error', 'Something broke.') });
  refusing = await fakeGateway({ '*': failed(401, 'invalid_api_key', 'This key was revoked.') });
  busy = await fakeGateway({ '*': failed(429, 'something_new', 'Too much.', { 'retry-after': '7' }) });
});
afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

/** Runs it in JSON mode by the key in the environment, or by a login where only a person may call. */
function ask(path: string, url: string, more: string[] = [], key: string | null = KEY): Promise<CliResult> {
  const home = tempHome();
  const env = { GATEWAY_API_URL: url, GATEWAY_API_KEY: forPeopleOnly.has(path) ? undefined : (key ?? undefined) };
  if (key && forPeopleOnly.has(path)) storeLogin(home, url!);
  return runCli([...path.split(' '), ...(ARGUMENTS[path] ?? []), ...more, '--json'], { env, home });
}

function expectFailure(result: CliResult, exitCode: number, code: string): ReturnType<typeof failure> {
  expect(result).toMatchObject({ exitCode, stdout: '' });
  const told = failure(result);
  expect(told).toMatchObject({
    code,
    exit_code: exitCode,
    type: expect.any(String),
    retryable: expect.any(Boolean),
    message: expect.stringMatching(/\S/),
    hint: expect.stringMatching(/\S/),
    next: expect.any(Array),
  });
  expect(Object.keys(told)).toEqual([
    'code',
    'message',
    'type',
    'http_status',
    'exit_code',
    'retryable',
    'retry_after_s',
    'request_id',
    'hint',
    'next',
  ]);
  return told;
}

describe.concurrent('every command', () => {
  test.each(commands)(
    '%s refuses an unknown flag before it does anything, also when --json comes after it',
    async (path) => {
      expectFailure(await runCli([...path.split(' '), '--definitely-not-a-flag', '--json']), 1, 'usage');
    },
  );

  test.each(COMMANDS.map((row) => row.path))('%s ends its help with an example and what it prints', async (path) => {
    const { exitCode, stdout, stderr } = await runCli([...path.split(' '), '--help']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/\nExample:\n {2}\$ gateway .+\n {2}\S[^\n]*\n$/);
  });

  test.each(commands)('%s is described for programs, its output by a schema', async (path) => {
    const { stdout, exitCode } = await runCli(['commands', ...path.split(' '), '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      path,
      flags: expect.any(Array),
      output: expect.any(Object),
      example: { command: expect.stringContaining('gateway'), prints: expect.any(String) },
    });
  });
});

describe.concurrent('every command that asks the server', () => {
  test.each(asking.filter((path) => !needingNobody.has(path)))('%s says that a credential is missing', async (path) => {
    const told = failure(await ask(path, 'http://127.0.0.1:9', [], null));
    expect(['not_logged_in', 'no_api_key']).toContain(told.code);
    expect(told).toMatchObject({ exit_code: 1, http_status: null });
  });

  test.each(asking)('%s ends with 2 when nothing listens', async (path) => {
    expectFailure(await ask(path, 'http://127.0.0.1:1'), 2, 'network_error');
  });

  test.each(asking)('%s ends with 3 when a web page answers', async (path) => {
    expectFailure(await ask(path, html.url), 3, 'bad_response');
  });

  test.each(asking)('%s ends with 3 on a 500, and names the request', async (path) => {
    expect(expectFailure(await ask(path, broken.url), 3, 'internal_error')).toMatchObject({
      http_status: 500,
      request_id: 'req_fake',
    });
  });

  test.each(asking)('%s ends with 1 on a 401', async (path) => {
    // a login whose token is refused is renewed first, which this one cannot
    const [code, http_status] = forPeopleOnly.has(path) ? ['invalid_token', null] : ['invalid_api_key', 401];
    expect(expectFailure(await ask(path, refusing.url), 1, code)).toMatchObject({ http_status });
  });

  test.each(asking)('%s keeps a code it does not know, and how long to wait', async (path) => {
    expect(expectFailure(await ask(path, busy.url), 1, 'something_new')).toMatchObject({
      http_status: 429,
      retry_after_s: 7,
      retryable: true,
    });
  });
});
