import type { AST } from 'toml-eslint-parser';
import { type Bracketed, insertItem, type Layout, removeItem } from './bracketed.ts';
import { isRecord, type Place, valueAt } from './data.ts';
import type { DocumentFormat, Json } from './document.ts';
import { formatOf } from './editing.ts';
import { faultAt } from './fault.ts';
import {
  indentAt,
  insertion,
  isBlank,
  lineEnd,
  lineStart,
  nextLine,
  remembered,
  type Span,
  spliced,
} from './splice.ts';
import {
  type Container,
  type Entry,
  follow,
  isWithin,
  itemsOf,
  parseToml,
  styleOf,
  type TomlText,
} from './toml-nodes.ts';
import {
  isSection,
  printInline,
  printItem,
  printKey,
  printMember,
  printSections,
  type TomlStyle,
} from './toml-print.ts';

const parsed = remembered(parseToml);
const COMMENT = /#[^\r\n]*/;

/** TOML: tables, dotted names, inline tables and lists of tables. */
export const toml: DocumentFormat = formatOf({
  read: (text) => parsed(text).data,
  offsetOf,
  put,
  take,
});

function offsetOf(text: string, place: Place): number {
  const { entries, tables } = parsed(text);
  const entry =
    entries.find((each) => isWithin(place, each.place)) ?? entries.find((each) => isWithin(each.place, place));
  if (entry) return follow(entry.node.value, place.slice(entry.place.length)).value.range[0];
  return tables.find((each) => isWithin(each.resolvedKey, place))?.range[0] ?? text.length;
}

function put(text: string, place: Place, value: Json): string {
  if (holdsNull(value)) throw faultAt(text, text.length, `TOML has no null, which ${printKey(place)} would hold`);
  const document = parsed(text);
  const style = styleOf(text, document);
  const entry = document.entries.find((each) => isWithin(place, each.place));
  if (entry) return putInline(text, entry, place, value);
  if (valueAt(document.data, place) !== undefined) return put(take(text, place), place, value);
  if (typeof place.at(-1) === 'number') {
    if (!isRecord(value)) throw faultAt(text, offsetOf(text, place), 'A list of tables holds nothing but tables');
    return withSections(text, place.slice(0, -1), printItem(place, value, style), document, style);
  }
  if (isSection(value))
    return withSections(text, place.slice(0, -1), printSections(place, value, style), document, style);
  return withMember(text, place, value, document, style);
}

const holdsNull = (value: Json): boolean =>
  value === null || (typeof value === 'object' && Object.values(value).some((each) => holdsNull(each as Json)));

/** Sets what is, or is within, the value of an entry. */
function putInline(text: string, { node, place: from }: Entry, place: Place, value: Json): string {
  const { value: found, rest } = follow(node.value, place.slice(from.length));
  if (rest.length === 0) return spliced(text, [{ ...spanOf(found), by: printOver(text, found, value) }]);
  const container =
    rest.length === 1 && (found.type === 'TOMLArray' || found.type === 'TOMLInlineTable') ? found : undefined;
  if (!container) throw faultAt(text, found.range[0], `${printKey(place)} must be edited by hand`);
  const print = () =>
    container.type === 'TOMLArray' ? printInline(value) : `${printKey(rest)} = ${printInline(value)}`;
  return insertItem(text, bracketed(container), layoutOf(text, container), print);
}

