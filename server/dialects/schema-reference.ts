import { invalid } from './body-checks.ts';
import { isObject, type JsonObject } from './lossless.ts';

/** More chained references than any real schema has: each costs a level of the stack. */
export const MOST_OPEN_REFERENCES = 100;

/** What a reference inside of a JSON Schema stands for (RFC 6901); undefined when nothing does. Throws 400 for no pointer. */
export function referenced(root: JsonObject, reference: string): JsonObject | undefined {
  if (!reference.startsWith('#')) return undefined;
  let at: unknown = root;
  for (const step of reference.slice(1).split('/').filter(Boolean)) {
    const key = decoded(step).replaceAll('~1', '/').replaceAll('~0', '~');
    const has = (isObject(at) || Array.isArray(at)) && Object.hasOwn(at, key);
    at = has ? (at as JsonObject)[key] : undefined;
  }
  return isObject(at) ? at : undefined;
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    throw invalid('tools', `A JSON Schema has a $ref that is no pointer: ${step.slice(0, 40)}.`);
  }
}
