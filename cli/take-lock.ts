import { setTimeout as sleep } from 'node:timers/promises';
import type { LockOptions } from 'proper-lockfile';
import { GatewayError } from '../shared/errors.ts';

/** Between two looks at a lock that another process holds. */
const PAUSE_MS = { least: 20, most: 150 };
const PATIENCE_MS = 30_000;

/** Whoever waits for a lock: it is the command's `--timeout` that says for how long. */
export interface Waiting {
  globals?: { timeoutMs: number };
}

/**
 * Takes a lock that other processes respect; resolves with what releases it. Waits while another process holds it, then
 * throws `locked`, which says what is. Everything else, such as a folder that cannot be written, is thrown at once: the
 * library's own retries would go on for minutes.
 */
export async function takeLock(
  { globals }: Waiting,
  path: string,
  options: Omit<LockOptions, 'retries'>,
  what = path,
): Promise<() => Promise<void>> {
  const { default: lockfile } = await import('proper-lockfile');
  const patienceMs = globals?.timeoutMs ?? PATIENCE_MS;
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      return await lockfile.lock(path, { ...options, retries: 0 });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ELOCKED') throw cause;
      const leftMs = until - Date.now();
      if (leftMs <= 0) throw locked(what, patienceMs, cause);
      await sleep(Math.min(leftMs, PAUSE_MS.least + Math.random() * (PAUSE_MS.most - PAUSE_MS.least)));
    }
  }
}

function locked(what: string, patienceMs: number, cause: unknown): GatewayError {
  return new GatewayError('locked', `Another gateway command has held ${what} for ${patienceMs / 1000} seconds.`, {
    cause,
  });
}