/** A string keeps its single quotes where they can hold the new one. */
function printOver(text: string, { range }: AST.TOMLContentNode, value: Json): string {
  const literal = text[range[0]] === "'" && !text.startsWith("'''", range[0]);
  return literal && typeof value === 'string' && /^[^'\p{C}]*$/u.test(value) ? `'${value}'` : printInline(value);
}

const spanOf = ({ range: [start, end] }: { range: [number, number] }): Span => ({ start, end });

function bracketed(container: Container): Bracketed {
  const { start, end } = spanOf(container);
  return { start: start + 1, end: end - 1, items: itemsOf(container).map(spanOf) };
}

function layoutOf(text: string, container: Container): Layout {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const padding = container.type === 'TOMLInlineTable' ? ' ' : '';
  return { comment: COMMENT, eol, unit: '  ', afterComma: ' ', padding, inline: 'always', trailingComma: false };
}

/** Puts sections behind the last one of the table that they belong to, else at the end of the text. */
function withSections(text: string, parent: Place, lines: string, { tables }: TomlText, { eol }: TomlStyle): string {
  const last = parent.length === 0 ? undefined : tables.findLast((table) => isWithin(table.resolvedKey, parent));
  if (last && last !== tables.at(-1))
    return spliced(text, [insertion(lineEnd(text, last.range[1]), eol + eol + lines)]);
  if (text === '') return lines + eol;
  if (!text.endsWith('\n')) return text + eol + eol + lines;
  return (/(^|\n)[ \t]*\r?\n$/.test(text) ? text : text + eol) + lines + eol;
}

/** Puts `name = value` where the table's own members stand. */
function withMember(text: string, place: Place, value: Json, document: TomlText, style: TomlStyle): string {
  const parent = place.slice(0, -1);
  const name = place.slice(-1);
  const table = document.tables.find(
    ({ resolvedKey }) => isWithin(resolvedKey, parent) && resolvedKey.length === parent.length,
  );
  if (table || parent.length === 0) {
    const last = document.entries.findLast((entry) => entry.table === table);
    if (last || table) return withLine(text, last?.node ?? table!, printMember(name, value, style), style);
    return atTop(text, printMember(name, value, style), document, style);
  }
  const dotted = document.entries.findLast(
    (entry) => isWithin(entry.place, parent) && (entry.table?.resolvedKey.length ?? 0) < parent.length,
  );
  if (!dotted)
    return withSections(text, parent, printSections(parent, { [String(name[0])]: value }, style), document, style);
  const names = place.slice(dotted.table?.resolvedKey.length ?? 0);
  return withLine(text, dotted.node, printMember(names, value, style), style);
}

/** A line behind that of a member, or of a table's header. */
function withLine(text: string, node: AST.TOMLKeyValue | AST.TOMLTable, line: string, { eol }: TomlStyle): string {
  const end = node.type === 'TOMLTable' ? headerEnd(text, node) : node.range[1];
  return spliced(text, [insertion(lineEnd(text, end), eol + indentAt(text, node.range[0]) + line)]);
}

const headerEnd = (text: string, { key }: AST.TOMLTable) => lineEnd(text, key.range[1]);

/** The first member of a text: before its first table and the comments that belong to that. */
function atTop(text: string, line: string, { tables }: TomlText, { eol }: TomlStyle): string {
  const first = tables[0];
  if (!first) return text === '' || text.endsWith('\n') ? text + line + eol : text + eol + line;
  let at = lineStart(text, first.range[0]);
  while (at > 0 && /^[ \t]*#/.test(text.slice(lineStart(text, at - 1), at))) at = lineStart(text, at - 1);
  return spliced(text, [insertion(at, line + eol + eol)]);
}

function take(text: string, place: Place): string {
  const { data, entries, tables } = parsed(text);
  const entry = entries.find((each) => isWithin(place, each.place) && each.place.length < place.length);
  if (entry) {
    const { child, rest } = follow(entry.node.value, place.slice(entry.place.length));
    if (!child || rest.length > 0)
      throw faultAt(text, entry.node.range[0], `${printKey(place)} must be edited by hand`);
    return removeItem(text, bracketed(child.container), child.index, { comment: COMMENT });
  }
  const gone = tables.filter((table) => isWithin(table.resolvedKey, place));
  const members = entries.filter((each) => isWithin(each.place, place) && !gone.includes(each.table!));
  const left = withoutLines(text, [
    ...members.map(({ node }) => memberSpan(text, node)),
    ...gone.map((table) => sectionSpan(text, table)),
  ]);
  const parent = place.slice(0, -1);
  // what nothing names any more would be gone with it
  if (parent.length === 0 || valueAt(parsed(left).data, parent) !== undefined) return left;
  return put(left, parent, Array.isArray(valueAt(data, parent)) ? [] : {});
}

/** The line of a member; a comment behind it stays. */
function memberSpan(text: string, { range: [start, end] }: AST.TOMLKeyValue): Span {
  const note = text.slice(end, lineEnd(text, end));
  if (note.trim() !== '') return { start, end: end + note.length - note.trimStart().length };
  return { start: lineStart(text, start), end: nextLine(text, end) };
}

/** The lines of a section and the blank line before it; at the top of the text, the one behind it. */
function sectionSpan(text: string, table: AST.TOMLTable): Span {
  const start = lineStart(text, table.range[0]);
  const end = nextLine(text, table.body.length === 0 ? headerEnd(text, table) : table.range[1]);
  const before = start === 0 ? 0 : lineStart(text, start - 1);
  if (start > 0) return { start: isBlank(text, before, start) ? before : start, end };
  return { start, end: isBlank(text, end, nextLine(text, end)) ? nextLine(text, end) : end };
}

/** A text without a last line ending stays one. */
function withoutLines(text: string, spans: readonly Span[]): string {
  const left = spliced(
    text,
    spans.map((span) => ({ ...span, by: '' })),
  );
  return text.endsWith('\n') || !spans.some(({ end }) => end === text.length) ? left : left.replace(/\r?\n$/, '');
}
