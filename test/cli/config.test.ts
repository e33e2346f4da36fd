/** Preferences: who says them, and that nothing is lost. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type CliOptions, failure, forgetHomes, runCli, tempHome } from '../helpers/cli.ts';
import { storeLogin } from '../helpers/credentials.ts';
import { closeFakes, fakeGateway, json, silence } from '../helpers/fake-gateway.ts';

afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

const userPath = (home: string) => join(home, '.gateway', 'config.json');
function userConfig(home: string, text: string): void {
  mkdirSync(join(home, '.gateway'), { recursive: true, mode: 0o700 });
  writeFileSync(userPath(home), text, { mode: 0o600 });
}
const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

/** The preferences in force, by name, as `[value, source]`. */
async function inForce(options: CliOptions, ...flags: string[]): Promise<Record<string, [unknown, string]>> {
  // the other tests keep away from the machine's keychain by this variable
  const env = { GATEWAY_CREDENTIAL_STORE: undefined, ...options.env };
  const { stdout, stderr } = await runCli(['config', 'list', '--json', ...flags], { ...options, env });
  expect(stderr).toBe('');
  const rows: { name: string; value: unknown; source: string }[] = JSON.parse(stdout);
  return Object.fromEntries(rows.map(({ name, value, source }) => [name, [value, source]]));
}

