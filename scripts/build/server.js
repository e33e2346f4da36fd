import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { cutOut, importedPackages } from './server-packages.js';

/**
 * Builds the server: its packages left outside, all chunks flat in one folder, so that `import.meta.url` finds the
 * migrations and the worker next to them.
 */
export async function buildServer(shared, folder, version) {
  mkdirSync(folder, { recursive: true });
  const { metafile } = await build({
    ...shared,
    entryPoints: [
      { in: 'server/main.ts', out: 'main' },
      { in: 'server/store/embedded-worker.ts', out: 'embedded-worker' },
    ],
    outdir: folder,
    packages: 'external',
    metafile: true,
    sourcemap: true,
  });
  cpSync('server/store/migrations', `${folder}/migrations`, { recursive: true });
  await writeTexts(shared, folder);
  const { manifest, lock } = cutOut(
    importedPackages(metafile),
    JSON.parse(readFileSync('package-lock.json', 'utf8')),
    version,
  );
  writeFileSync(`${folder}/package-lock.json`, JSON.stringify(lock));
  const named = { ...manifest, build: `${version}-${hashOf(folder)}` };
  writeFileSync(`${folder}/package.json`, JSON.stringify(named, null, 2));
}

/** What `/llms.txt` and `/llms-full.txt` answer; the server puts its address in. */
async function writeTexts(shared, folder) {
  const outfile = `${folder}/../texts.mjs`;
  await build({ ...shared, splitting: false, entryPoints: ['scripts/llms/texts.ts'], outfile, packages: 'external' });
  const { texts } = await import(pathToFileURL(resolve(outfile)).href);
  for (const [name, text] of Object.entries(await texts('{{server}}'))) writeFileSync(`${folder}/${name}`, text);
}

/** Twelve digits that change with any file that is shipped. */
function hashOf(folder) {
  const hash = createHash('sha256');
  const names = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => /\.(js|json|sql|txt)$/.test(name))
    .sort((a, b) => (a < b ? -1 : 1));
  for (const name of names) hash.update(name).update(readFileSync(`${folder}/${name}`));
  return hash.digest('hex').slice(0, 12);
}
