import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
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
  const { outputFiles } = await build({
    ...shared,
    entryPoints: ['cli/run.ts'],
    outdir: folder,
    minify: true,
    write: false,
    plugins: [oneCoreChunk, onlyWhatIsUsed],
    define: { ...shared.define, __filename: 'import.meta.filename', __dirname: 'import.meta.dirname' },
  });
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
    outdir: folder,
    minify: true,
    external: ['@napi-rs/keyring'],
    plugins: [runStaysOutside],
  });
  writeFileSync(`${folder}/help.txt`, rootHelp(folder));
}

/** Bundled CommonJS packages ask for `require`, which modules do not have: only the chunk with esbuild's helper gets one. */
function withRequire(text) {
  if (!text.includes('Dynamic require of')) return text;
  return `import{createRequire as _createRequire}from"node:module";const require=_createRequire(import.meta.url);${text}`;
}

/** What the program prints for `--help` into a pipe: with this file it need not be loaded for that. */
function rootHelp(folder) {
  const script = `process.argv.push('--help'); (await import('./${folder}/run.js')).run(process);`;
  const help = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', env: {} });
  if (help.status !== 0) throw new Error(`--help ended with ${help.status}: ${help.stderr}`);
  return help.stdout;
}
