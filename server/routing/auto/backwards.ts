import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
} from '../../dialects/json-bytes.ts';
import type { Member, Scan } from '../../dialects/json-scan.ts';
import type { Span } from '../../dialects/json-walk.ts';

/** No element that is not in the scan's list of long ones has more bytes. */
const SHORT_BYTES = 4096;
/** So much of short elements is read, all together. */
const MOST_BYTES = 65_536;
/** Most strings are short: so many bytes are looked at here before memrchr is asked. */
const NEAR_BYTES = 24;

/**
 * The elements of an array, the last one first, read from its end: a conversation of megabytes costs what is looked at.
 * The JSON is known to be well formed. Long elements are jumped over, as the scan knows where they begin.
 */
export function* lastElements({ bytes, long }: Pick<Scan, 'bytes' | 'long'>, array: Member): Generator<Span> {
  let pair = long.length - 2;
  let left = MOST_BYTES;
  let end = before(bytes, array.valueEnd - 1, array.valueStart);
  while (end > array.valueStart + 1) {
    while (pair >= 0 && long[pair + 1]! > end) pair -= 2;
    const jump = pair >= 0 && long[pair + 1] === end;
    const start = jump ? long[pair]! : valueStart(bytes, end, Math.max(array.valueStart, end - SHORT_BYTES));
    if (!jump) left -= end - start;
    if (start < 0 || left < 0) return;
    yield { start, end };
    end = before(bytes, start, array.valueStart);
    if (bytes[end - 1] !== COMMA) return;
    end = before(bytes, end - 1, array.valueStart);
  }
}

/** The offset behind the last byte before `at` that is no blank. */
function before(bytes: Buffer, at: number, floor: number): number {
  let end = at;
  while (end > floor && isSpace(bytes[end - 1]!)) end--;
  return end;
}

/** Where the value begins that ends there (exclusive); -1 when that is further back than `floor`. */
function valueStart(bytes: Buffer, end: number, floor: number): number {
  let depth = 0;
  for (let at = end - 1; at >= floor; at--) {
    const byte = bytes[at]!;
    if (byte === QUOTE) {
      at = openingQuote(bytes, at, floor);
      if (at < 0 || depth === 0) return at;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth++;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (--depth <= 0) return depth < 0 ? at + 1 : at;
    } else if (depth === 0 && (byte === COMMA || isSpace(byte))) return at + 1;
  }
  return -1;
}

/** A quote within a string has an odd number of backslashes before it; the one that opens it has none. */
function openingQuote(bytes: Buffer, close: number, floor: number): number {
  let from = close;
  for (let at = close - 1; at >= floor; at--) {
    if (from - at > NEAR_BYTES) at = bytes.lastIndexOf(QUOTE, at);
    else if (bytes[at] !== QUOTE) continue;
    let slashes = 0;
    while (bytes[at - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at < floor ? -1 : at;
    at -= slashes;
    from = at;
  }
  return -1;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
