import type { Endpoint } from '../../../shared/contracts/endpoint.ts';
import * as contracts from '../../../shared/contracts/index.ts';

/** Clears the screen, sets the title, colours, rings, turns text around, adds lines, ends the line early, in C0, C1 and Unicode. */
export const HOSTILE =
  '\u001b[2J\u001b]0;owned\u0007\u001b[31m\u009b1A\u009d0;x\u009c\u202egnp.exe\u202c\u2066\u2069\u2028\u2029\u200f\r\n\b\u0000\u007f{"error":1}';

const ENDPOINTS = Object.values<unknown>(contracts).filter(
  (found): found is Endpoint => typeof found === 'object' && found !== null && 'path' in found && 'reply' in found,
);

/**
 * The JSON with every string made hostile that the contract lets be any text. Where it does not (an enum, an address) the
 * string stays as it was, as the command would rightly refuse the answer.
 */
export function poisoned(route: string, text: string): string {
  const clean: unknown = JSON.parse(text);
  const contract = ENDPOINTS.find(({ method, path }) => matches(`${method} ${path}`, route));
  if (!contract) return text;
  const bad = poison(clean);
  for (let round = 0; round < 20; round++) {
    const parsed = contract.reply.safeParse(bad);
    if (parsed.success) return JSON.stringify(bad);
    for (const { path } of parsed.error.issues) restore(bad, clean, path);
  }
  return text;
}

function matches(pattern: string, route: string): boolean {
  return new RegExp(`^${pattern.replace(/\{\w+\}/g, '[^/]+').replaceAll('/', '\\/')}$`).test(route);
}

function poison(value: unknown): unknown {
  if (typeof value === 'string') return `${value}${HOSTILE}`;
  if (Array.isArray(value)) return value.map(poison);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, poison(inner)]));
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
