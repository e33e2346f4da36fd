import type { Endpoint, Input } from '../shared/contracts/endpoint.ts';
import type { Context } from './context.ts';
import { pageTurner } from './next-page.ts';

const LARGEST_PAGE = 100;
const MOST_PAGES = 1_000;

/** The first `max` rows of a paged list, page by page. A list without an end is `bad_response`. */
export async function list<Row>(
  context: Context,
  contract: Endpoint,
  query: Record<string, unknown>,
  max = Number.POSITIVE_INFINITY,
): Promise<Row[]> {
  const turn = pageTurner(contract.path, MOST_PAGES);
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(LARGEST_PAGE, max - rows.length);
    const page = (await context.call(contract, { query: { ...query, limit, cursor } } as Input<Endpoint>)) as {
      data: Row[];
      next_cursor: string | null;
    };
    rows.push(...page.data);
    cursor = rows.length < max ? turn(page.next_cursor) : undefined;
  } while (cursor !== undefined);
  return rows;
}
