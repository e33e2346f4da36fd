/**
 * The end of the log, read again and again. The log is in the order in which requests were booked, but what was booked a
 * moment ago may not be there yet when one looks: so each look goes back a little, and what was told is remembered.
 */

import { serverClock } from '../../server-clock.ts';

/** What is needed of a request. */
interface Entry {
  id: string;
  created_at: string;
}

export interface Tail<Row extends Entry> {
  /** Where the next look begins. */
  readonly from: string;
  /** The rows that were not told yet, in order. */
  fresh(rows: readonly Row[]): Row[];
  /** A look is over: `asOf` is the server's clock when it began. */
  looked(asOf: string): void;
}

/** Later than this nothing appears that was booked before a look, in any but a broken server. */
const LONGEST_DELAY_MS = 60_000;
/** In a busy log that would be too much to read each time; there what is late is late by little. */
const SHORTEST_DELAY_MS = 3_000;
const ENOUGH_ROWS = 100;

/**
 * A tail of a log whose latest rows are known; those and all before them are not told.
 * @param latest newest first, at least a hundred of them if there are so many.
 */
export function createTail<Row extends Entry>(latest: readonly Row[], firstAsOf: string): Tail<Row> {
  const begin = latest.length >= ENOUGH_ROWS ? latest.at(-1)!.created_at : '';
  let told: Entry[] = latest.map(({ id, created_at }) => ({ id, created_at }));
  const ids = new Set(told.map(({ id }) => id));
  let from = '';
  const tail: Tail<Row> = {
    get from() {
      return from;
    },
    fresh(rows) {
      const found = rows.filter(({ id, created_at }) => created_at >= begin && !ids.has(id));
      for (const { id, created_at } of found) {
        ids.add(id);
        told.push({ id, created_at });
      }
      return found;
    },
    looked(asOf) {
      told.sort((a, b) => (a.created_at < b.created_at ? -1 : 1));
      const next = resumeAt(asOf, told.at(-ENOUGH_ROWS)?.created_at);
      // a clock that was set back must not bring back what is forgotten
      if (next > from) from = next;
      const forgotten = told.filter(({ created_at }) => created_at < from);
      for (const { id } of forgotten) ids.delete(id);
      told = told.slice(forgotten.length);
    },
  };
  tail.looked(firstAsOf);
  return tail;
}

/** @param enough the time of the hundredth row from the end, when there are so many. */
function resumeAt(asOf: string, enough: string | undefined): string {
  const nowMs = serverClock(asOf, Date.now());
  const before = (ms: number) => new Date(nowMs - ms).toISOString();
  const [earliest, latest] = [before(LONGEST_DELAY_MS), before(SHORTEST_DELAY_MS)];
  if (enough === undefined || enough < earliest) return earliest;
  return enough < latest ? enough : latest;
}
