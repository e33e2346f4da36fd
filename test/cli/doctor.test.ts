/** `gateway doctor`: what is wrong, and the command that puts it right. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Check } from '../../cli/doctor/check.ts';
import { withFolderLock } from '../../cli/dotenv/lock.ts';
import { type CliOptions, forgetHomes, runCli, startCli, tempHome } from '../helpers/cli.ts';
import { credentialsPath, stored, storeLogin } from '../helpers/credentials.ts';
import { closeFakes, fakeGateway, json, ME, page } from '../helpers/fake-gateway.ts';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { runOnTerminal } from '../helpers/terminal.ts';
import { startUpstream, type Upstream } from '../helpers/upstream.ts';
import { PROVIDER } from './battery/answers.ts';

const KEY = 'sk-gw-testtesttesttesttesttesttesttesttest';
let upstream: Upstream;
let gateway: Gateway;

beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startGateway({ providers: { openai: `${upstream.url}/v1` }, credit: '0.5' });
});
afterAll(async () => {
  await stopGateways();
  await upstream.close();
  await closeFakes();
  forgetHomes();
});

interface Doctor {
  exitCode: number | null;
  ok: boolean;
  fixed: string[];
  left: string[];
  /** By name. */
  checks: Record<string, Check>;
  names: string[];
}

async function doctor(args: string[], options: CliOptions = {}): Promise<Doctor> {
  const { exitCode, stdout, stderr } = await runCli(['doctor', ...args, '--json'], options);
  expect(stderr).toBe('');
  const { ok, checks, fixed, left }: { ok: boolean; checks: Check[]; fixed: string[]; left: string[] } =
    JSON.parse(stdout);
  for (const check of checks) if (check.status === 'fail') expect(check.fix).toMatch(/^(\w+= )?(gateway|git) \S/);
  return {
    exitCode,
    ok,
    fixed,
    left,
    checks: Object.fromEntries(checks.map((check) => [check.name, check])),
    names: checks.map(({ name }) => name),
  };
}

const inUse = (env: Record<string, string | undefined> = {}) => ({
  GATEWAY_API_URL: gateway.url,
  GATEWAY_API_KEY: gateway.key,
  ...env,
});

test('with a key alone it goes all the way to one token, and says what that cost', async () => {
  const before = upstream.seen.length;
  const { exitCode, ok, checks, names } = await doctor([], { env: inUse() });
  expect({ exitCode, ok }).toEqual({ exitCode: 0, ok: true });
  expect(names).toEqual([
    'config',
    'permissions',
    'variables',
    'server',
    'credential',
    'key',
    'balance',
    'model',
    'request',
    'env_file',
  ]);
  expect(checks).toMatchObject({
    server: { status: 'pass', message: expect.stringMatching(/gateway \d+\.\d+\.\d+\.$/) },
    credential: { status: 'pass', message: expect.stringContaining('GATEWAY_API_KEY') },
    key: { status: 'pass' },
    balance: { status: 'warn', message: expect.stringContaining('Only 0.5'), fix: 'gateway topup --amount 5' },
    model: { status: 'pass', message: expect.stringContaining('openai/gpt-4o-mini') },
    request: { status: 'pass', message: expect.stringMatching(/answered in \d+ ms, for 0\.\d+ USD\./) },
  });
  expect(upstream.seen.length).toBe(before + 1);
});

test('--no-request and --dry-run pay for nothing, and --offline asks nobody', async () => {
  const before = upstream.seen.length;
  expect((await doctor(['--no-request'], { env: inUse() })).names).not.toContain('request');
  expect((await doctor(['--dry-run'], { env: inUse() })).names).not.toContain('request');
  const offline = await doctor(['--offline'], { env: inUse({ GATEWAY_API_URL: 'http://127.0.0.1:9' }) });
  expect(offline).toMatchObject({
    exitCode: 0,
    names: ['config', 'permissions', 'variables', 'credential', 'key', 'env_file'],
  });
  expect(upstream.seen.length).toBe(before);
});

test('for people it ends with what counts', async () => {
  const { stdout, exitCode } = await runCli(['doctor', '--offline'], { env: inUse() });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^ok {3}config .*\n[\s\S]*\n\nAll is well\.\n$/);
  const bad = await runCli(['doctor', '--offline'], {});
  expect(bad.exitCode).toBe(1);
  expect(bad.stdout).toMatch(/FAIL credential .*\n +gateway login\n/);
  expect(bad.stdout).toMatch(/\n2 of 6 checks failed\.\n$/);
});

