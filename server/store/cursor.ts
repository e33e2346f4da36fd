/**
 * Places in a list that is ordered by time, then id, newest first or oldest first. A page asks for what comes after a
 * place, so it costs the same however far down it is, and what is added meanwhile moves nothing.
 */
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { GatewayError } from '../../shared/errors.ts';

/** What a list can be ordered by: the columns of its instant and of its id. */
export interface Order {
  at: SQLWrapper;
  id: SQLWrapper;
}

/** The instant with the store's own microseconds, which a Date would lose. */
export const exactInstant = (at: SQLWrapper) =>
  sql<string>`to_char(${at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** The condition for everything after a cursor; undefined (no condition) without one. Throws `invalid_request`. */
export function after(
  order: Order,
  cursor: string | undefined,
  first: 'newest' | 'oldest' = 'newest',
): SQL | undefined {
  if (cursor === undefined) return undefined;
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) ([\w-]{1,100})$/.exec(
    Buffer.from(cursor, 'base64url').toString(),
  );
  if (!match || Number.isNaN(Date.parse(match[1]!))) {
    const hint = 'Give `next_cursor` of the page before as it is, or no cursor for the first page.';
    throw new GatewayError('invalid_request', 'The cursor is not one of ours.', { param: 'cursor', hint });
  }
  return sql`(${order.at}, ${order.id}) ${first === 'newest' ? sql`<` : sql`>`} (${match[1]!}::timestamptz, ${match[2]!})`;
}

/**
 * A page of rows of which one more was asked for than fits, to know whether there is a next one.
 * @param place the row's exact instant (see `exactInstant`) and id.
 */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  place: (row: Row) => { at: string; id: string },
  item: (row: Row) => Item,
): { data: Item[]; next_cursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  const { at, id } = more ? place(last) : { at: '', id: '' };
  return { data: shown.map(item), next_cursor: more ? Buffer.from(`${at} ${id}`).toString('base64url') : null };
}
