import { GatewayError } from '../../shared/errors.ts';
import { pageTurner } from '../next-page.ts';

/** The size of a page is the caller's, and may be small. */
const MOST_PAGES = 10_000;

interface Page {
  data: unknown[];
  next_cursor?: string | null;
}

/** The rows of all pages of a list. What is no list is `usage`; a list without an end is `bad_response`. */
export async function everyPage(path: string, get: (path: string) => Promise<unknown>): Promise<unknown[]> {
  const [plain, query] = apart(path);
  const turn = pageTurner(plain, MOST_PAGES);
  const rows: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = (await get(cursor === undefined ? path : withCursor(plain, query, cursor))) as Page | null;
    if (!Array.isArray(page?.data))
      throw new GatewayError('usage', `--paginate: ${plain} is no list.`, {
        param: '--paginate',
        hint: 'Leave it out.',
      });
    for (const row of page.data) rows.push(row);
    cursor = turn(page.next_cursor);
  } while (cursor !== undefined);
  return rows;
}

/** The first question mark begins the query; others are part of it. */
function apart(path: string): [plain: string, query: string] {
  const at = path.indexOf('?');
  return at < 0 ? [path, ''] : [path.slice(0, at), path.slice(at + 1)];
}

function withCursor(plain: string, query: string, cursor: string): string {
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', cursor);
  return `${plain}?${parameters.toString()}`;
}
