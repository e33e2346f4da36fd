import { isEmpty, isRecord } from './data.ts';
import type { Json } from './document.ts';

/** How a TOML text is laid out. */
export interface TomlStyle {
  eol: string;
  /** Between a name and its value. */
  equals: string;
}

/** Names with dots between them; quoted where they must be. Numbers of items are not written. */
export function printKey(place: readonly (string | number)[]): string {
  return place
    .filter((step) => typeof step === 'string')
    .map((name) => (/^[\w-]+$/.test(name) ? name : quoted(name)))
    .join('.');
}

/** A value on one line; there must be no null in it. */
export function printInline(value: Json): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(printInline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, each]) => `${printKey([name])} = ${printInline(each as Json)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

/** True for what is written as sections: an object, or a list of objects alone. */
export const isSection = (value: Json): boolean =>
  isRecord(value) || (Array.isArray(value) && value.length > 0 && value.every(isRecord));

/** `[a.b]` or `[[a.b]]` with its members and the sections below it, with a blank line between sections. */
export function printSections(place: readonly (string | number)[], value: Json, style: TomlStyle): string {
  return sections(place, value, style).join(style.eol + style.eol);
}

function sections(place: readonly (string | number)[], value: Json, style: TomlStyle): string[] {
  const key = printKey(place);
  if (Array.isArray(value)) return value.flatMap((item: Json) => table(`[[${key}]]`, place, item, style, true));
  return table(`[${key}]`, place, value, style, isEmpty(value));
}

/** An item of a list of sections. */
export const printItem = (place: readonly (string | number)[], value: Json, style: TomlStyle): string =>
  table(`[[${printKey(place)}]]`, place, value, style, true).join(style.eol + style.eol);

/** A header that would have no members of its own is left out where it says nothing. */
function table(
  header: string,
  place: readonly (string | number)[],
  value: Json,
  style: TomlStyle,
  always: boolean,
): string[] {
  const members = Object.entries(value as { [name: string]: Json });
  const own = members.filter(([, each]) => !isSection(each)).map(([name, each]) => printMember([name], each, style));
  const below = members
    .filter(([, each]) => isSection(each))
    .flatMap(([name, each]) => sections([...place, name], each, style));
  return own.length > 0 || always ? [[header, ...own].join(style.eol), ...below] : below;
}

export const printMember = (names: readonly (string | number)[], value: Json, style: TomlStyle): string =>
  printKey(names) + style.equals + printInline(value);

function quoted(text: string): string {
  // TOML wants DEL escaped, which JSON does not
  return JSON.stringify(text).replaceAll('\u007f', '\\u007f');
}
