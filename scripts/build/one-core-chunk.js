import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

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
 * costs a millisecond. Every file that is loaded when it is used is made to import the same core, so that the core is one
 * chunk.
 */
export const oneCoreChunk = {
  name: 'one-core-chunk',
  setup({ onLoad }) {
    const core = CORE.map((name) => resolve('cli', `${name}.ts`));
    const entries = lazyFiles(core);
    const imports = core.map((path) => `import ${JSON.stringify(path)};`).join('\n');
    onLoad({ filter: /\/cli\/.*\.ts$/ }, ({ path }) =>
      entries.has(path)
        ? { contents: `${readFileSync(path, 'utf8')}\n${imports}`, loader: 'ts', resolveDir: dirname(path) }
        : undefined,
    );
  },
};

/** The entry, and what is loaded by `import()`, without the core itself: a file of it would import itself. */
function lazyFiles(core) {
  const files = readdirSync('cli', { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => resolve('cli', name));
  const lazy = new Set([resolve('cli/run.ts'), ...files.flatMap((path) => imported(path, /import\('(\.[^']+)'\)/g))]);
  for (const path of closure(core)) lazy.delete(path);
  return lazy;
}

/** The files, and all that they import when they are loaded. */
function closure(files, found = new Set()) {
  for (const path of files) {
    if (found.has(path)) continue;
    found.add(path);
    closure(imported(path, /^(?:import|export) (?!type ).*from '(\.[^']+)';$/gm), found);
  }
  return found;
}

function imported(path, pattern) {
  return [...readFileSync(path, 'utf8').matchAll(pattern)].map(([, to]) => join(dirname(path), to));
}
