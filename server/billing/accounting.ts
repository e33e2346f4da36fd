/**
 * From a settled request to the store, exactly once: journal first (before the caller is told), then memory, then in
 * batches into the store, where a record that is already there changes nothing.
 */
import { performance } from 'node:perf_hooks';
import type { Logger } from 'pino';
import { GatewayError } from '../../shared/errors.ts';
import { reasonOf, sqlStateOf } from '../store/reason.ts';
import type { Store } from '../store/store.ts';
import { grantDue } from './auto-topup.ts';
import { type Account, type Budget, book, type Pending } from './budget.ts';
import { commit, type Totals } from './commit.ts';
import type { Journal } from './journal.ts';
import type { UsageRecord } from './record.ts';

export interface Accounting {
  /**
   * Makes a record durable. Throws when it cannot be written: then nothing may be told. The hold is settled by the caller.
   * @param accounts those whose `pending` the cost is part of until the store has it.
   */
  record(record: UsageRecord, accounts?: readonly Account[]): void;
  /** Throws `service_unavailable` while records cannot be written: what cannot be accounted for is not begun. */
  ensureWritable(): void;
  /** Resolves when everything recorded so far is in the store; rejects when the store does not take it now. */
  flush(): Promise<void>;
  /** Runs `work` while no batch is being written, so that what it reads of balances agrees with what is pending. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  /** Brings what an earlier process left in the journal into the store. Called once, before listening. */
  replay(): Promise<number>;
  /** Records that wait for the store. */
  readonly backlog: number;
  close(): Promise<void>;
}

/** A journal file whose records wait for the store. `records` is undefined when memory was short: then the file is read. */
interface Segment {
  file: string;
  records: UsageRecord[] | undefined;
  /** One for each record, in order. */
  pending: Pending[];
}

const FLUSH_AFTER_MS = 250;
const RETRY_AFTER_MS = 500;
const BATCH = 1_000;
const SEGMENT_RECORDS = 5_000;
const MAX_IN_MEMORY = 20_000;
/** While requests keep this process busy, an embedded store may take one part in so many of its time. */
const BUSY_SHARE = 12;
const BUSY_UTILIZATION = 0.7;

