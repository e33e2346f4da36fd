import type { IncomingMessage } from 'node:http';

const BEARER = 'bearer ';
/** Anthropic's clients send their key in the first, Google's in the second. */
const KEY_HEADERS = ['x-api-key', 'x-goog-api-key'] as const;

/**
 * The API keys in a request, ours first. Google's older clients send theirs in the query (`?key=`): a URL with one must
 * never be written down.
 */
export function credentials({ headers, url = '' }: Pick<IncomingMessage, 'headers' | 'url'>): string[] {
  const found: string[] = [];
  const { authorization } = headers;
  if (authorization && authorization.slice(0, BEARER.length).toLowerCase() === BEARER) {
    add(found, authorization.slice(BEARER.length));
  }
  for (const name of KEY_HEADERS) {
    const header = headers[name];
    if (typeof header === 'string') add(found, header);
  }
  const mark = url.indexOf('?');
  if (mark >= 0 && url.includes('key=', mark)) add(found, new URLSearchParams(url.slice(mark + 1)).get('key') ?? '');
  return found;
}

function add(found: string[], given: string): void {
  const key = given.trim();
  if (key !== '' && !found.includes(key)) found.push(key);
}
