/** What `npm pack` ships: a command line without dependencies, and a server that gets its packages when it is first started. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failure, forgetHomes, startCli, tempHome } from '../helpers/cli.ts';
import { closeFakes, fakeGateway, json, keyReply } from '../helpers/fake-gateway.ts';
import { ROOT } from '../helpers/gateway.ts';

const folder = mkdtempSync(join(tmpdir(), 'gateway-pack-'));
const bin = join(folder, 'package', 'bin', 'gateway.js');

beforeAll(() => {
  const name = execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], {
    cwd: ROOT,
    encoding: 'utf8',
  }).trim();
  execFileSync('tar', ['-xzf', join(folder, name), '-C', folder]);
});
afterAll(async () => {
  await closeFakes();
  forgetHomes();
  rmSync(folder, { recursive: true, force: true });
});

test('the package has no dependencies but the optional keychain, and its command line is below 0.8 MB compressed', () => {
  const manifest = JSON.parse(readFileSync(join(folder, 'package', 'package.json'), 'utf8'));
  expect(manifest.dependencies).toBeUndefined();
  expect(Object.keys(manifest.optionalDependencies ?? {})).toEqual(['@napi-rs/keyring']);
  const cli = join(folder, 'package', 'dist', 'cli');
  const compressed = readdirSync(cli)
    .map((name) => gzipSync(readFileSync(join(cli, name))).length)
    .reduce((sum, bytes) => sum + bytes, 0);
  expect(compressed).toBeGreaterThan(100_000);
  expect(compressed).toBeLessThan(800_000);
});

test('the command line runs from the package alone, and calls a server', async () => {
  expect(await startCli(['--version'], { bin }).done).toMatchObject({ exitCode: 0, stderr: '' });
  const fake = await fakeGateway({ 'GET /api/v1/me/keys': json({ data: [keyReply()], next_cursor: null }) });
  const env = { GATEWAY_API_URL: fake.url, GATEWAY_API_KEY: 'sk-gw-testtesttesttesttesttesttesttesttest' };
  const listed = await startCli(['keys', 'list', '--json'], { bin, env }).done;
  expect(listed).toMatchObject({ exitCode: 0, stderr: '' });
  expect(JSON.parse(listed.stdout)).toMatchObject([{ id: 'key_1' }]);
  const people = await startCli(['keys', 'list'], { bin, env }).done;
  expect(people.stdout).toContain('key_1');
});

test("serve installs the server's packages once, as the lock file says, and starts from there", async () => {
  const home = tempHome();
  const packages = join(home, '.gateway', 'server-packages');
  const old = join(packages, '0.0.1-old');
  mkdirSync(old, { recursive: true });
  utimesSync(old, 0, 0);
  const npm = stubNpm(`echo x >> "$HOME/npm-calls"; ln -s "${join(ROOT, 'node_modules')}" node_modules`);
  const env = { PATH: `${npm}:${process.env.PATH}` };
  const prepared = await startCli(['serve', '--prepare', '--json'], { bin, home, env }).done;
  expect(prepared).toMatchObject({ exitCode: 0, stderr: '' });
  const { folder: server } = JSON.parse(prepared.stdout);
  const lock = JSON.parse(readFileSync(join(server, 'package-lock.json'), 'utf8'));
  expect(lock.packages['node_modules/express']).toMatchObject({
    version: expect.any(String),
    integrity: expect.any(String),
  });
  expect(readdirSync(packages)).toEqual([basename(server)]);
  const serving = startCli(['serve', '--json'], {
    bin,
    home,
    env: { ...env, GATEWAY_PORT: '0', GATEWAY_DATA_DIR: join(home, 'data') },
  });
  const [, url] = await serving.said(/"url":"([^"]+)"/);
  expect(await (await fetch(`${url}/healthz`)).json()).toMatchObject({ status: 'ok' });
  expect(readdirSync(join(server, 'in-use'))).toEqual([`${hostname()}.${serving.child.pid}`]);
  serving.child.kill('SIGTERM');
  expect(await serving.done).toMatchObject({ exitCode: 0 });
  expect(readdirSync(join(server, 'in-use'))).toEqual([]);
  expect(readFileSync(join(home, 'npm-calls'), 'utf8')).toBe('x\n');
});

test('serve says what failed when npm cannot install, and leaves nothing half done', async () => {
  const home = tempHome();
  const npm = stubNpm('mkdir node_modules; echo "npm error network request to the registry failed" >&2; exit 1');
  const result = await startCli(['serve', '--prepare', '--json'], {
    bin,
    home,
    env: { PATH: `${npm}:${process.env.PATH}` },
  }).done;
  expect(result).toMatchObject({ exitCode: 2, stdout: '' });
  expect(failure(result)).toMatchObject({
    code: 'install_failed',
    message: expect.stringContaining('network request'),
  });
  expect(readdirSync(join(home, '.gateway', 'server-packages'))).toEqual([]);
});

/** A folder for PATH whose `npm` does as told when it is asked to `ci`. */
function stubNpm(script: string): string {
  const path = mkdtempSync(join(folder, 'npm-'));
  writeFileSync(join(path, 'npm'), `#!/bin/sh\n[ "$1" = ci ] || exit 99\n${script}\n`);
  chmodSync(join(path, 'npm'), 0o755);
  return path;
}
