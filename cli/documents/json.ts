import { type DocumentNode, type Mode, parse, tokenize, type ValueNode } from '@humanwhocodes/momoa';
import { type Bracketed, insertItem, type Layout, removeItem } from './bracketed.ts';
import type { Place } from './data.ts';
import type { DocumentFormat, Json } from './document.ts';
import { type Editing, formatOf } from './editing.ts';
import { faultAt } from './fault.ts';
import { type JsonStyle, printJson, printMember } from './json-print.ts';
import { type Container, childrenOf, styleOf } from './json-style.ts';
import { indentAt, remembered, spliced } from './splice.ts';

const COMMENT = /\/\/[^\r\n]*|\/\*[\s\S]*?\*\//;

/** JSON, JSONC or JSON5. Of a name that comes twice the last one counts, as for the tools, and is the one edited. */
function jsonFormat(mode: Mode): DocumentFormat {
  const parsed = remembered((text: string) => parseIn(mode, text));
  const editing: Editing = {
    read: (text) => {
      const document = parsed(text);
      return document ? dataOf(document.body) : {};
    },
    offsetOf: (text, place) => {
      const document = parsed(text);
      return document ? deepest(document, place).range![0] : text.length;
    },
    put: (text, place, value) => {
      const document = parsed(text);
      return document ? put(text, document, place, value) : editing.put(withRoot(text), place, value);
    },
    take: (text, place) => take(parsed, text, place),
  };
  return formatOf(editing);
}

export const strictJson = jsonFormat('json');
/** JSON with comments and trailing commas. */
export const jsonc = jsonFormat('jsonc');
export const json5 = jsonFormat('json5');

/** Undefined: there is nothing in the text but comments. */
function parseIn(mode: Mode, text: string): DocumentNode | undefined {
  try {
    const document = parse(text, { mode, ranges: true, allowTrailingCommas: mode !== 'json' });
    // momoa lets some pass that no reader of JSON does, such as a tab in a string
    if (mode === 'json') JSON.parse(text);
    return document;
  } catch (error) {
    const { offset, message } = error as Error & { offset?: number };
    if (/^\s*$/.test(text) || (/end of input/.test(message) && onlyComments(text, mode))) return undefined;
    const at = offset ?? Number(/position (\d+)/.exec(message)?.[1] ?? 0);
    throw faultAt(text, at, at >= text.length ? 'The text ends too early' : `Unexpected ${unexpected(text, at)}`);
  }
}

function onlyComments(text: string, mode: Mode): boolean {
  try {
    return tokenize(text, { mode }).every(({ type }) => type.endsWith('Comment'));
  } catch {
    return false;
  }
}

function unexpected(text: string, at: number): string {
  const word = /^[\w.+-]+/.exec(text.slice(at, at + 40))?.[0];
  return JSON.stringify(word ?? String.fromCodePoint(text.codePointAt(at)!));
}

/** momoa's own `evaluate` would take a member `__proto__` for something else. */
function dataOf(node: ValueNode): unknown {
  if (node.type === 'Object')
    return Object.fromEntries(node.members.map(({ name, value }) => [nameOf(name), dataOf(value)]));
  if (node.type === 'Array') return node.elements.map(({ value }) => dataOf(value));
  if (node.type === 'Null') return null;
  if (node.type === 'NaN') return Number.NaN;
  if (node.type === 'Infinity') return node.sign === '-' ? -Infinity : Infinity;
  return node.value;
}

type Name = { type: 'String'; value: string } | { type: 'Identifier'; name: string };
const nameOf = (name: Name) => (name.type === 'String' ? name.value : name.name);

/** The last member of a name, or the item of a number. */
function childOf(node: ValueNode, step: string | number) {
  if (node.type === 'Object') return node.members.findLast(({ name }) => nameOf(name as Name) === step);
  return node.type === 'Array' && typeof step === 'number' ? node.elements[step] : undefined;
}

/** The value at a place, or the last one on the way that exists. */
function deepest(document: DocumentNode, place: Place): ValueNode {
  let node = document.body;
  for (const step of place) {
    const child = childOf(node, step);
    if (!child) return node;
    node = child.value;
  }
  return node;
}

function bracketed(container: Container): Bracketed {
  const [start, end] = container.range!;
  return { start: start + 1, end: end - 1, items: childrenOf(container) };
}

/** A text without a value gets an empty object, behind its comments. */
function withRoot(text: string): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  if (text === '') return `{}${eol}`;
  return text.endsWith('\n') ? `${text}{}${eol}` : `${text}${eol}{}`;
}

function put(text: string, document: DocumentNode, place: Place, value: Json): string {
  const container = deepest(document, place.slice(0, -1)) as Container;
  const style = styleOf(text, document, container);
  const old = childOf(container, place.at(-1)!)?.value;
  if (old) return replaced(text, old, value, style);
  const print =
    container.type === 'Object'
      ? printMember([String(place.at(-1)), value], style)
      : (indent: string | undefined) => printJson(value, style, indent);
  return insertItem(text, bracketed(container), layoutOf(text, container, style), print);
}

function replaced(text: string, old: ValueNode, value: Json, style: JsonStyle): string {
  const [start, end] = old.range!;
  const quote = old.type === 'String' ? (text[start] as JsonStyle['quote']) : style.quote;
  const by = printJson(value, { ...style, quote }, style.inline ? undefined : indentAt(text, start));
  return spliced(text, [{ start, end, by }]);
}

function layoutOf(text: string, container: Container, style: JsonStyle): Layout {
  const inside = text.slice(container.range![0] + 1, container.range![1] - 1);
  return {
    ...style,
    comment: COMMENT,
    padding: /^[ \t]+$/.test(inside) && container.type === 'Object' ? ' ' : '',
    inline: style.inline ? 'always' : 'short',
  };
}

function take(parsed: (text: string) => DocumentNode | undefined, text: string, place: Place): string {
  for (let now = text; ; ) {
    const document = parsed(now);
    const container = document && (deepest(document, place.slice(0, -1)) as Container);
    const child = container && childOf(container, place.at(-1)!);
    if (!child) return now;
    const index = childrenOf(container).findIndex(({ end }) => end === child.value.range![1]);
    now = removeItem(now, bracketed(container), index, { comment: COMMENT });
    // a name that comes twice must be gone altogether; the item of a number is gone at once
    if (container.type === 'Array') return now;
  }
}
