import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { build, transform } from 'esbuild';
import { oneCoreChunk } from './one-core-chunk.js';
import { onlyWhatIsUsed } from './only-what-is-used.js';

const runStaysOutside = {
  name: 'run-stays-outside',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/run\.ts$/ }, () => ({ path: './run.js', external: true }));
  },
};

/** Builds the command line: everything bundled, in chunks that load when they are used, as it must start fast. */
export async function buildCli(shared, folder) {
  mkdirSync(folder, { recursive: true });
  const { outputFiles: chunks } = await build({
    ...shared,
    entryPoints: ['cli/run.ts'],
    outdir: folder,
    minify: true,
    write: false,
    plugins: [oneCoreChunk, onlyWhatIsUsed],
  });
  // By themselves, so that they share no chunk with the rest: `--version` reads one file, and so does who asks the keychain.
  const { outputFiles: loners } = await build({
    ...shared,
    splitting: false,
    entryPoints: [
      { in: 'cli/main.ts', out: 'main' },
      { in: 'cli/keychain/child.ts', out: 'keychain-child' },
    ],
    outdir: folder,
    minify: true,
    write: false,
    external: ['@napi-rs/keyring'],
    plugins: [runStaysOutside],
  });
  await Promise.all([...chunks, ...loners].map(async ({ path, text }) => writeFileSync(path, await asCommonJs(text))));
  writeFileSync(`${folder}/package.json`, '{"type":"commonjs"}');
  writeFileSync(`${folder}/help.txt`, rootHelp(folder));
}

/**
 * A chunk as CommonJS, which Node loads sooner than a module (some 8 of 20 ms). esbuild splits modules only, so each of
 * its chunks is turned afterwards. What is loaded later is required then; what is no chunk of ours is still imported.
 */
async function asCommonJs(text) {
  const later = text.replaceAll(/\bimport\("(\.\/[^"]+)"\)/g, 'Promise.resolve().then(()=>require("$1"))');
  const define = { 'import.meta.url': '__url' };
  const banner = text.includes('import.meta.url')
    ? 'const __url=require("node:url").pathToFileURL(__filename).href;'
    : '';
  return banner + (await transform(later, { format: 'cjs', platform: 'node', minify: true, define })).code;
}

/** What the program prints for `--help` into a pipe: with this file it need not be loaded for that. */
function rootHelp(folder) {
  const script = `process.argv.push('--help'); require('./${folder}/run.js').run(process);`;
  const help = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', env: {} });
  if (help.status !== 0) throw new Error(`--help ended with ${help.status}: ${help.stderr}`);
  return help.stdout;
}
