import type { Endpoint } from '../../../shared/contracts/endpoint.ts';
import * as contracts from '../../../shared/contracts/index.ts';

/** Clears the screen, sets the title, colours, rings, turns text around, adds lines, ends the line early, in C0, C1 and Unicode. */
export const HOSTILE =
  '\u001b[2J\u001b]0;owned\u0007\u001b[31m\u009b1A\u009d0;x\u009c\u202egnp.exe\u202c\u2066\u2069\u2028\u2029\u200f\r\n\b\u0000\u007f{"error":1}';

const ENDPOINTS = Object.values<unknown>(contracts).filter(
  (found): found is Endpoint => typeof found === 'object' && found !== null && 'path' in found && 'reply' in found,
);

/**
 * The JSON with every string made hostile that may be any text. Where the contract does not let it (an enum) and where the
 * command trusts it the string stays as it was, as the answer would rightly be refused.
 */
export function poisoned(route: string, text: string, trusted: readonly string[] = []): string {
  const clean: unknown = JSON.parse(text);
  const contract = ENDPOINTS.find(({ method, path }) => matches(`${method} ${path}`, route));
  const bad = poison(clean, trusted);
  if (!contract) return JSON.stringify(bad);
  for (let round = 0; round < 20; round++) {
    const parsed = contract.reply.safeParse(bad);
    if (parsed.success) return JSON.stringify(bad);
    for (const { path } of parsed.error.issues) restore(bad, clean, path);
  }
  throw new Error(`the contract of ${route} cannot be met: ${text}`);
}

function matches(pattern: string, route: string): boolean {
  return new RegExp(`^${pattern.replace(/\{\w+\}/g, '[^/]+').replaceAll('/', '\\/')}$`).test(route);
}

function poison(value: unknown, trusted: readonly string[]): unknown {
  if (typeof value === 'string') return `${value}${HOSTILE}`;
  if (Array.isArray(value)) return value.map((inner) => poison(inner, trusted));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, trusted.includes(name) ? inner : poison(inner, trusted)]),
  );
}

/** Puts back what the contract did not accept; the whole of it when the place is not known more exactly. */
function restore(bad: unknown, clean: unknown, path: readonly PropertyKey[]): void {
  let [to, from] = [bad as Record<PropertyKey, unknown>, clean as Record<PropertyKey, unknown>];
  for (const name of path.slice(0, -1)) {
    to = to[name] as typeof to;
    from = from[name] as typeof from;
  }
  const last = path.at(-1);
  if (last === undefined) Object.assign(to, from);
  else to[last] = from[last];
}