test('a terminal is told until when a login lives in words', async () => {
  const home = tempHome();
  storeLogin(home, gateway.url);
  const env = { GATEWAY_API_URL: gateway.url, GATEWAY_CREDENTIAL_STORE: 'file' };
  const { screen } = await runOnTerminal(['doctor', '--offline'], { home, env, columns: 200 });
  expect(screen).toMatch(/lives until \d{4}-\d\d-\d\d \d\d:\d\d UTC, (in )?\S+/);
  const { checks } = await doctor(['--offline'], { home, env });
  expect(checks.credential?.message).toMatch(/lives until \d{4}-\d\d-\d\dT[\d:.]+Z\)/);
});

describe('finds', () => {
  test('that nobody listens: what needs the server is not checked, and is no failure of its own', async () => {
    const { exitCode, checks } = await doctor([], { env: inUse({ GATEWAY_API_URL: 'http://127.0.0.1:9' }) });
    expect(exitCode).toBe(1);
    expect(checks).toMatchObject({
      server: { status: 'fail', fix: 'gateway serve' },
      credential: { status: 'warn', message: 'Not checked: no gateway answers.' },
      balance: { status: 'warn' },
      request: { status: 'warn' },
    });
  });

  test('that something else listens', async () => {
    const web = await fakeGateway({ '*': page(200) });
    const { checks } = await doctor([], { env: inUse({ GATEWAY_API_URL: web.url }) });
    expect(checks.server).toMatchObject({ status: 'fail', fix: 'gateway config get api_url' });
    const other = await fakeGateway({ '*': json({ hello: 'world' }) });
    expect((await doctor([], { env: inUse({ GATEWAY_API_URL: other.url }) })).checks.server).toMatchObject({
      status: 'fail',
      message: `${other.url} answers, but not as a gateway does.`,
    });
  });

  test('a revoked key', async () => {
    const revoked = gateway.key.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x'));
    const { exitCode, checks } = await doctor([], { env: inUse({ GATEWAY_API_KEY: revoked }) });
    expect(exitCode).toBe(1);
    expect(checks).toMatchObject({
      server: { status: 'pass' },
      credential: { status: 'fail' },
      key: { status: 'fail' },
      balance: { status: 'warn', message: 'Not checked: there is no credential that works.' },
      model: { status: 'pass' },
      request: { status: 'warn', message: 'Not checked: there is no API key that works.' },
    });
  });

  test('that nothing is left to spend, and that there is no model', async () => {
    const poor = await fakeGateway({
      'GET /healthz': json({ status: 'ok', version: '9.9.9' }),
      'GET /api/v1/me': json(ME),
      'GET /api/v1/balance': json({ balance_usd: '0.00', currency: 'USD' }),
      'GET /v1/models': json({ object: 'list', data: [], has_more: false, first_id: null, last_id: null }),
    });
    const { checks } = await doctor([], { env: { GATEWAY_API_URL: poor.url, GATEWAY_API_KEY: KEY } });
    expect(checks).toMatchObject({
      server: { status: 'warn', message: expect.stringContaining('9.9.9') },
      balance: { status: 'warn', message: expect.stringContaining('no credit left') },
      model: { status: 'fail', fix: 'gateway init' },
      request: { status: 'warn', message: 'Not checked: there is no model to ask.' },
    });
  });

  test('a key of one’s own that its provider refuses', async () => {
    const key = (id: string, more: object) => ({
      id,
      label: id,
      base_url: null,
      key_hint: '',
      status: 'active',
      ...more,
    });
    const since = '2026-01-01T00:00:00.000Z';
    const own_keys = [
      key('pvk_1', { health: { state: 'ok', reason: null, since: null } }),
      key('pvk_2', { health: { state: 'set_aside', reason: 'payment_required', since } }),
      key('pvk_3', { health: { state: 'set_aside', reason: 'unauthorized', since }, status: 'disabled' }),
      key('pvk_4', { health: { state: 'cooling', reason: 'rate_limited', since } }),
    ];
    const refused = await fakeGateway({
      'GET /healthz': json({ status: 'ok', version: '9.9.9' }),
      'GET /api/v1/me': json(ME),
      'GET /api/v1/providers': json({ data: [{ ...PROVIDER, own_keys }], next_cursor: null }),
    });
    const env = { GATEWAY_API_URL: refused.url, GATEWAY_API_KEY: KEY };
    const { checks, names } = await doctor(['--no-request'], { env });
    expect(checks.provider_key).toEqual({
      name: 'provider_key',
      status: 'warn',
      message: `groq refuses the key "pvk_2" since ${since}: payment required.`,
      fix: 'gateway providers update pvk_2 --key -',
    });
    expect(names.filter((name) => name === 'provider_key')).toHaveLength(1);
    const { stdout } = await runCli(['providers', 'list'], { env });
    expect(stdout).toContain(
      'pvk_1, pvk_2 (set aside: payment required), pvk_3 (disabled), pvk_4 (cooling: rate limited)',
    );
  });

  test('a variable that hides the login, and an address that is not the login’s', async () => {
    const home = tempHome();
    storeLogin(home, 'http://issuer.test');
    const { checks } = await doctor(['--offline'], { home, env: inUse() });
    expect(checks.variables).toMatchObject({
      status: 'warn',
      message: expect.stringMatching(/GATEWAY_API_KEY goes before .* is for http:\/\/issuer\.test/),
    });
  });

  test('a preferred model that is not offered', async () => {
    const home = tempHome();
    await runCli(['config', 'set', 'default_model', 'openai/gpt-nothing'], { home });
    const { checks } = await doctor(['--no-request'], { home, env: inUse() });
    expect(checks.model).toMatchObject({ status: 'fail', fix: 'gateway config unset default_model' });
  });

  test('a damaged config file, and what cannot be known then', async () => {
    const home = tempHome();
    mkdirSync(join(home, '.gateway'), { mode: 0o700 });
    writeFileSync(join(home, '.gateway', 'config.json'), '{"timeout":"soon"}', { mode: 0o600 });
    const { exitCode, checks } = await doctor([], { home, env: inUse() });
    expect(exitCode).toBe(1);
    expect(checks).toMatchObject({
      config: { status: 'fail', fix: 'gateway config unset timeout' },
      server: { status: 'warn', message: 'Not checked: it is not known which.' },
    });
  });
});

