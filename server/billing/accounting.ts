/**
 * From a settled request to the store, exactly once: journal first (before the caller is told), then memory, then in
 * batches into the store, where a record that is already there changes nothing.
 */
import type { Logger } from 'pino';
import type { Store } from '../store/store.ts';
import type { Budget } from './budget.ts';
import { commit, type Totals } from './commit.ts';
import type { Journal } from './journal.ts';
import type { UsageRecord } from './record.ts';

export interface Accounting {
  /** Makes a record durable. Throws when it cannot be written: then nothing may be told. The hold is settled by the caller. */
  record(record: UsageRecord): void;
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

const FLUSH_AFTER_MS = 50;
const RETRY_AFTER_MS = 500;
const BATCH = 1000;

export function createAccounting(parts: { store: Store; budget: Budget; journal: Journal; log: Logger }): Accounting {
  const { store, budget, journal, log } = parts;
  let fresh: UsageRecord[] = [];
  /** Handed over to the writer, with the journal files that hold them. */
  let writing: UsageRecord[] = [];
  let files: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let tail: Promise<unknown> = Promise.resolve();
  let failing = false;

  const exclusive = <T>(work: () => Promise<T>): Promise<T> => {
    const run = tail.then(work);
    tail = run.catch(() => {});
    return run;
  };

  const writeOut = async () => {
    writing = writing.concat(fresh);
    fresh = [];
    files.push(...journal.rotate());
    while (writing.length > 0) {
      const batch = writing.slice(0, BATCH);
      book(budget, await commit(store, batch), batch);
      writing = writing.slice(BATCH);
    }
    for (const file of files) journal.remove(file);
    files = [];
    budget.wake();
  };

  const flush = () =>
    exclusive(async () => {
      if (fresh.length === 0 && writing.length === 0) return;
      try {
        await writeOut();
        if (failing) log.info('the store takes usage records again');
        failing = false;
      } catch (error) {
        if (!failing) log.error({ error: (error as Error).message, waiting: writing.length }, 'usage records wait in the journal: the store does not take them');
        failing = true;
        schedule(RETRY_AFTER_MS);
        throw error;
      }
    });

  const schedule = (afterMs: number) => {
    timer ??= setTimeout(() => {
      timer = undefined;
      flush().catch(() => {});
    }, afterMs);
  };

  return {
    record(record) {
      journal.append(JSON.stringify(record));
      fresh.push(record);
      schedule(FLUSH_AFTER_MS);
    },
    flush,
    exclusive,
    async replay() {
      let count = 0;
      for (const { file, records } of journal.leftovers()) {
        for (let at = 0; at < records.length; at += BATCH) await commit(store, records.slice(at, at + BATCH));
        journal.remove(file);
        count += records.length;
      }
      return count;
    },
    get backlog() {
      return fresh.length + writing.length;
    },
    async close() {
      clearTimeout(timer);
      await flush().catch(() => {});
      await journal.close();
    },
  };
}

/** After a batch is in the store: what was pending is now in the store's own figures. */
function book(budget: Budget, totals: Totals, batch: readonly UsageRecord[]): void {
  for (const record of batch) {
    const cost = BigInt(record.cost_nano);
    if (cost === 0n) continue;
    for (const id of accountsOf(record)) {
      const account = budget.find(id);
      if (!account) continue;
      const window = account.window && record.windows?.[id.slice('period:'.length)];
      if (window === null || window === account.window?.index) account.pending -= cost;
    }
  }
  for (const [id, capacity] of totals) {
    const account = budget.find(id);
    if (account) account.capacity = capacity(account.window?.index ?? null) ?? account.capacity;
  }
}

function* accountsOf(record: UsageRecord): Generator<string> {
  yield `organization:${record.organization_id}`;
  for (const key of record.chain) {
    yield `key:${key}`;
    yield `period:${key}`;
  }
}
