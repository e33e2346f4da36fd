import { GatewayError } from '../../shared/errors.ts';

interface Page {
  data: unknown[];
  next_cursor?: string | null;
}

/** The rows of all pages of a list. What is no list is `usage`; a cursor that comes twice is `bad_response`. */
export async function everyPage(path: string, get: (path: string) => Promise<unknown>): Promise<unknown[]> {
  const rows: unknown[] = [];
  const seen = new Set<string>();
  let cursor: string | null | undefined;
  do {
    const page = (await get(cursor ? withCursor(path, cursor) : path)) as Page | null;
    if (!Array.isArray(page?.data))
      throw new GatewayError('usage', `--paginate: ${path.split('?')[0]} is no list.`, {
        param: '--paginate',
        hint: 'Leave it out.',
      });
    rows.push(...page.data);
    cursor = page.next_cursor;
    if (cursor && seen.has(cursor))
      throw new GatewayError('bad_response', `${path.split('?')[0]} names the same next page twice.`, { next: [] });
    if (cursor) seen.add(cursor);
  } while (cursor);
  return rows;
}

function withCursor(path: string, cursor: string): string {
  const [plain = '', query = ''] = path.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', cursor);
  return `${plain}?${parameters.toString()}`;
}
