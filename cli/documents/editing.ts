import { isRecord, type Place, placeOf, same, setAt, shown, valueAt, WrongKind } from './data.ts';
import type { Change, DocumentFormat, Json } from './document.ts';
import { faultAt } from './fault.ts';

/** What a format does with a text, whose byte order mark has been taken off. */
export interface Editing {
  /** As `DocumentFormat.read`. */
  read(text: string): unknown;
  /** Where the value at a place begins; where there is none, the end of the way to it. */
  offsetOf(text: string, place: Place): number;
  /** Sets a value in an object or a list that exists; an item's number is at most the list's length. */
  put(text: string, place: Place, value: Json): string;
  /** Takes a member or an item out; its object or list stays, empty or not. */
  take(text: string, place: Place): string;
}

/** One thing to do to a text. */
interface Act {
  place: Place;
  value: Json | undefined;
}

/** More acts than this, and a value is written anew instead: comments in it are lost, but a big file stays quick. */
const MOST_ACTS = 24;
const BOM = '\uFEFF';

/**
 * A format made of its acts. A value that is changed is changed only where it differs, so that what a person wrote
 * around and within it stays; the text that comes out is read again, and refused with a `DocumentFault` unless exactly
 * the wanted value differs: an alias, a merge or a duplicate may have meant more than it seemed.
 */
export function formatOf(editing: Editing): DocumentFormat {
  const read = (text: string) => editing.read(bare(text));
  const edit = (whole: string, change: Change) => {
    const text = bare(whole);
    const before = editing.read(text);
    const after = acts(editing, text, before, change).reduce(
      (now, { place, value }) => (value === undefined ? editing.take(now, place) : editing.put(now, place, value)),
      text,
    );
    verify(editing, text, before, after, change);
    return whole.slice(0, whole.length - text.length) + after;
  };
  return { read, edit };
}

const bare = (text: string) => (text.startsWith(BOM) ? text.slice(1) : text);

function acts(editing: Editing, text: string, before: unknown, change: Change): Act[] {
  const after = inPlace(editing, text, () => setAt(before, change));
  const place = placeOf(before, change.path);
  if (change.value === undefined) return valueAt(before, place) === undefined ? [] : [{ place, value: undefined }];
  const outermost = place.findIndex((_, index) => (valueAt(before, place.slice(0, index + 1)) ?? null) === null);
  const top = outermost < 0 ? place : place.slice(0, outermost + 1);
  const wanted = valueAt(after, top) as Json;
  const all = [...differences(top, valueAt(before, top), wanted)];
  return all.length > MOST_ACTS ? [{ place: top, value: wanted }] : all;
}

/** What to do to make one value another. New members come before old ones go, so that nothing is empty on the way. */
function* differences(place: Place, now: unknown, wanted: Json): Generator<Act> {
  if (same(now, wanted)) return;
  if (isRecord(now) && isRecord(wanted)) {
    for (const [name, value] of Object.entries(wanted))
      yield* differences([...place, name], Object.hasOwn(now, name) ? now[name] : undefined, value as Json);
    for (const name of Object.keys(now))
      if (!Object.hasOwn(wanted, name)) yield { place: [...place, name], value: undefined };
  } else if (Array.isArray(now) && Array.isArray(wanted)) {
    for (const [index, value] of wanted.entries()) yield* differences([...place, index], now[index], value);
    for (let index = now.length - 1; index >= wanted.length; index--)
      yield { place: [...place, index], value: undefined };
  } else yield { place, value: wanted };
}

function verify(editing: Editing, text: string, before: unknown, after: string, change: Change): void {
  const wanted = setAt(before, change);
  let fault: string | undefined;
  try {
    if (same(editing.read(after), wanted)) return;
  } catch (error) {
    fault = (error as Error).message;
  }
  const place = placeOf(before, change.path);
  const reason = fault === undefined ? '' : ` (${fault})`;
  throw faultAt(text, editing.offsetOf(text, place), `${shown(place)} cannot be edited safely here${reason}`);
}

/** Runs a step on the data; what it finds wrong there is told with its line. */
function inPlace<T>(editing: Editing, text: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof WrongKind)) throw error;
    throw faultAt(text, editing.offsetOf(text, error.place), error.message);
  }
}
