import type { JsonObject } from '../lossless.ts';

/** The extras that travel to a provider, and the names of those that do not. */
export interface Travelling {
  body: JsonObject;
  dropped: string[];
}

/**
 * What of a caller's extras goes into a body: never a member that the writer itself decides on, as it would undo the limits
 * and prices that the request was let through with.
 * @param written the members that the target's writer writes, in any request
 */
export function travelling(
  extras: JsonObject,
  written: ReadonlySet<string>,
  isKnown: (name: string) => boolean,
): Travelling {
  const body: JsonObject = {};
  const dropped: string[] = [];
  for (const [name, value] of Object.entries(extras)) {
    if (isKnown(name) && !written.has(name)) body[name] = value;
    else dropped.push(name);
  }
  return { body, dropped };
}
