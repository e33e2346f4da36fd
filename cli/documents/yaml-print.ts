import { isSeq, parseDocument } from 'yaml';
import { isEmpty } from './data.ts';
import type { Json } from './document.ts';

/** How a YAML text is laid out. */
export interface YamlStyle {
  eol: string;
  /** One step of indentation. */
  unit: string;
  /** From a name to the dashes of its list: nothing, or blanks. */
  toDash: string;
}

/** A list of plain values stays on one line up to here. */
const LONGEST_LIST = 80;

/** True for what is written on lines of its own. */
export function isBlock(value: Json): boolean {
  if (typeof value !== 'object' || value === null || isEmpty(value)) return false;
  return (
    !Array.isArray(value) || value.some((item) => typeof item === 'object') || printFlow(value).length > LONGEST_LIST
  );
}

/** `name: value`; every line but the first one begins with the indentation. */
export function printPair(name: string, value: Json, style: YamlStyle, indent: string): string {
  const key = printScalar(name, 'key');
  return isBlock(value) ? `${key}:${below(value, style, indent)}` : `${key}: ${printPlain(value)}`;
}

/** `- value` of a list whose dashes have this indentation. */
export function printItem(value: Json, style: YamlStyle, indent: string): string {
  if (!isBlock(value)) return `- ${printPlain(value)}`;
  // a list within a list
  if (Array.isArray(value)) return `- ${printFlow(value)}`;
  return `- ${members(value, style, `${indent}  `)}`;
}

/** The lines of an object or a list that follow its name, each with a line ending before it. */
export function below(value: Json, style: YamlStyle, indent: string): string {
  if (!Array.isArray(value)) return style.eol + indent + style.unit + members(value, style, indent + style.unit);
  const dashes = indent + style.toDash;
  return value.map((item: Json) => style.eol + dashes + printItem(item, style, dashes)).join('');
}

function members(value: Json, style: YamlStyle, indent: string): string {
  const lines = Object.entries(value as object).map(([name, each]) => printPair(name, each as Json, style, indent));
  return lines.join(style.eol + indent);
}

const printPlain = (value: Json) => (typeof value === 'string' ? printScalar(value, 'value') : printFlow(value));

/** A value in one line: `{ a: 1, b: [x, y] }`. */
export function printFlow(value: Json): string {
  if (typeof value === 'string') return printScalar(value, 'flow');
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(printFlow).join(', ')}]`;
  const pairs = Object.entries(value).map(([name, each]) => printFlowPair(name, each as Json));
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

export const printFlowPair = (name: string, value: Json) => `${printScalar(name, 'flow')}: ${printFlow(value)}`;

/** How a string is tried without quotes: between what it would stand. */
const AROUND = {
  key: (text: string) => `${text}: 1`,
  value: (text: string) => `k: ${text}`,
  flow: (text: string) => `[${text}, {k: ${text}}]`,
};

type Where = keyof typeof AROUND;

/** A string with quotes where any reader, of YAML 1.1 or 1.2, would take it for something else without. */
function printScalar(text: string, where: Where): string {
  return isPlain(text, where) ? text : quoted(text);
}

function isPlain(text: string, where: Where): boolean {
  // `=` and `<<` mean something to readers of YAML 1.1; a reader in a flow may take `:` and `?` for more than they are
  if (!/^[^\p{C}\p{Z}]+(?: [^\p{C}\p{Z}]+)*$/u.test(text) || /^(?:=$|<<$|---|\.\.\.)/.test(text)) return false;
  if (where === 'flow' && /[[\]{},]|:(?!\/\/)|^\?/.test(text)) return false;
  return (['1.1', '1.2'] as const).every((version) => {
    const document = parseDocument(AROUND[where](text), { version, logLevel: 'silent' });
    if (document.errors.length > 0) return false;
    if (where === 'key') return document.toJS()?.[text] === 1 && keyIsString(document.contents, text);
    if (where === 'value') return document.get('k') === text;
    return isSeq(document.contents) && document.getIn([0]) === text && document.getIn([1, 'k']) === text;
  });
}

function keyIsString(contents: unknown, text: string): boolean {
  const { items } = contents as { items?: { key: { value?: unknown } }[] };
  return items?.[0]?.key.value === text;
}

function quoted(text: string): string {
  // JSON leaves these as they are; YAML takes them for line breaks or does not print them
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
