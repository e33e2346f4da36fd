import { type Document, isMap, isScalar, isSeq } from 'yaml';
import { type Bracketed, insertItem, type Layout, type Print, removeItem } from './bracketed.ts';
import type { Place } from './data.ts';
import type { DocumentFormat, Json } from './document.ts';
import { formatOf } from './editing.ts';
import { faultAt } from './fault.ts';
import { printMember } from './json-print.ts';
import { insertion, lineEnd, remembered, type Span, spliced, startsLine } from './splice.ts';
import { folded, withoutFirst, withoutLines } from './yaml-lines.ts';
import {
  type Container,
  childOf,
  columnAt,
  containerAt,
  dashOf,
  dataOf,
  deepest,
  isWritten,
  nameOf,
  parseYaml,
  spansOf,
  styleOf,
  type YamlNode,
} from './yaml-nodes.ts';
import { below, isBlock, printFlow, printFlowPair, printItem, printPair, type YamlStyle } from './yaml-print.ts';

const COMMENT = /(?<=[\s,[{])#[^\r\n]*/;
const parsed = remembered(parseYaml);

/** YAML of one document, in block and flow style. Aliases on the way to a change are refused. */
export const yaml: DocumentFormat = formatOf({
  read: (text) => dataOf(text, parsed(text)),
  offsetOf: (text, place) => deepest(parsed(text), place)?.range?.[0] ?? text.length,
  put,
  take,
});

function put(text: string, place: Place, value: Json): string {
  const document = parsed(text);
  const style = styleOf(text, document);
  const step = place.at(-1)!;
  if (!isWritten(document)) return appended(text, printPair(String(step), value, style, ''), style);
  const container = containerAt(text, document, place.slice(0, -1));
  const old = childOf(container, step);
  if (old) return container.flow ? exchanged(text, old, printFlow(value)) : replaced(text, place, old, value, style);
  if (container.flow && container.items.length === 0 && !container.anchor && !withinFlow(document, place.slice(0, -1)))
    return opened(text, document, place, value, style);
  if (container.flow) {
    const print = isJson(text, container) ? printJsonChild(text, step, value, style) : () => flowChild(step, value);
    return insertItem(text, bracketed(container), layoutOf(text, container, style), print);
  }
  const at = spansOf(container).at(-1)!.end;
  const indent = ' '.repeat(columnAt(text, container.range![0]));
  const lines = typeof step === 'number' ? printItem(value, style, indent) : printPair(step, value, style, indent);
  return withLine(text, at, indent + lines, style);
}

const flowChild = (step: string | number, value: Json) =>
  typeof step === 'number' ? printFlow(value) : printFlowPair(step, value);

/** Some write JSON, which is YAML: what goes into it is JSON then. */
function isJson(text: string, container: Container): boolean {
  const first = isMap<YamlNode>(container) ? container.items[0] : undefined;
  return first !== undefined && text[first.key.range![0]] === '"';
}

function printJsonChild(text: string, step: string | number, value: Json, { unit, eol }: YamlStyle): Print {
  const style = { ...JSON_STYLE, unit, eol, inline: !text.includes('\n') };
  return printMember([String(step), value], style);
}

const JSON_STYLE = { colon: ': ', afterComma: ' ', bareNames: false, quote: '"', trailingComma: false } as const;

/** A line behind the one that a value ends on; a text without a last line ending stays one. */
function withLine(text: string, end: number, line: string, { eol }: YamlStyle): string {
  if (text[end - 1] === '\n') return spliced(text, [insertion(end, line + eol)]);
  return spliced(text, [insertion(lineEnd(text, end), eol + line)]);
}

/** The first line of a text of comments alone. */
function appended(text: string, line: string, { eol }: YamlStyle): string {
  if (text !== '' && !text.endsWith('\n')) return text + eol + line;
  return text + line + eol;
}

/** Whether a place is inside `{}` or `[]`, or is anchored there. */
function withinFlow(document: Document, place: Place): boolean {
  return place.some((_, index) => (deepest(document, place.slice(0, index)) as YamlNode).flow === true);
}

/** `{}` and `[]` among blocks become a block. */
function opened(text: string, document: Document, place: Place, value: Json, style: YamlStyle): string {
  const parent = place.slice(0, -1);
  const step = place.at(-1)!;
  const made = typeof step === 'number' ? [value] : { [step]: value };
  const old = deepest(document, parent)!;
  if (parent.length > 0) return replaced(text, parent, old, made, style);
  const root = typeof step === 'number' ? printItem(value, style, '') : printPair(step, value, style, '');
  return exchanged(text, old, root);
}

function exchanged(text: string, old: YamlNode, by: string): string {
  const { start, end } = writtenSpan(text, old);
  const glue = start === end && start > 0 ? ' ' : '';
  const ending = /\r?\n$/.exec(text.slice(start, end))?.[0] ?? '';
  return spliced(text, [{ start, end, by: glue + by + ending }]);
}

/** Nothing is written for an empty value: it begins where its name, its dash or its anchor ends. */
function writtenSpan(text: string, { range }: YamlNode): Span {
  const [start, end] = range!;
  const name = text.slice(0, start).trimEnd().length;
  return start === end ? { start: name, end: name } : { start, end };
}

/** Another value for the member or the item of a block. */
function replaced(text: string, place: Place, old: YamlNode, value: Json, style: YamlStyle): string {
  const container = containerAt(text, parsed(text), place.slice(0, -1));
  const inBlock = (isMap(old) || isSeq(old)) && !old.flow;
  if (inBlock) {
    const empty = folded(text, old, isBlock(value) ? 'null' : printFlow(value));
    return isBlock(value) ? put(empty, place, value) : empty;
  }
  if (!isBlock(value) || (isSeq(container) && Array.isArray(value)))
    return exchanged(text, old, printScalarOrFlow(old, text, value));
  const { start, end } = writtenSpan(text, old);
  const column = isSeq(container) ? undefined : columnAt(text, container.range![0]);
  if (column === undefined) {
    const indent = ' '.repeat(columnAt(text, dashOf(text, container, Number(place.at(-1)))));
    return exchanged(text, old, printItem(value, style, indent).slice(2));
  }
  const gone = text.slice(0, start).trimEnd().length;
  const rest = text.slice(0, gone) + text.slice(text[end - 1] === '\n' ? end - 1 : end);
  return spliced(rest, [insertion(lineEnd(rest, gone), below(value, style, ' '.repeat(column)))]);
}

/** A string keeps the quotes that it had, where they can hold the new one. */
function printScalarOrFlow(old: YamlNode, text: string, value: Json): string {
  const quote = text[old.range![0]];
  if (typeof value !== 'string' || !isScalar(old) || !/^[^\p{C}]*$/u.test(value)) return printPlainValue(value);
  if (quote === "'") return `'${value.replaceAll("'", "''")}'`;
  return quote === '"' ? JSON.stringify(value) : printPlainValue(value);
}

/** As it stands behind a name of a block. */
const printPlainValue = (value: Json) => printItem(value, { eol: '\n', unit: '  ', toDash: '' }, '').slice(2);

function bracketed(container: Container): Bracketed {
  const [start, end] = container.range!;
  return { start: start + 1, end: end - 1, items: spansOf(container) };
}

function layoutOf(text: string, container: Container, style: YamlStyle): Layout {
  const inside = text.slice(container.range![0] + 1, container.range![1] - 1);
  const blank = container.items.length === 0 || /^\s/.test(inside);
  return {
    comment: COMMENT,
    eol: style.eol,
    unit: style.unit,
    afterComma: ' ',
    padding: blank && isMap(container) ? ' ' : '',
    // a bracket on a line of its own would have to be deeper than the block around it
    inline: 'always',
    trailingComma: false,
  };
}

function take(text: string, place: Place): string {
  const container = containerAt(text, parsed(text), place.slice(0, -1));
  const index = indexOf(text, container, place);
  if (container.flow) return removeItem(text, bracketed(container), index, { comment: COMMENT });
  if (container.items.length === 1 && place.length > 1) return folded(text, container, isMap(container) ? '{}' : '[]');
  const { start: content, end } = spansOf(container)[index]!;
  const start = isSeq(container) ? dashOf(text, container, index) : content;
  if (!startsLine(text, start)) return withoutFirst(text, container, start, end);
  return withoutLines(text, start, end);
}

function indexOf(text: string, container: Container, place: Place): number {
  const step = place.at(-1)!;
  if (typeof step === 'number') return step;
  const index = isMap<YamlNode, YamlNode | null>(container)
    ? container.items.findIndex((pair) => nameOf(pair) === step)
    : -1;
  if (index < 0)
    throw faultAt(text, container.range![0], `${step} is merged from an alias, and must be edited by hand`);
  return index;
}
