import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { mainEnding } from '../dotenv/scan.ts';
import { type Place, shown } from './data.ts';
import { faultAt } from './fault.ts';
import { lineStart, nextLine, type Span } from './splice.ts';
import type { YamlStyle } from './yaml-print.ts';

/** Any value of a document; scalars that are left out have a place, too. */
export interface YamlNode {
  /** Begin, end, and the end of the blanks and comments behind it. */
  range?: [number, number, number] | null;
  flow?: boolean;
  anchor?: string;
}

export type Container = YAMLMap<YamlNode, YamlNode | null> | YAMLSeq<YamlNode>;

/** A text as one document (at `silent` several would pass). Several documents, names that come twice and other errors are a `DocumentFault`. */
export function parseYaml(text: string): Document {
  const document = parseDocument(text, { merge: true, logLevel: 'error' });
  const [error] = document.errors;
  if (error?.code === 'MULTIPLE_DOCS') throw faultAt(text, error.pos[0], 'A second document begins here');
  if (error) throw faultAt(text, error.pos[0], error.message.split(/ at line \d|:?\n/)[0]!);
  return document;
}

/** The data of a document. */
export function dataOf(text: string, document: Document): unknown {
  try {
    return document.toJS() ?? (isWritten(document) ? null : {});
  } catch (error) {
    throw faultAt(text, badAlias(document) ?? 0, (error as Error).message);
  }
}

/** The first alias whose anchor is not there; undefined where there are only too many. */
function badAlias(document: Document): number | undefined {
  let found: number | undefined;
  visit(document, {
    Alias: (_key, alias) => {
      if (alias.resolve(document)) return undefined;
      found = alias.range?.[0];
      return visit.BREAK;
    },
  });
  return found;
}

/** False for a text of comments alone. */
export function isWritten({ contents }: Document): boolean {
  const node = contents as YamlNode | null;
  return node !== null && !(isScalar(node) && node.range![0] === node.range![1] && !node.anchor);
}

/** The name of a member, as it is in the data; undefined where the name is no scalar. */
export function nameOf({ key }: Pair<YamlNode, YamlNode | null>): string | undefined {
  if (!isScalar<string | number | boolean | null>(key)) return undefined;
  return String(key.value ?? '');
}

/** The member or the item at a step, or undefined. A value of null is one that is not even an empty scalar. */
export function childOf(node: unknown, step: string | number): YamlNode | null | undefined {
  if (isMap<YamlNode, YamlNode | null>(node)) return node.items.find((pair) => nameOf(pair) === step)?.value;
  return isSeq<YamlNode>(node) && typeof step === 'number' ? node.items[step] : undefined;
}

/** The value at a place, or the last one on the way that exists. */
export function deepest(document: Document, place: Place): YamlNode | null {
  let node = document.contents as YamlNode | null;
  for (const step of place) {
    const child = childOf(node, step);
    if (!child) return node;
    node = child;
  }
  return node;
}

/** The object or list at a place, to be edited. What only an alias or a merge brings there is a `DocumentFault`. */
export function containerAt(text: string, document: Document, place: Place): Container {
  let node = document.contents as YamlNode | null | undefined;
  for (const [index, step] of place.entries()) {
    const child = childOf(node, step);
    if (isAlias(child) || !child)
      throw faultAt(
        text,
        (child ?? node)?.range?.[0] ?? 0,
        `${shown(place.slice(0, index + 1))} is an alias or merged from one, and must be edited by hand`,
      );
    node = child;
  }
  if (isMap<YamlNode, YamlNode | null>(node) || isSeq<YamlNode>(node)) return node as Container;
  throw faultAt(text, node?.range?.[0] ?? 0, `${shown(place)} must be edited by hand`);
}

/** Where each member or item begins and its content ends, comments behind it left out. */
export function spansOf(container: Container): Span[] {
  if (isMap<YamlNode, YamlNode | null>(container))
    return container.items.map((pair) => ({ start: pair.key.range![0], end: endOf(pair.value) ?? pair.key.range![1] }));
  return container.items.map((item) => ({ start: item.range![0], end: endOf(item)! }));
}

/** Where the content of a value ends. A block's own range goes on over comments and blank lines. */
export function endOf(node: YamlNode | null): number | undefined {
  if ((isMap(node) || isSeq(node)) && !node.flow) {
    const last = spansOf(node as Container).at(-1);
    if (last) return last.end;
  }
  return node?.range?.[1];
}

/** How many characters stand before an offset on its line. */
export const columnAt = (text: string, offset: number): number => offset - lineStart(text, offset);

/** Where the dash of a block list's item stands. Before it are only comments and blank lines. */
export function dashOf(text: string, list: Container, index: number): number {
  if (index === 0) return list.range![0];
  const dash = /^[ \t]*-/gm;
  dash.lastIndex = followingLine(text, endOf(list.items[index - 1] as YamlNode)!);
  return dash.test(text) ? dash.lastIndex - 1 : list.range![0];
}

/** Where the line behind a value begins. The content of a block scalar ends with its last line ending. */
export const followingLine = (text: string, end: number): number =>
  text[end - 1] === '\n' ? end : nextLine(text, end);

/** How a text is laid out. */
export function styleOf(text: string, document: Document): YamlStyle {
  let unit: string | undefined;
  let toDash: string | undefined;
  for (const [key, value] of pairs(document.contents as YamlNode | null)) {
    const difference = columnAt(text, value.range![0]) - columnAt(text, key.range![0]);
    if (isMap(value) && difference > 0) unit ??= ' '.repeat(difference);
    if (isSeq(value) && difference >= 0) toDash ??= ' '.repeat(difference);
  }
  return { eol: mainEnding(text), unit: unit ?? '  ', toDash: toDash ?? unit ?? '  ' };
}

/** All names with a block below them. */
function* pairs(node: YamlNode | null): Generator<[YamlNode, YamlNode]> {
  if (isMap<YamlNode, YamlNode | null>(node) && !node.flow)
    for (const { key, value } of node.items) {
      if ((isMap(value) || isSeq(value)) && !value.flow && value.items.length > 0) yield [key, value as YamlNode];
      yield* pairs(value);
    }
  if (isSeq<YamlNode>(node) && !node.flow) for (const item of node.items) yield* pairs(item);
}
