/**
 * What somebody pays who runs the command line for the first time: the time of `npx gateway --version` on an empty npm
 * cache, and what it downloads. The package is packed from this clone; its optional keychain comes from npm.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'gateway-npx-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

run('npm', ['run', 'build', '--silent'], root);
const tarball = join(folder, run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], root));
const times = [];
for (let round = 0; round < 3; round++) {
  const cache = join(folder, `cache-${round}`);
  const startedAt = performance.now();
  run('npx', ['--yes', `--package=${tarball}`, 'gateway', '--version'], folder, { npm_config_cache: cache });
  times.push(Math.round(performance.now() - startedAt));
  if (round === 2) {
    console.log(`package: ${kilobytes(statSync(tarball).size)}`);
    console.log(`downloaded, with npm's own metadata: ${kilobytes(sizeOf(join(cache, '_cacache', 'content-v2')))}`);
  }
}
console.log(`npx gateway --version, empty cache: ${times.sort((a, b) => a - b).join(', ')} ms`);

function run(command, args, cwd, env = {}) {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, ...env }, timeout: 120_000 });
  if (result.status !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${result.status}: ${result.stderr}`);
  return result.stdout.trim();
}

function sizeOf(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return found.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

function kilobytes(bytes) {
  return `${Math.round(bytes / 1000)} kB`;
}
