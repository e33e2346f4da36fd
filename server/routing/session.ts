import type { IncomingHttpHeaders } from 'node:http';
import type { RequestFacts } from '../dialects/neutral.ts';

/** Who says which session it is, the strongest word first: the caller's own, OpenCode's and Claude Code's. */
const HEADERS = ['x-session-id', 'x-session-affinity', 'x-claude-code-session-id'] as const;
const MOST_CHARACTERS = 200;
const PLAIN = /^[\x20-\x7e]*$/;
const UNPRINTABLE = /\p{C}/gu;

/** The session that a request belongs to: what its headers say, else its body. At most 200 characters, all of them printable. */
export function sessionOf(
  headers: IncomingHttpHeaders,
  facts: Pick<RequestFacts, 'session'> | undefined,
): string | undefined {
  for (const name of HEADERS) {
    const given = headers[name];
    const session = typeof given === 'string' ? printable(given) : '';
    if (session !== '') return session;
  }
  return printable(facts?.session ?? '') || undefined;
}

function printable(text: string): string {
  const short = text.trim().slice(0, MOST_CHARACTERS);
  return PLAIN.test(short) ? short : short.replace(UNPRINTABLE, '').trim();
}
