/** C0 and C1 controls, DEL, line separators and the marks that reorder text: what could make a terminal lie. */
const HARMFUL = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const BEYOND_ASCII_HARMFUL = /[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

function shown(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The text with its control characters made visible. */
export function visible(text: string): string {
  return text.replace(HARMFUL, shown);
}

/** The same, keeping line ends: for messages of several lines. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

/** A copy in which every string, keys too, is `visible`. */
export function visibleDeep<T>(value: T): T {
  if (typeof value === 'string') return visible(value) as T;
  if (Array.isArray(value)) return value.map(visibleDeep) as T;
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [visible(key), visibleDeep(inner)])) as T;
  }
  return value;
}

/** One line of JSON. What JSON leaves bare but a terminal would act upon is escaped; the value is the same. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(BEYOND_ASCII_HARMFUL, shown);
}

/** JSON text of somebody else's, on one line and harmless: the value is the same, numbers of any size included. */
export function safeJson(text: string): string {
  return text.replace(/\s*[\r\n]\s*/g, ' ').replace(BEYOND_ASCII_HARMFUL, shown);
}

/** Keeps only the named paths, in their places: `a,b.c` of `{a,b:{c,d}}` is `{a,b:{c}}`. In an array, of each element. */
export function pickFields(value: unknown, paths: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((element) => pickFields(element, paths));
  if (value === null || typeof value !== 'object') return value;
  const inner = new Map<string, string[] | null>();
  for (const path of paths) {
    const dot = path.indexOf('.');
    const head = dot < 0 ? path : path.slice(0, dot);
    if (dot < 0) inner.set(head, null);
    else if (inner.get(head) !== null) inner.set(head, [...(inner.get(head) ?? []), path.slice(dot + 1)]);
  }
  const picked: Record<string, unknown> = {};
  for (const [head, rest] of inner) {
    if (!Object.hasOwn(value, head)) continue;
    const field = (value as Record<string, unknown>)[head];
    picked[head] = rest === null ? field : pickFields(field, rest);
  }
  return picked;
}
