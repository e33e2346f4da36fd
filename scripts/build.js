/** Builds dist/: the command line and the server. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildCli } from './build/cli.js';
import { buildServer } from './build/server.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const shared = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  splitting: true,
  define: { __GATEWAY_VERSION__: JSON.stringify(version) },
  logLevel: 'warning',
};

// built aside and moved in at the end: a failed build leaves the last one, and commands that run meanwhile find their files
mkdirSync('dist', { recursive: true });
const fresh = mkdtempSync('dist/.build-');
process.on('exit', () => rmSync(fresh, { recursive: true, force: true }));
await Promise.all([buildCli(shared, `${fresh}/cli`), buildServer(shared, `${fresh}/server`, version)]);
for (const part of ['cli', 'server']) {
  if (existsSync(`dist/${part}`)) renameSync(`dist/${part}`, `${fresh}/old-${part}`);
  renameSync(`${fresh}/${part}`, `dist/${part}`);
}
