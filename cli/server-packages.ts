import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GatewayError } from '../shared/errors.ts';
import type { Context } from './context.ts';

/**
 * The folder whose `main.js` is the server. In a clone, and wherever else the server's packages are installed, it is the
 * one beside the command line. The published package comes without them, so that who only calls a server does not
 * download them: there the server is copied into the configuration folder once, and npm installs what its lock file names.
 * @param use `run` keeps it from being removed as an old one while this process lives.
 */
export async function serverFolder(context: Context, use: 'run' | 'prepare'): Promise<string> {
  const shipped = fileURLToPath(new URL('../server/', import.meta.url));
  const manifest = JSON.parse(readFileSync(join(shipped, 'package.json'), 'utf8')) as Manifest;
  const missing = Object.keys(manifest.dependencies).filter((name) => !isInstalled(shipped, name));
  if (missing.length === 0) return shipped;
  const folder = join(context.configDir, 'server-packages', manifest.build);
  if (!existsSync(join(folder, 'main.js'))) await install(context, shipped, folder);
  if (use === 'run') (await import('./old-server-packages.ts')).markInUse(folder);
  return folder;
}

interface Manifest {
  /** Names this build: the version, and a hash of its code and its lock file. */
  build: string;
  dependencies: Record<string, string>;
}

/** Where Node would look for it. */
function isInstalled(folder: string, name: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'node_modules', name, 'package.json'))) return true;
    if (at === dirname(at)) return false;
  }
}

/** Built aside and moved in: of two at a time one wins, and one that was cut off is never taken for whole. */
async function install(context: Context, shipped: string, folder: string): Promise<void> {
  context.note("Fetching the server's packages: once for this version, 70 MB on disk …");
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  const { removeLeftovers, removeUnused } = await import('./old-server-packages.ts');
  await removeLeftovers(dirname(folder), context.now());
  const aside = await mkdtemp(`${folder}.`);
  try {
    await cp(shipped, aside, { recursive: true });
    await npmInstall(context, aside);
    await rename(aside, folder).catch((error: unknown) => {
      if (!existsSync(join(folder, 'main.js'))) throw error;
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  await removeUnused(dirname(folder), folder, context.now());
}

async function npmInstall(context: Context, folder: string): Promise<void> {
  const { execa } = await import('execa');
  const flags = ['--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { failed, stderr, message, code } = await execa('npm', ['ci', ...flags], {
    cwd: folder,
    env: context.env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  if (!failed) return;
  if (code === 'ENOENT')
    throw new GatewayError('install_failed', "npm was not found: it fetches the server's packages.", {
      hint: 'Install npm, which comes with Node, then run the command again.',
    });
  throw new GatewayError('install_failed', `npm could not fetch the server's packages: ${lastLine(stderr) || message}`);
}

function lastLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => /npm (ERR!|error) /i.test(line)) ?? lines.at(-1) ?? '';
}
