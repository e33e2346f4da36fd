import type { IncomingHttpHeaders } from 'node:http';

const BEARER = 'bearer ';

/** The API keys in a request's headers, ours first. */
export function credentials(headers: IncomingHttpHeaders): string[] {
  const found: string[] = [];
  const { authorization } = headers;
  if (authorization && authorization.slice(0, BEARER.length).toLowerCase() === BEARER) {
    const token = authorization.slice(BEARER.length).trim();
    if (token !== '') found.push(token);
  }
  const header = headers['x-api-key'];
  if (typeof header === 'string' && header !== '' && header !== found[0]) found.push(header.trim());
  return found;
}
