import type { Endpoint, Input } from '../shared/contracts/endpoint.ts';
import type { Context } from './context.ts';

const LARGEST_PAGE = 100;

/** The first `max` rows of a paged list, page by page. */
export async function list<Row>(
  context: Context,
  contract: Endpoint,
  query: Record<string, unknown>,
  max = Number.POSITIVE_INFINITY,
): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(LARGEST_PAGE, max - rows.length);
    const page = (await context.call(contract, { query: { ...query, limit, cursor } } as Input<Endpoint>)) as {
      data: Row[];
      next_cursor: string | null;
    };
    rows.push(...page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined && rows.length < max);
  return rows;
}
