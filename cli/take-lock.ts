import { setTimeout as sleep } from 'node:timers/promises';
import type { LockOptions } from 'proper-lockfile';

/** Between two looks at a lock that another process holds. */
const PAUSE_MS = { least: 20, most: 150 };
/** As long as a hundred commands at once need until each had its turn. */
const PATIENCE_MS = 60_000;

/**
 * Takes a lock that other processes respect; resolves with what releases it. Waits while another process holds it, then
 * throws ELOCKED. Everything else, such as a folder that cannot be written, is thrown at once: the library's own retries
 * would go on for minutes.
 */
export async function takeLock(
  path: string,
  options: Omit<LockOptions, 'retries'>,
  patienceMs = PATIENCE_MS,
): Promise<() => Promise<void>> {
  const { default: lockfile } = await import('proper-lockfile');
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      return await lockfile.lock(path, { ...options, retries: 0 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED' || Date.now() > until) throw error;
      await sleep(PAUSE_MS.least + Math.random() * (PAUSE_MS.most - PAUSE_MS.least));
    }
  }
}