describe('--fix', () => {
  test('closes files that others may read, and says so', async () => {
    const home = tempHome();
    storeLogin(home, gateway.url);
    chmodSync(credentialsPath(home), 0o644);
    chmodSync(join(home, '.gateway'), 0o755);
    expect((await doctor(['--offline'], { home })).checks.permissions).toMatchObject({
      status: 'warn',
      fix: 'gateway doctor --fix',
    });
    const dry = await doctor(['--offline', '--fix', '--dry-run'], { home });
    expect(dry.fixed).toHaveLength(2);
    expect(statSync(credentialsPath(home)).mode & 0o777).toBe(0o644);
    const { checks, fixed } = await doctor(['--offline', '--fix'], { home });
    expect(fixed).toEqual([`chmod 700 ${join(home, '.gateway')}`, `chmod 600 ${credentialsPath(home)}`]);
    expect(checks.permissions).toMatchObject({ status: 'pass' });
    expect(statSync(credentialsPath(home)).mode & 0o777).toBe(0o600);
    expect((await doctor(['--offline', '--fix'], { home })).fixed).toEqual([]);
  });

  test('moves damaged credentials aside only when somebody says yes', async () => {
    const home = tempHome();
    storeLogin(home, gateway.url);
    writeFileSync(credentialsPath(home), '{"version":1,', { mode: 0o600 });
    const asked = await doctor(['--offline', '--fix'], { home });
    expect(asked).toMatchObject({ exitCode: 1, fixed: [], left: [expect.stringContaining('aside')] });
    expect(asked.checks.credential).toMatchObject({ status: 'fail', fix: 'gateway doctor --fix --yes' });
    expect(readFileSync(credentialsPath(home), 'utf8')).toBe('{"version":1,');
    const { fixed, checks } = await doctor(['--offline', '--fix', '--yes'], { home });
    expect(fixed).toEqual([expect.stringContaining('aside')]);
    expect(checks.credential).toMatchObject({ status: 'fail', fix: 'gateway login' });
    expect(readdirSync(join(home, '.gateway')).filter((name) => name.includes('damaged'))).toHaveLength(1);
  });

  test('forgets a sign-in that can never be completed', async () => {
    const home = tempHome();
    storeLogin(home, gateway.url);
    const pending = { api_url: gateway.url, device_code: 'd', user_code: 'u', verification_uri: 'v', interval: 5 };
    const credentials = { ...stored(home), pending: { default: { ...pending, expires_at: Date.now() - 1 } } };
    writeFileSync(credentialsPath(home), JSON.stringify(credentials), { mode: 0o600 });
    expect((await doctor(['--offline'], { home })).checks.pending_login).toMatchObject({ status: 'warn' });
    const { fixed, names } = await doctor(['--offline', '--fix'], { home });
    expect(fixed).toEqual(['forget sign-ins that were never completed']);
    expect(names).not.toContain('pending_login');
    expect(stored(home).profiles.default).toBeDefined();
  });

  test('has git ignore the env file, and corrects its variables when somebody says yes', async () => {
    const home = tempHome();
    const cwd = join(home, 'app');
    mkdirSync(cwd);
    execFileSync('git', ['init', '-q'], { cwd });
    const text = `A=1\nOPENAI_API_KEY=${KEY}\nOPENAI_BASE_URL=${gateway.url}/v1\n`;
    writeFileSync(join(cwd, '.env'), text, { mode: 0o600 });
    const found = await doctor(['--offline'], { home, cwd, env: inUse({ GATEWAY_API_KEY: KEY }) });
    expect(found.checks.env_file).toMatchObject({ status: 'fail', message: expect.stringContaining('git') });
    const { fixed, checks } = await doctor(['--offline', '--fix'], { home, cwd, env: inUse({ GATEWAY_API_KEY: KEY }) });
    expect(fixed).toEqual([`add .env to ${join(cwd, '.gitignore')}`]);
    expect(checks.env_file).toMatchObject({ status: 'pass' });
    expect(readFileSync(join(cwd, '.env'), 'utf8')).toBe(text);

    const left = await doctor(['--offline', '--fix'], { home, cwd, env: inUse() });
    expect(left).toMatchObject({ exitCode: 1, fixed: [], left: [expect.stringContaining('.env')] });
    const done = await doctor(['--offline', '--fix', '--yes'], { home, cwd, env: inUse() });
    expect(done).toMatchObject({ exitCode: 0, left: [], checks: { env_file: { status: 'pass' } } });
    expect(readFileSync(join(cwd, '.env'), 'utf8')).toBe(text.replace(KEY, gateway.key));
  });

  test.each([
    ['that is mistyped', []],
    ['that is mistyped, which no server is asked for', ['--offline']],
  ])('never writes a key %s into a file, and no doctor says so', async (_case, args) => {
    const home = tempHome();
    const cwd = join(home, 'app');
    mkdirSync(cwd);
    const text = `OPENAI_API_KEY=${gateway.key}\nOPENAI_BASE_URL=${gateway.url}/v1\n`;
    writeFileSync(join(cwd, '.env'), text, { mode: 0o600 });
    const mistyped = gateway.key.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x'));
    const options = { home, cwd, env: inUse({ GATEWAY_API_KEY: mistyped }) };
    const told = await doctor(args, options);
    expect(told.checks).toMatchObject({
      key: { status: 'fail' },
      env_file: { status: 'warn', message: 'Not checked: the API key in use did not pass.', fix: null },
    });
    const tried = await doctor([...args, '--fix', '--yes'], options);
    expect(tried).toMatchObject({ fixed: [], left: [] });
    expect(readFileSync(join(cwd, '.env'), 'utf8')).toBe(text);
  });

  describe('of what git ignores', () => {
    const AS_NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

    /** A work tree whose env file git does not ignore. */
    function openToGit() {
      const home = tempHome();
      const cwd = join(home, 'app');
      mkdirSync(cwd);
      writeFileSync(join(cwd, '.env'), `OPENAI_API_KEY=${KEY}\nOPENAI_BASE_URL=${gateway.url}/v1\n`, { mode: 0o600 });
      const options = { home, cwd, env: inUse({ GATEWAY_API_KEY: KEY }) };
      return { gitignore: join(cwd, '.gitignore'), options };
    }

    test('a .gitignore that cannot be read is left alone', async () => {
      const { gitignore, options } = openToGit();
      const { home, cwd } = options;
      writeFileSync(gitignore, 'node_modules\n', { mode: 0o000 });
      if (AS_NOBODY.uid)
        for (const path of [home, cwd, join(cwd, '.env'), gitignore]) chownSync(path, AS_NOBODY.uid, AS_NOBODY.gid);
      execFileSync('git', ['init', '-q'], { cwd, env: { ...process.env, HOME: home }, ...AS_NOBODY });
      const { stdout } = await runCli(['doctor', '--offline', '--fix', '--json'], { ...options, uid: AS_NOBODY.uid });
      expect(JSON.parse(stdout)).toMatchObject({ fixed: [], left: [`add .env to ${gitignore}`] });
      chmodSync(gitignore, 0o600);
      expect(readFileSync(gitignore, 'utf8')).toBe('node_modules\n');
    });

    test('what another command is writing there is waited for', async () => {
      const { gitignore, options } = openToGit();
      execFileSync('git', ['init', '-q'], { cwd: options.cwd });
      // tells when the lock is reached for
      const script =
        "import fs from 'node:fs'; const { mkdir } = fs; fs.mkdir = (path, ...rest) => { if (/env.locks.\\w+$/.test(path)) console.error('at the lock'); return mkdir(path, ...rest); };";
      const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(script)}`;
      const fixing = await withFolderLock({ configDir: join(options.home, '.gateway') }, options.cwd, async () => {
        const started = startCli(['doctor', '--offline', '--fix', '--json'], {
          ...options,
          env: { ...options.env, NODE_OPTIONS },
        });
        await started.said(/at the lock/);
        writeFileSync(gitignore, 'node_modules\n');
        return started;
      });
      expect(JSON.parse((await fixing.done).stdout).fixed).toEqual([`add .env to ${gitignore}`]);
      expect(readFileSync(gitignore, 'utf8')).toBe('node_modules\n.env\n');
    });
  });
});
