import { isDeepStrictEqual } from 'node:util';
import type { Change, Json, Path, Step } from './document.ts';

/** A path with every `where` found: names of members and numbers of items. */
export type Place = readonly (string | number)[];

/** A value on the way to a path is neither an object nor a list, or the wrong one of the two. */
export class WrongKind extends Error {
  readonly place: Place;
  constructor(place: Place, wanted: 'an object' | 'a list', found: unknown) {
    super(`${shown(place)} is ${kindOf(found)}, not ${wanted}`);
    this.place = place;
  }
}

export const same = isDeepStrictEqual;

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** True for `{}` and `[]`. */
export const isEmpty = (value: unknown): boolean =>
  Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;

/** The value at a place, or undefined. */
export function valueAt(data: unknown, place: Place): unknown {
  return place.reduce<unknown>((value, step) => {
    if (typeof step === 'number') return Array.isArray(value) ? value[step] : undefined;
    return isRecord(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, data);
}

/**
 * Where a path leads in this data. An item that is not there yet has the number that it will get. Throws `WrongKind`.
 * What is null on the way counts as missing: an empty `models:` of a YAML file is one.
 */
export function placeOf(data: unknown, path: Path): Place {
  const place: (string | number)[] = [];
  let value = data;
  for (const step of path) {
    const at = numberOf(value, step, place);
    value = valueAt(value, [at]);
    place.push(at);
  }
  return place;
}

function numberOf(container: unknown, step: Step, place: Place): string | number {
  if (typeof step === 'string') {
    if (container !== undefined && container !== null && !isRecord(container))
      throw new WrongKind([...place], 'an object', container);
    return step;
  }
  if (container === undefined || container === null) return 0;
  if (!Array.isArray(container)) throw new WrongKind([...place], 'a list', container);
  const found = container.findIndex((item) => isRecord(item) && item[step.where] === step.is);
  return found < 0 ? container.length : found;
}

/** The data after a change: what an edit of the text must come to. Throws `WrongKind`. */
export function setAt(data: unknown, { path, value }: Change): unknown {
  const place = placeOf(data, path);
  if (value !== undefined) return put(data, path, place, value);
  return valueAt(data, place) === undefined ? data : take(data, place);
}

function put(data: unknown, path: Path, place: Place, value: Json): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const [at, ...deeper] = place;
  const made = typeof step === 'string' || rest.length === 0 ? undefined : { [step.where]: step.is };
  const child = put(valueAt(data, [at!]) ?? made, rest, deeper, value);
  return withChild(data, at!, child);
}

function take(data: unknown, [at, ...rest]: Place): unknown {
  if (rest.length > 0) return withChild(data, at!, take(valueAt(data, [at!]), rest));
  if (typeof at === 'number') return (data as unknown[]).toSpliced(at, 1);
  return Object.fromEntries(Object.entries(data as object).filter(([name]) => name !== at));
}

/** A copy with one child set. `fromEntries`, as an assignment to `__proto__` would not make a member. */
function withChild(data: unknown, at: string | number, child: unknown): unknown {
  if (typeof at === 'string') {
    const members = Object.entries((data ?? {}) as object);
    const known = members.some(([name]) => name === at);
    if (!known) return Object.fromEntries([...members, [at, child]]);
    return Object.fromEntries(members.map(([name, value]) => [name, name === at ? child : value]));
  }
  const items = (data ?? []) as unknown[];
  return at < items.length ? items.with(at, child) : [...items, child];
}

/** `models.providers["a b"][2]`: a place as a person would write it. */
export function shown(place: Place): string {
  if (place.length === 0) return 'The document';
  return place
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!/^[\w-]+$/.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isRecord(value)) return 'an object';
  return value instanceof Date ? 'a date' : `a ${typeof value}`;
}
