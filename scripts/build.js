/**
 * Builds dist/. Two builds: the command line, everything bundled into small chunks that load when they are used (it must
 * start fast); and the server, its packages left outside, all chunks flat in one folder so that `import.meta.url` finds
 * the migrations and the worker next to them.
 */
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
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

/** The command line starts the server's own build instead of bundling it. */
const serverStaysOutside = {
  name: 'server-stays-outside',
  setup({ onResolve }) {
    onResolve({ filter: /\/server\/main\.ts$/ }, () => ({ path: '../server/main.js', external: true }));
  },
};

rmSync('dist', { recursive: true, force: true });
await build({
  ...shared,
  entryPoints: ['cli/main.ts'],
  outdir: 'dist/cli',
  minify: true,
  keepNames: false,
  plugins: [serverStaysOutside],
  // bundled CommonJS packages ask for `require` and `__filename`, which modules do not have
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  define: { ...shared.define, __filename: 'import.meta.filename', __dirname: 'import.meta.dirname' },
});

if (existsSync('server/main.ts')) {
  await build({
    ...shared,
    entryPoints: ['server/main.ts', { in: 'server/store/embedded-worker.ts', out: 'embedded-worker' }].map((entry) =>
      typeof entry === 'string' ? { in: entry, out: 'main' } : entry,
    ),
    outdir: 'dist/server',
    packages: 'external',
    sourcemap: true,
  });
  cpSync('server/store/migrations', 'dist/server/migrations', { recursive: true });
  if (existsSync('server/console/assets')) cpSync('server/console/assets', 'dist/server/assets', { recursive: true });
}
