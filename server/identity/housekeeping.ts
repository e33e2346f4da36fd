import { lt, sql } from 'drizzle-orm';
import type { Services } from '../services.ts';
import { browserSessions, issuerRecords, signinCodes } from '../store/schema.ts';

const EVERY_MS = 3_600_000;

/**
 * Deletes what has long expired, now and every hour. A day's grace: a device that polls with an expired code is told
 * that it expired, not that it never was.
 * @returns stops it.
 */
export function startHousekeeping({ store, log }: Pick<Services, 'store' | 'log'>): () => void {
  const sweep = async () => {
    const before = sql`now() - interval '1 day'`;
    try {
      await store.db.delete(issuerRecords).where(lt(issuerRecords.expiresAt, before));
      await store.db.delete(signinCodes).where(lt(signinCodes.expiresAt, before));
      await store.db.delete(browserSessions).where(lt(browserSessions.expiresAt, before));
    } catch (error) {
      log.warn(
        { error: (error as Error).message },
        'expired sign-in records could not be deleted; the next hour tries again',
      );
    }
  };
  const timer = setInterval(() => void sweep(), EVERY_MS).unref();
  void sweep();
  return () => clearInterval(timer);
}
