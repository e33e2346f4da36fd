/** The folder of server packages holds one folder a build: what in it nobody needs any more. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';

/** What an install that goes on for longer than this was cut off. */
const LEFTOVER_MS = 3_600_000;
const UNUSED_MS = 30 * 24 * LEFTOVER_MS;
/** A folder that is being filled, as `mkdtemp` names it. */
const LEFTOVER = /\.[A-Za-z0-9]{6}$/;
const IN_USE = 'in-use';

/** Says that this process runs the server from there, until it ends. Where nothing can be written it is not said. */
export function markInUse(folder: string): void {
  const mark = join(folder, IN_USE, markOf(process.pid));
  try {
    mkdirSync(dirname(mark), { recursive: true, mode: 0o700 });
    writeFileSync(mark, '');
  } catch {
    return;
  }
  process.once('exit', () => {
    try {
      rmSync(mark, { force: true });
    } catch {
      // the process is gone all the same, and that is what is asked
    }
  });
}

/** Removes what installs that were cut off left behind. */
export async function removeLeftovers(packages: string, now: number): Promise<void> {
  await eachIn(packages, async (name, path) => {
    if (LEFTOVER.test(name) && now - (await changedAt(path)) > LEFTOVER_MS) await remove(path);
  });
}

/** Removes builds that were not installed or started for a month, and that no process runs from. `current` stays. */
export async function removeUnused(packages: string, current: string, now: number): Promise<void> {
  await eachIn(packages, async (name, path) => {
    if (path === current || LEFTOVER.test(name)) return;
    const marks = await readdir(join(path, IN_USE)).catch(() => []);
    // a mark comes and goes with a process
    const usedAt = await changedAt(join(path, IN_USE)).catch(() => 0);
    if (now - Math.max(usedAt, await changedAt(path)) <= UNUSED_MS || marks.some(mayRun)) return;
    // at once, so that nobody starts half of it
    const aside = `${path}.000000`;
    await rename(path, aside);
    await remove(aside);
  });
}

/** What somebody else moved or removed meanwhile, or what may not be removed, is in nobody's way. */
async function eachIn(packages: string, act: (name: string, path: string) => Promise<void>): Promise<void> {
  for (const name of await readdir(packages)) await act(name, join(packages, name)).catch(() => {});
}

const remove = (path: string) => rm(path, { recursive: true, force: true });

async function changedAt(path: string): Promise<number> {
  return (await stat(path)).mtimeMs;
}

function markOf(pid: number): string {
  return `${hostname()}.${pid}`;
}

/** False when the process is known to have ended; of another machine nothing is known. */
function mayRun(mark: string): boolean {
  const pid = Number(mark.slice(mark.lastIndexOf('.') + 1));
  if (mark !== markOf(pid)) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
