/**
 * The end of the log, read again and again. The log is in the order in which requests were booked, but what was booked a
 * moment ago may not be there yet when one looks: so each look goes back a little, and what was told is remembered.
 */

/** What is needed of a request. */
interface Entry {
  id: string;
  created_at: string;
}

export interface Tail<Row extends Entry> {
  /** Where the next look begins; undefined before the first. */
  from: string | undefined;
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

/** A tail that nothing was told of yet. */
export function createTail<Row extends Entry>(): Tail<Row> {
  let told: Entry[] = [];
  const ids = new Set<string>();
  const tail: Tail<Row> = {
    from: undefined,
    fresh(rows) {
      const found = rows.filter(({ id }) => !ids.has(id));
      for (const { id, created_at } of found) {
        ids.add(id);
        told.push({ id, created_at });
      }
      return found;
    },
    looked(asOf) {
      told.sort((a, b) => (a.created_at < b.created_at ? -1 : 1));
      const enough = told.at(-ENOUGH_ROWS)?.created_at;
      tail.from = resumeAt(asOf, told.length >= ENOUGH_ROWS ? enough : undefined);
      const kept = told.filter(({ created_at }) => created_at >= tail.from!);
      for (const { id } of told.slice(0, told.length - kept.length)) ids.delete(id);
      told = kept;
    },
  };
  return tail;
}

/** @param enough the time of the hundredth row from the end, when there are so many. */
function resumeAt(asOf: string, enough: string | undefined): string {
  const before = (ms: number) => new Date(Date.parse(asOf) - ms).toISOString();
  const [earliest, latest] = [before(LONGEST_DELAY_MS), before(SHORTEST_DELAY_MS)];
  if (enough === undefined || enough < earliest) return earliest;
  return enough < latest ? enough : latest;
}