/** @param sharesProcess the store's work is done in this process, so it must give way to requests. */
export function createAccounting(parts: {
  store: Store;
  budget: Budget;
  journal: Journal;
  log: Logger;
  sharesProcess: boolean;
}): Accounting {
  const { store, budget, journal, log } = parts;
  let fresh: UsageRecord[] = [];
  let freshPending: Pending[] = [];
  let unwritable = false;
  const waiting: Segment[] = [];
  let inMemory = 0;
  let backlog = 0;
  let timer: NodeJS.Timeout | undefined;
  let tail: Promise<unknown> = Promise.resolve();
  let failing = false;
  let topups: Promise<void> = Promise.resolve();
  let utilization = performance.eventLoopUtilization();

  const exclusive = <T>(work: () => Promise<T>): Promise<T> => {
    const run = tail.then(work);
    tail = run.catch(() => {});
    return run;
  };

  const seal = () => {
    const file = journal.rotate();
    if (file === undefined) return;
    const keep = inMemory <= MAX_IN_MEMORY;
    waiting.push({ file, records: keep ? fresh : undefined, pending: freshPending });
    if (!keep) inMemory -= fresh.length;
    fresh = [];
    freshPending = [];
  };

  /** The record is durable already: a file that cannot be changed for another now is changed later. */
  const sealIfPossible = () => {
    try {
      seal();
    } catch (error) {
      log.error({ reason: reasonOf(error) }, 'the journal cannot start a new file');
    }
  };

  /**
   * Commits a batch. When the store refuses what is in it for good, the batch is halved until the record at fault stands
   * alone: that one is set aside in a file, so that it cannot hold up the others.
   */
  const commitSound = async (batch: readonly UsageRecord[]): Promise<Totals> => {
    try {
      return await commit(store, batch);
    } catch (error) {
      if (!isRefusedData(error)) throw error;
      if (batch.length === 1) {
        journal.setAside(batch[0]!);
        log.error(
          { request: batch[0]!.id, reason: reasonOf(error) },
          'the store refuses a usage record: it is set aside in rejected.ndjson beside the journal',
        );
        return new Map();
      }
      const middle = batch.length >> 1;
      const first = await commitSound(batch.slice(0, middle));
      return new Map([...first, ...(await commitSound(batch.slice(middle)))]);
    }
  };

  /** Writes one batch; true when more waits. */
  const writeBatch = async (): Promise<boolean> => {
    if (waiting.length === 0) seal();
    const segment = waiting[0];
    if (!segment) return false;
    if (!segment.records) {
      segment.records = journal.read(segment.file);
      inMemory += segment.records.length;
    }
    const batch = segment.records.slice(0, BATCH);
    const totals = await commitSound(batch);
    book(budget, totals, segment.pending.slice(0, batch.length));
    segment.records = segment.records.slice(BATCH);
    segment.pending = segment.pending.slice(BATCH);
    inMemory -= batch.length;
    backlog -= batch.length;
    if (segment.records.length === 0) {
      journal.remove(segment.file);
      waiting.shift();
    }
    budget.wake();
    topups = topups.then(() => grantDue({ store, log }, organizationsOf(totals)));
    return backlog > 0;
  };

  const tryBatch = async (): Promise<boolean> => {
    try {
      const more = await writeBatch();
      if (failing) log.info('the store takes usage records again');
      failing = false;
      return more;
    } catch (error) {
      if (!failing)
        log.error(
          { reason: reasonOf(error), backlog },
          'usage records wait in the journal: the store does not take them',
        );
      failing = true;
      throw error;
    }
  };

  const schedule = (afterMs: number) => {
    timer ??= setTimeout(() => {
      timer = undefined;
      const startedMs = performance.now();
      exclusive(tryBatch).then(
        (more) => more && schedule(pauseAfter(performance.now() - startedMs)),
        () => schedule(RETRY_AFTER_MS),
      );
    }, afterMs);
  };

  const pauseAfter = (tookMs: number): number => {
    if (!parts.sharesProcess) return 0;
    const now = performance.eventLoopUtilization();
    const recent = performance.eventLoopUtilization(now, utilization).utilization;
    utilization = now;
    return recent > BUSY_UTILIZATION ? tookMs * BUSY_SHARE : 0;
  };

  return {
    record(record, accounts = []) {
      try {
        journal.append(JSON.stringify(record));
      } catch (error) {
        unwritable = true;
        throw error;
      }
      fresh.push(record);
      freshPending.push({ accounts, nano: BigInt(record.cost_nano), windows: record.windows });
      inMemory++;
      backlog++;
      if (fresh.length >= SEGMENT_RECORDS) sealIfPossible();
      schedule(FLUSH_AFTER_MS);
    },
    ensureWritable() {
      if (!unwritable) return;
      try {
        journal.append('');
        unwritable = false;
      } catch (cause) {
        throw new GatewayError('service_unavailable', 'Requests cannot be accounted for now.', {
          cause,
          retryAfterS: 5,
        });
      }
    },
    flush: () =>
      exclusive(async () => {
        // Only what was there when it was asked for: under load there is always more.
        for (let left = backlog; left > 0; left -= BATCH) if (!(await tryBatch())) break;
      }),
    exclusive,
    async replay() {
      let count = 0;
      for (const file of journal.leftovers) {
        const records = journal.read(file);
        for (let at = 0; at < records.length; at += BATCH) await commitSound(records.slice(at, at + BATCH));
        journal.remove(file);
        count += records.length;
      }
      return count;
    },
    get backlog() {
      return backlog;
    },
    async close() {
      clearTimeout(timer);
      timer = undefined;
      await exclusive(async () => {
        while (await tryBatch());
      }).catch(() => {});
      await topups;
      await journal.close();
    },
  };
}

/** A data exception or a broken constraint (classes 22 and 23 of PostgreSQL's Appendix A): trying again cannot help. */
function isRefusedData(error: unknown): boolean {
  return /^2[23]/.test(sqlStateOf(error));
}

/** The organisations of a batch: their balances may have fallen below what automatic top-up keeps. */
function organizationsOf(totals: Totals): string[] {
  const prefix = 'organization:';
  return [...totals.keys()].filter((id) => id.startsWith(prefix)).map((id) => id.slice(prefix.length));
}
