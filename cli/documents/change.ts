import { isEmpty, isRecord, placeOf, same, setAt, shown, valueAt } from './data.ts';
import type { Change, DocumentFormat, Json, Path } from './document.ts';
import { faultAt } from './fault.ts';

/** What one change did to a text. Plain JSON: it can be kept in a file until the change is taken back. */
export interface Hunk {
  path: Path;
  /** The value that stood there; missing: none did. */
  before?: Json;
  /** How many objects and lists on the way were made for it. */
  made: number;
  /** The outermost of those stood as null, such as an empty `models:` of YAML. */
  wasNull?: true;
  /** Where the text differs, counted from its beginning and from its end. */
  at: number;
  left: number;
  /** What stood there before, and what stands there now. */
  removed: string;
  inserted: string;
}

/**
 * Makes changes in turn, each on what the one before left. One hunk for each change, in order; a change of what is so
 * already has a hunk with nothing in it. Throws `DocumentFault`.
 */
export function applyChanges(
  format: DocumentFormat,
  text: string,
  changes: readonly Change[],
): { text: string; hunks: Hunk[] } {
  const hunks: Hunk[] = [];
  let now = text;
  for (const change of changes) {
    const after = format.edit(now, change);
    hunks.push(hunkOf(format, now, after, change));
    now = after;
  }
  return { text: now, hunks };
}

function hunkOf(format: DocumentFormat, text: string, after: string, { path }: Change): Hunk {
  const data = format.read(text);
  const place = placeOf(data, path);
  const before = valueAt(data, place) as Json | undefined;
  const changed = difference(text, after);
  if (changed.removed !== changed.inserted && !isPlain(before))
    throw faultAt(text, changed.at, `${shown(place)} holds a value that could not be put back as it is`);
  const ways = place.slice(0, -1).map((_, index) => valueAt(data, place.slice(0, index + 1)));
  const missing = ways.findIndex((value) => value === undefined || value === null);
  const made = missing < 0 ? 0 : ways.length - missing;
  const wasNull = missing >= 0 && ways[missing] === null;
  return { path, ...(before !== undefined && { before }), made, ...(wasNull && { wasNull }), ...changed };
}

/** False for dates, NaN and Infinity, which a manifest could not hold. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isPlain);
  return isRecord(value) ? Object.values(value).every(isPlain) : !(value instanceof Date);
}

/** The one piece between what two texts begin and end with alike. */
function difference(text: string, after: string): Pick<Hunk, 'at' | 'left' | 'removed' | 'inserted'> {
  const shorter = Math.min(text.length, after.length);
  let at = 0;
  while (at < shorter && text[at] === after[at]) at++;
  let left = 0;
  while (left < shorter - at && text.at(-1 - left) === after.at(-1 - left)) left++;
  return { at, left, removed: text.slice(at, text.length - left), inserted: after.slice(at, after.length - left) };
}

/**
 * Undoes changes, the last one first, in a text that may have been changed elsewhere since. `values` are what was set,
 * one for each hunk. A change is undone to the byte where its text still stands, else by an edit of the value; objects
 * and lists that were made for it go with it once they are empty. Where a value is neither what was set nor what stood
 * there before, its path comes back in `changed` and nothing is done at all, unless forced: then it, too, becomes what
 * it was before. Throws `DocumentFault`.
 */
export function takeBack(
  format: DocumentFormat,
  text: string,
  hunks: readonly Hunk[],
  values: readonly (Json | undefined)[],
  { force = false }: { force?: boolean } = {},
): { text: string } | { changed: Path[] } {
  const changed: Path[] = [];
  let now = text;
  for (const [index, hunk] of [...hunks.entries()].toReversed()) {
    if (hunk.removed === hunk.inserted) continue;
    const known = changed.some((path) => same(path, hunk.path));
    if (known) continue;
    if (force || isOurs(format, now, hunk, values[index])) now = undone(format, now, hunk);
    else changed.unshift(hunk.path);
  }
  return changed.length > 0 ? { changed } : { text: now };
}

function isOurs(format: DocumentFormat, text: string, hunk: Hunk, value: Json | undefined): boolean {
  const now = find(format.read(text), hunk.path);
  return now !== ELSEWHERE && (same(now, value) || same(now, hunk.before));
}

/** A person has put something else on the way. */
const ELSEWHERE = Symbol('elsewhere');

function find(data: unknown, path: Path): unknown {
  try {
    return valueAt(data, placeOf(data, path));
  } catch {
    return ELSEWHERE;
  }
}

function undone(format: DocumentFormat, text: string, hunk: Hunk): string {
  const data = format.read(text);
  if (find(data, hunk.path) === ELSEWHERE) return text;
  const change = inverse(data, hunk);
  const wanted = setAt(data, change);
  return verbatim(format, text, hunk, wanted) ?? format.edit(text, change);
}

/** The change that takes a hunk back in this data. */
function inverse(data: unknown, { path, before, made, wasNull }: Hunk): Change {
  if (before !== undefined) return { path, value: before };
  let top = path;
  let climbed = 0;
  while (climbed < made && onlyHolds(data, top)) {
    top = top.slice(0, -1);
    climbed++;
  }
  return { path: top, value: wasNull && made > 0 && climbed === made ? null : undefined };
}

/** True when the object or list around a path holds nothing else; the member that an item is found by does not count. */
function onlyHolds(data: unknown, path: Path): boolean {
  const [parent, last, name] = [path.slice(0, -1), path.at(-1)!, path.at(-2)];
  const place = placeOf(data, path);
  const around = valueAt(data, place.slice(0, -1));
  if (around === undefined || around === null || isEmpty(around)) return parent.length > 0;
  if (Array.isArray(around)) return around.every((_, index) => index === place.at(-1));
  const found = typeof name === 'object' ? name.where : undefined;
  return Object.keys(around as object).every((member) => member === last || member === found);
}

/** How many places are tried. */
const PLACES = 32;

/** The text with the very piece put back that was taken away, where that comes to the wanted data. */
function verbatim(format: DocumentFormat, text: string, hunk: Hunk, wanted: unknown): string | undefined {
  for (const at of placesOf(text, hunk)) {
    const candidate = text.slice(0, at) + hunk.removed + text.slice(at + hunk.inserted.length);
    try {
      if (same(format.read(candidate), wanted)) return candidate;
    } catch {
      // this was not the place
    }
  }
  return undefined;
}

/** Where the inserted piece stands: as far from either end as it was, then anywhere; a short one may stand by chance. */
function placesOf(text: string, { at, left, inserted }: Hunk): number[] {
  const near = [at, text.length - left - inserted.length].filter(
    (place) => place >= 0 && text.startsWith(inserted, place),
  );
  if (inserted.trim().length < 2) return [...new Set(near)];
  const all = new Set(near);
  for (let place = text.indexOf(inserted); place >= 0 && all.size < PLACES; place = text.indexOf(inserted, place + 1))
    all.add(place);
  return [...all];
}
