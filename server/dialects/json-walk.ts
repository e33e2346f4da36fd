import { CLOSE_BRACE, CLOSE_BRACKET, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './json-bytes.ts';
import { type Member, stringEnd } from './json-scan.ts';

/** What stands where in JSON that is known to be well formed: bytes are looked at, nothing is parsed. */

/** Offsets of a value; `end` is exclusive. */
export interface Span {
  start: number;
  end: number;
}

/** The elements of an array; none when the value is no array. */
export function elements(bytes: Buffer, { start }: Span): Span[] {
  const found: Span[] = [];
  if (bytes[start] !== OPEN_BRACKET) return found;
  let at = skipSpace(bytes, start + 1);
  while (bytes[at] !== CLOSE_BRACKET) {
    const end = valueEnd(bytes, at);
    found.push({ start: at, end });
    at = skipSpace(bytes, end);
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
  }
  return found;
}

/** The members of an object; none when the value is no object. */
export function members(bytes: Buffer, { start }: Span): Member[] {
  const found: Member[] = [];
  if (bytes[start] !== OPEN_BRACE) return found;
  let at = skipSpace(bytes, start + 1);
  while (bytes[at] !== CLOSE_BRACE) {
    const keyStart = at;
    const keyEnd = stringEnd(bytes, at);
    const valueStart = skipSpace(bytes, skipSpace(bytes, keyEnd) + 1);
    const end = valueEnd(bytes, valueStart);
    found.push({ key: bytes.toString('utf8', keyStart + 1, keyEnd - 1), keyStart, valueStart, valueEnd: end });
    at = skipSpace(bytes, end);
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
  }
  return found;
}

/** A member's value as a span. */
export function spanOf({ valueStart, valueEnd: end }: Member): Span {
  return { start: valueStart, end };
}

/** The offset after the value that begins here. */
function valueEnd(bytes: Buffer, start: number): number {
  const first = bytes[start];
  if (first === QUOTE) return stringEnd(bytes, start);
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) at = stringEnd(bytes, at) - 1;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && (byte === COMMA || isSpace(byte))) return at;
  }
  return bytes.length;
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (isSpace(bytes[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
