import { GatewayError } from '../shared/errors.ts';

/**
 * Tells which page comes next, undefined when there is none. A server that names a page twice, or more of them than any
 * list has, would keep a command busy for ever: `bad_response`.
 * @param of what is listed, as the failure says it.
 */
export function pageTurner(of: string, most: number): (next: string | null | undefined) => string | undefined {
  const seen = new Set<string>();
  return (next) => {
    if (!next) return undefined;
    if (seen.has(next)) throw new GatewayError('bad_response', `${of} names the same next page twice.`, { next: [] });
    seen.add(next);
    if (seen.size < most) return next;
    const message = `${of} has no end: it names one more page after ${most}.`;
    throw new GatewayError('bad_response', message, { next: [] });
  };
}
