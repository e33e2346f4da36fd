import type { Print } from './bracketed.ts';
import type { Json } from './document.ts';

/** How a JSON, JSONC or JSON5 text is written. */
export interface JsonStyle {
  /** One step of indentation. */
  unit: string;
  eol: string;
  /** Between a name and its value, the colon included. */
  colon: string;
  /** Behind a comma on the same line. */
  afterComma: string;
  /** Names without quotes, where they may be (JSON5). */
  bareNames: boolean;
  quote: '"' | "'";
  /** The last of several lines ends with a comma, too. */
  trailingComma: boolean;
  /** The whole text is one line. */
  inline: boolean;
}

/** A list of plain values stays on one line up to here. */
const LONGEST_LIST = 80;

/** A value on lines of its own from an indentation on; on a single line where that is undefined. */
export function printJson(value: Json, style: JsonStyle, indent: string | undefined): string {
  if (typeof value === 'string') return quoted(value, style.quote);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = indent === undefined ? undefined : indent + style.unit;
  if (Array.isArray(value)) {
    const plain = value.every((item) => typeof item !== 'object' || item === null);
    const line = `[${value.map((item: Json) => printJson(item, style, undefined)).join(`,${style.afterComma}`)}]`;
    if (indent === undefined || value.length === 0 || (plain && indent.length + line.length <= LONGEST_LIST))
      return line;
    return block(
      '[]',
      value.map((item: Json) => printJson(item, style, inner)),
      style,
      indent,
    );
  }
  const members = Object.entries(value).map((member) => printMember(member, style)(inner));
  if (members.length === 0) return '{}';
  return indent === undefined
    ? `{${padded(members.join(`,${style.afterComma}`), style)}}`
    : block('{}', members, style, indent);
}

/** A member of an object, for `insertItem`. */
export const printMember =
  ([name, value]: [string, Json], style: JsonStyle): Print =>
  (indent) =>
    printName(name, style) + style.colon + printJson(value, style, indent);

function block(brackets: string, items: string[], style: JsonStyle, indent: string): string {
  const lines = items.map((item) => style.eol + indent + style.unit + item).join(',');
  return brackets[0] + lines + (style.trailingComma ? ',' : '') + style.eol + indent + brackets[1];
}

const padded = (members: string, style: JsonStyle) => (style.afterComma === '' ? members : ` ${members} `);

function printName(name: string, style: JsonStyle): string {
  // reserved words may stand as names in JSON5 (ECMAScript's IdentifierName)
  return style.bareNames && /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name, style.quote);
}

function quoted(text: string, quote: '"' | "'"): string {
  // both separators may stand in a string of JSON, and not in one of older JavaScript readers
  const json = JSON.stringify(text).replace(/[\u2028\u2029]/g, (separator) =>
    separator === '\u2028' ? '\\u2028' : '\\u2029',
  );
  if (quote === '"' || (text.includes("'") && !text.includes('"'))) return json;
  return `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
