/**
 * Builds dist/. Two builds: the command line, everything bundled into chunks that load when they are used (it must start
 * fast); and the server, its packages left outside, all chunks flat in one folder so that `import.meta.url` finds the
 * migrations and the worker next to them.
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { cutOut, importedPackages } from './server-packages.js';

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

const runStaysOutside = {
  name: 'run-stays-outside',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/run\.ts$/ }, () => ({ path: './run.js', external: true }));
  },
};

/** What nearly every command needs, and is cheap to load. */
const CORE = [
  'access',
  'auth-facts',
  'build-program',
  'command',
  'context',
  'credentials',
  'failure',
  'nearest',
  'own-flags',
  'paint',
  'prompt',
  'secret-input',
  'table',
];

/**
 * esbuild makes a chunk for every set of entries that share a module: some twenty tiny files a command, each of which
 * costs a millisecond. Every command is made to import the same core, so that the core is one chunk.
 */
const oneCoreChunk = {
  name: 'one-core-chunk',
  setup({ onLoad }) {
    onLoad(
      {
        filter:
          /\/cli\/(run|client|check-fields|describe|describe-schema|describe-text|auth-schema|dry-run|update-notice|oauth|offered-models|pages|preferences|(commands|completion|dotenv|exec|login|probe|skill)\/.*)\.ts$/,
      },
      ({ path }) => {
        const imports = CORE.map(
          (name) => `import ${JSON.stringify(fileURLToPath(new URL(`../cli/${name}.ts`, import.meta.url)))};`,
        );
        return {
          contents: `${readFileSync(path, 'utf8')}\n${imports.join('\n')}`,
          loader: 'ts',
          resolveDir: dirname(path),
        };
      },
    );
  },
};

/**
 * What the command line needs of three packages that load whole: of undici its HTTP/1 client (not fetch, WebSocket, caches
 * and mocks), of zod the English messages, of the prompts all but the one that opens an editor. Half the size, and half
 * the time until a command's first request leaves.
 */
const onlyWhatIsUsed = {
  name: 'only-what-is-used',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^undici$/ }, ({ resolveDir }) => ({
      path: 'undici',
      namespace: 'only-what-is-used',
      pluginData: { resolveDir },
    }));
    onLoad({ filter: /^undici$/, namespace: 'only-what-is-used' }, ({ pluginData }) => ({
      contents: `
        const Dispatcher = require('undici/lib/dispatcher/dispatcher.js');
        Object.assign(Dispatcher.prototype, require('undici/lib/api/index.js'));
        exports.Agent = require('undici/lib/dispatcher/agent.js');`,
      resolveDir: pluginData.resolveDir,
    }));
    onLoad({ filter: /\/undici\/lib\/web\/fetch\/index\.js$/ }, () => ({ contents: '' }));
    onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
      resolveDir: 'node_modules/zod/v4/locales',
    }));
    onLoad({ filter: /\/@inquirer\/editor\// }, () => ({ contents: 'export default undefined;' }));
  },
};

/** Bundled CommonJS packages ask for `require`, which modules do not have: only the chunk with esbuild's helper gets one. */
function withRequire(text) {
  if (!text.includes('Dynamic require of')) return text;
  return `import{createRequire as _createRequire}from"node:module";const require=_createRequire(import.meta.url);${text}`;
}

// built aside and moved in at the end: a failed build leaves the last one, and commands that run meanwhile find their files
mkdirSync('dist', { recursive: true });
const fresh = mkdtempSync('dist/.build-');
process.on('exit', () => rmSync(fresh, { recursive: true, force: true }));
const { outputFiles } = await build({
  ...shared,
  entryPoints: ['cli/run.ts'],
  outdir: `${fresh}/cli`,
  minify: true,
  write: false,
  plugins: [oneCoreChunk, onlyWhatIsUsed],
  define: { ...shared.define, __filename: 'import.meta.filename', __dirname: 'import.meta.dirname' },
});
mkdirSync(`${fresh}/cli`, { recursive: true });
for (const { path, text } of outputFiles) writeFileSync(path, withRequire(text));
// By themselves, so that they share no chunk with the rest: `--version` reads one file, and so does who asks the keychain.
await build({
  ...shared,
  splitting: false,
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  entryPoints: [
    { in: 'cli/main.ts', out: 'main' },
    { in: 'cli/keychain/child.ts', out: 'keychain-child' },
  ],
  outdir: `${fresh}/cli`,
  minify: true,
  external: ['@napi-rs/keyring'],
  plugins: [runStaysOutside],
});

// the same text that the program would print: `--help` costs no loading of it
const help = spawnSync(
  process.execPath,
  ['--input-type=module', '-e', `process.argv.push('--help'); (await import('./${fresh}/cli/run.js')).run(process);`],
  { encoding: 'utf8', env: {} },
);
if (help.status !== 0) throw new Error(`--help ended with ${help.status}: ${help.stderr}`);
writeFileSync(`${fresh}/cli/help.txt`, help.stdout);

if (existsSync('server/main.ts')) {
  const { metafile } = await build({
    ...shared,
    entryPoints: [
      { in: 'server/main.ts', out: 'main' },
      { in: 'server/store/embedded-worker.ts', out: 'embedded-worker' },
    ],
    outdir: `${fresh}/server`,
    packages: 'external',
    metafile: true,
    sourcemap: true,
  });
  const { manifest, lock } = cutOut(
    importedPackages(metafile),
    JSON.parse(readFileSync('package-lock.json', 'utf8')),
    version,
  );
  const lockText = JSON.stringify(lock);
  const hash = createHash('sha256')
    .update(readFileSync(`${fresh}/server/main.js`))
    .update(lockText)
    .digest('hex');
  writeFileSync(
    `${fresh}/server/package.json`,
    JSON.stringify({ ...manifest, build: `${version}-${hash.slice(0, 12)}` }, null, 2),
  );
  writeFileSync(`${fresh}/server/package-lock.json`, lockText);
  cpSync('server/store/migrations', `${fresh}/server/migrations`, { recursive: true });
  // what `/llms.txt` and `/llms-full.txt` answer; the server puts its address in
  const outfile = `${fresh}/texts.mjs`;
  await build({ ...shared, splitting: false, entryPoints: ['scripts/llms/texts.ts'], outfile, packages: 'external' });
  const { texts } = await import(pathToFileURL(outfile).href);
  for (const [name, text] of Object.entries(await texts('{{server}}'))) writeFileSync(`${fresh}/server/${name}`, text);
  if (existsSync('server/console/assets'))
    cpSync('server/console/assets', `${fresh}/server/assets`, { recursive: true });
}

for (const part of ['cli', 'server']) {
  if (!existsSync(`${fresh}/${part}`)) continue;
  if (existsSync(`dist/${part}`)) renameSync(`dist/${part}`, `${fresh}/old-${part}`);
  renameSync(`${fresh}/${part}`, `dist/${part}`);
}
