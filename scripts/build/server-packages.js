/**
 * The manifest and the lock file of the server's build. The published package has no dependencies: the command line is
 * bundled, and whoever runs `gateway serve` gets the server's packages then, exactly those that this repository's lock
 * file names. Somebody who only calls a server downloads none of them.
 */
import { builtinModules } from 'node:module';

const byName = (a, b) => (a < b ? -1 : 1);
/** Why a package is in the clone; here it is there because the server needs it. */
const OF_THE_CLONE = new Set(['dev', 'devOptional', 'peer']);

/** The packages that the outputs of an esbuild build with `packages: 'external'` import. */
export function importedPackages({ outputs }) {
  const paths = Object.values(outputs).flatMap((output) => output.imports.filter((each) => each.external));
  const names = paths.map(({ path }) =>
    path
      .split('/')
      .slice(0, path.startsWith('@') ? 2 : 1)
      .join('/'),
  );
  return [...new Set(names)].filter((name) => !name.startsWith('node:') && !builtinModules.includes(name)).sort(byName);
}

/** `package.json` and `package-lock.json` of these packages and all that they need, cut out of a lock file of version 3. */
export function cutOut(names, lock, version) {
  const dependencies = Object.fromEntries(names.map((name) => [name, lock.packages[`node_modules/${name}`].version]));
  const manifest = { name: 'gateway-server', version, private: true, type: 'module', dependencies };
  const kept = new Map();
  const keep = (path) => {
    if (kept.has(path)) return;
    const entry = Object.fromEntries(Object.entries(lock.packages[path]).filter(([name]) => !OF_THE_CLONE.has(name)));
    kept.set(path, entry);
    const optionalPeers = entry.peerDependenciesMeta ?? {};
    const needed = [
      ...Object.keys({ ...entry.dependencies, ...entry.optionalDependencies }),
      ...Object.keys(entry.peerDependencies ?? {}).filter((name) => !optionalPeers[name]?.optional),
    ];
    for (const name of needed) {
      const found = resolveFrom(path, name, lock.packages);
      if (found) keep(found);
    }
  };
  for (const name of names) keep(`node_modules/${name}`);
  const packages = Object.fromEntries([...kept].sort(([a], [b]) => byName(a, b)));
  return {
    manifest,
    lock: { name: manifest.name, version, lockfileVersion: 3, requires: true, packages: { '': manifest, ...packages } },
  };
}

/** Where Node finds `name` from a package's folder. Undefined for an optional package of another platform. */
function resolveFrom(path, name, packages) {
  for (let folder = path; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    const candidate = `${folder}/node_modules/${name}`;
    if (packages[candidate]) return candidate;
    if (!folder.includes('/node_modules/')) return packages[`node_modules/${name}`] && `node_modules/${name}`;
  }
}