test('a hundred commands that set preferences at once lose nothing, and whoever reads meanwhile sees a whole file', async () => {
  const home = tempHome();
  userConfig(home, '{"of_a_later_version":[1,2]}');
  const reading = { on: true };
  let seen = 0;
  const reader = (async () => {
    for (; reading.on; seen++) {
      expect(read(userPath(home)).of_a_later_version).toEqual([1, 2]);
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const names = ['project', 'default_model', 'timeout'];
  const told = await Promise.all(
    Array.from({ length: 100 }, async (_, i) => {
      const result = await runCli(['config', 'set', names[i % 3]!, String(i + 1), '--timeout', '100', '--json'], {
        home,
      });
      expect(result).toMatchObject({ exitCode: 0, stderr: '' });
      return JSON.parse(result.stdout) as { name: string; value: unknown; previous: unknown };
    }),
  );
  reading.on = false;
  await reader;
  expect(seen).toBeGreaterThan(100);
  for (const name of names) {
    // each change was made upon the one before: a lost one would leave two that follow the same
    const chain = told.filter((each) => each.name === name);
    let last: unknown = null;
    for (let steps = 0; steps < chain.length; steps++) {
      const next = chain.filter(({ previous }) => previous === last);
      expect(next).toHaveLength(1);
      last = next[0]!.value;
    }
    expect(read(userPath(home))[name]).toBe(last);
  }
  expect(readdirSync(join(home, '.gateway'))).toEqual(['config.json']);
  expect(statSync(userPath(home)).mode & 0o777).toBe(0o600);
}, 300_000);

describe('who says a preference', () => {
  test('a flag goes before the environment, that before the project, that before the user', async () => {
    const home = tempHome();
    const cwd = join(home, 'app', 'src');
    mkdirSync(cwd, { recursive: true });
    userConfig(home, '{"api_url":"http://user.test","profile":"mine","timeout":5,"project":"prj_user"}');
    expect(await inForce({ home, cwd })).toMatchObject({
      api_url: ['http://user.test', 'user'],
      profile: ['mine', 'user'],
      timeout: [5, 'user'],
      project: ['prj_user', 'user'],
      update_notice: [true, 'default'],
    });
    writeFileSync(
      join(home, 'app', '.gateway.json'),
      '{"api_url":"http://project.test","profile":"team","timeout":6,"credential_store":"keychain"}',
    );
    const project = await inForce({ home, cwd });
    expect(project).toMatchObject({
      api_url: ['http://project.test', 'project'],
      profile: ['team', 'project'],
      timeout: [6, 'project'],
      project: ['prj_user', 'user'],
      // where secrets are kept is not for a cloned repository to say
      credential_store: ['auto', 'default'],
    });
    const env = { GATEWAY_API_URL: 'http://env.test', GATEWAY_PROFILE: 'ci', GATEWAY_CREDENTIAL_STORE: 'file' };
    expect(await inForce({ home, cwd, env })).toMatchObject({
      api_url: ['http://env.test', 'environment'],
      profile: ['ci', 'environment'],
      credential_store: ['file', 'environment'],
    });
    const flags = ['--api-url', 'http://flag.test', '--profile', 'now', '--timeout', '7'];
    expect(await inForce({ home, cwd, env }, ...flags)).toMatchObject({
      api_url: ['http://flag.test', 'flag'],
      profile: ['now', 'flag'],
      timeout: [7, 'flag'],
    });
  });

  test('the server that issued a login goes before api_url, which says so when it is set', async () => {
    const home = tempHome();
    storeLogin(home, 'http://issuer.test');
    const { stdout } = await runCli(['config', 'set', 'api_url', 'http://other.test/v1/', '--json'], { home });
    expect(JSON.parse(stdout)).toMatchObject({
      value: 'http://other.test',
      changed: true,
      warnings: [expect.stringContaining('signed in to http://issuer.test')],
    });
    expect(await inForce({ home })).toMatchObject({ api_url: ['http://issuer.test', 'login'] });
    // a profile without a login is for the preference's server
    expect(await inForce({ home }, '--profile', 'new')).toMatchObject({ api_url: ['http://other.test', 'user'] });
  });

  test('the server of a preference is asked, within the preferred time', async () => {
    const home = tempHome();
    const server = await fakeGateway({
      'GET /api/v1/balance': json({ balance_usd: '4.20', currency: 'USD' }),
      'GET /api/v1/me': silence,
    });
    userConfig(home, JSON.stringify({ api_url: server.url, timeout: 2 }));
    const env = { GATEWAY_API_KEY: 'sk-gw-testtesttesttesttesttesttesttesttest' };
    expect(await runCli(['balance'], { home, env })).toMatchObject({ exitCode: 0, stdout: '4.20 USD\n' });
    const late = await runCli(['whoami', '--json'], { home, env });
    expect(failure(late)).toMatchObject({ code: 'network_error', message: expect.stringContaining('within 2 s') });
  });
});

describe('config set', () => {
  test('--scope project writes the .gateway.json here or above, and keeps what else is in it', async () => {
    const home = tempHome();
    const cwd = join(home, 'app', 'src');
    mkdirSync(cwd, { recursive: true });
    const file = join(home, 'app', '.gateway.json');
    writeFileSync(file, '{"tools":{"a":1},"timeout":5}');
    const result = await runCli(['config', 'set', 'project', 'prj_1', '--scope', 'project', '--json'], { home, cwd });
    expect(JSON.parse(result.stdout)).toMatchObject({ scope: 'project', file, changed: true });
    expect(read(file)).toEqual({ tools: { a: 1 }, timeout: 5, project: 'prj_1' });
    await runCli(['config', 'unset', 'timeout', '--scope', 'project'], { home, cwd });
    expect(read(file)).toEqual({ tools: { a: 1 }, project: 'prj_1' });
    expect(readdirSync(join(home, 'app')).sort()).toEqual(['.gateway.json', 'src']);
  });

  test.each([
    ['api_key', 'sk-gw-secretsecretsecret'],
    ['default_model', 'sk-gw-secretsecretsecret'],
  ])('stores no secret as %s, does not repeat it, and says where one belongs', async (name, value) => {
    const home = tempHome();
    const result = await runCli(['config', 'set', name, value, '--json'], { home });
    expect(result).toMatchObject({ exitCode: 1, stdout: '' });
    expect(failure(result)).toMatchObject({ code: 'usage', hint: expect.stringContaining('login --with-key -') });
    expect(result.stderr).not.toContain('secretsecret');
    expect(readdirSync(home)).toEqual([]);
  });

  test.each([
    ['timeout', '0'],
    ['timeout', '1e3'],
    ['api_url', 'gateway.example.com'],
    ['api_url', 'https://ann:pw@gateway.example.com'],
    ['credential_store', 'cloud'],
    ['update_notice', 'maybe'],
    ['profile', '../up'],
    ['project', ''],
  ])('refuses %s = %j', async (name, value) => {
    const home = tempHome();
    const result = await runCli(['config', 'set', name, value, '--json'], { home });
    expect(result).toMatchObject({ exitCode: 1, stdout: '' });
    expect(failure(result)).toMatchObject({ code: 'usage', message: expect.stringMatching(`^${name} must be`) });
    expect(readdirSync(home)).toEqual([]);
  });

  test('suggests the name that was meant', async () => {
    const told = failure(await runCli(['config', 'set', 'time_out', '3', '--json'], { home: tempHome() }));
    expect(told.hint).toContain('Did you mean timeout?');
  });

  test('with --dry-run tells what it would do and writes nothing', async () => {
    const home = tempHome();
    const { stdout } = await runCli(['config', 'set', 'timeout', '9', '--dry-run', '--json'], { home });
    expect(JSON.parse(stdout)).toMatchObject({ dry_run: true, name: 'timeout', value: 9, file: userPath(home) });
    expect(readdirSync(home)).toEqual([]);
  });
});

describe('a config.json', () => {
  test.each(['{"timeout":', '[]', 'null', ''])('that holds %j is refused, never replaced', async (text) => {
    const home = tempHome();
    userConfig(home, text);
    for (const command of [['set', 'timeout', '9'], ['unset', 'timeout'], ['list']]) {
      const result = await runCli(['config', ...command, '--json'], { home });
      expect(result).toMatchObject({ exitCode: 1, stdout: '' });
      expect(failure(result)).toMatchObject({
        code: 'config_invalid',
        message: expect.stringContaining(userPath(home)),
      });
    }
    expect(readFileSync(userPath(home), 'utf8')).toBe(text);
    expect(readdirSync(join(home, '.gateway'))).toEqual(['config.json']);
  });

  test('with a wrong value is told by every command that needs it, and unset repairs it', async () => {
    const home = tempHome();
    userConfig(home, '{"timeout":"soon","project":"prj_1"}');
    expect(failure(await runCli(['whoami', '--json'], { home }))).toMatchObject({
      code: 'config_invalid',
      next: [{ command: 'gateway config unset timeout' }],
    });
    expect(await runCli(['config', 'unset', 'timeout'], { home })).toMatchObject({ exitCode: 0 });
    expect(read(userPath(home))).toEqual({ project: 'prj_1' });
  });

  test('that others may read is its owner’s alone once it is written', async () => {
    const home = tempHome();
    userConfig(home, '{}');
    chmodSync(userPath(home), 0o644);
    chmodSync(join(home, '.gateway'), 0o755);
    await runCli(['config', 'set', 'timeout', '9'], { home });
    expect(statSync(userPath(home)).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, '.gateway')).mode & 0o777).toBe(0o700);
  });

  test('on a full disk is left as it was', async () => {
    const home = tempHome();
    userConfig(home, '{"timeout":5}');
    writeFileSync(
      join(home, 'full-disk.cjs'),
      `const fs = require('node:fs');
      const write = fs.writeSync;
      fs.writeSync = (fd, ...rest) => {
        if (fd <= 2) return write(fd, ...rest);
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      };`,
    );
    const env = { NODE_OPTIONS: `--require ${join(home, 'full-disk.cjs')}` };
    const result = await runCli(['config', 'set', 'timeout', '9', '--json'], { home, env });
    expect(result).toMatchObject({ exitCode: 1, stdout: '' });
    expect(failure(result)).toMatchObject({
      code: 'file_error',
      message: `${userPath(home)} cannot be written (ENOSPC). Nothing was changed.`,
    });
    expect(readFileSync(userPath(home), 'utf8')).toBe('{"timeout":5}');
    expect(readdirSync(join(home, '.gateway'))).toEqual(['config.json']);
  });

  test('in a place that cannot be written is told, with the place', async () => {
    const home = tempHome();
    writeFileSync(join(home, '.gateway'), 'a file where the folder should be');
    const result = await runCli(['config', 'set', 'timeout', '9', '--json'], { home });
    expect(result).toMatchObject({ exitCode: 1, stdout: '' });
    expect(failure(result)).toMatchObject({
      code: 'file_error',
      message: expect.stringContaining('cannot be written'),
    });
  });
});

test('config get prints the value alone, and config path the file', async () => {
  const home = tempHome();
  userConfig(home, '{"timeout":12}');
  expect((await runCli(['config', 'get', 'timeout'], { home })).stdout).toBe('12\n');
  expect((await runCli(['config', 'get', 'project'], { home })).stdout).toBe('');
  expect((await runCli(['config', 'path'], { home })).stdout).toBe(`${userPath(home)}\n`);
  expect((await runCli(['config', 'path', '--scope', 'project'], { home })).stdout).toBe(
    `${join(home, '.gateway.json')}\n`,
  );
});
