/**
 * One pass over the bytes of a JSON object: is it well formed, and where do its top-level members stand? A body is never
 * parsed and rebuilt, so that big integers, unknown fields and signatures travel as they came. Strings are skipped at
 * the speed of memchr, so a body of megabytes costs little.
 */

import { BACKSLASH, CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './json-bytes.ts';
import { keyBit, SEEN, textBit } from './seen.ts';

/** A top-level member. Offsets are into the body; `valueEnd` is exclusive. */
export interface Member {
  key: string;
  keyStart: number;
  valueStart: number;
  valueEnd: number;
}

export interface Scan {
  bytes: Buffer;
  members: Member[];
  /** Offsets of the outer braces. */
  start: number;
  end: number;
  /** Bytes of text in all strings; a blob (an image or a file in base64) counts as its usual token worth. */
  textBytes: number;
  /** Bits of `SEEN`. */
  seen: number;
  /** The objects and arrays of `LONG_BYTES` and more that stand right inside a member's value, in their order: where each begins and ends. */
  long: number[];
  /** The strings that stand under the name of a signature (`SEEN.signature`), without their quotes: where each begins and ends. */
  signatures: number[];
}

/** Why and where the scan stopped. */
export class ScanError extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(`${message} at byte ${offset}`);
    this.offset = offset;
  }
}

const MAX_DEPTH = 512;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** A string this long that is base64 wherever it is looked at is a blob. An image is worth about 1,500 tokens of 4 bytes. */
const BLOB_LEAST_BYTES = 2048;
const BLOB_SAMPLE = 256;
/** The longest head of a data URL that is passed over: `data:application/…;base64,`. */
const DATA_HEAD = 128;
/** From here on such a one is long: the shortest prompt that any provider caches has so many characters. */
const LONG_BYTES = 4096;
/** No API has so many parameters; each costs memory. */
const MAX_MEMBERS = 1000;
const BLOB_TEXT_BYTES = 6000;

/** What may come next. */
const VALUE = 0;
const VALUE_OR_CLOSE = 1;
const KEY = 2;
const KEY_OR_CLOSE = 3;
const AFTER_KEY = 4;
const AFTER_VALUE = 5;

/** Scans a JSON object; throws `ScanError` when it is not one, whole and alone. */
export function scanObject(bytes: Buffer): Scan {
  const members: Member[] = [];
  /** The open containers: true for an object. */
  const stack: boolean[] = [];
  let member: Member | undefined;
  let textBytes = 0;
  let seen = 0;
  /** The bit of the last key. */
  let key = 0;
  let expect = VALUE;
  let at = 0;
  /** Where the one that is open right inside a member's value begins. */
  let element = 0;
  const long: number[] = [];
  const signatures: number[] = [];
  const length = bytes.length;
  let start = -1;

  // A byte-order mark is no JSON, but some editors write one.
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) at = 3;

  for (;;) {
    while (at < length && isSpace(bytes[at]!)) at++;
    if (at >= length) throw new ScanError(start < 0 ? 'the body is empty' : 'the JSON ends too early', length);
    const byte = bytes[at]!;

    if (expect === AFTER_KEY) {
      if (byte !== COLON) throw new ScanError('expected a colon', at);
      at++;
      expect = VALUE;
      if (stack.length === 1) {
        while (at < length && isSpace(bytes[at]!)) at++;
        member!.valueStart = at;
      }
      continue;
    }

    if (expect === AFTER_VALUE) {
      const inObject = stack[stack.length - 1]!;
      if (byte === COMMA) {
        at++;
        expect = inObject ? KEY : VALUE;
        continue;
      }
      if (byte !== (inObject ? CLOSE_BRACE : CLOSE_BRACKET))
        throw new ScanError(`expected a comma or a closing ${inObject ? 'brace' : 'bracket'}`, at);
      // falls through to closing
    } else if (expect === KEY || (expect === KEY_OR_CLOSE && byte !== CLOSE_BRACE)) {
      if (byte !== QUOTE) throw new ScanError('expected a key in double quotes', at);
      const end = stringEnd(bytes, at);
      if (stack.length === 1) {
        member = { key: keyText(bytes, at, end), keyStart: at, valueStart: 0, valueEnd: 0 };
        if (members.push(member) > MAX_MEMBERS) throw new ScanError('the object has too many members', at);
      } else {
        key = keyBit(bytes, at + 1, end - 1);
        seen |= key;
      }
      at = end;
      expect = AFTER_KEY;
      continue;
    } else if (expect === VALUE || (expect === VALUE_OR_CLOSE && byte !== CLOSE_BRACKET)) {
      if (start < 0) {
        if (byte !== OPEN_BRACE) throw new ScanError('the body must be a JSON object: expected {', at);
        start = at;
      }
      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (stack.length >= MAX_DEPTH) throw new ScanError('the JSON is nested too deeply', at);
        if (stack.length === 2) element = at;
        stack.push(byte === OPEN_BRACE);
        expect = byte === OPEN_BRACE ? KEY_OR_CLOSE : VALUE_OR_CLOSE;
        at++;
        continue;
      }
      if (byte === QUOTE) {
        const end = stringEnd(bytes, at);
        textBytes += worth(bytes, at + 1, end - 1);
        if (stack.length > 1) {
          seen |= textBit(key, bytes, at + 1, end - 1);
          if (key === SEEN.signature) signatures.push(at + 1, end - 1);
        }
        at = end;
      } else {
        at = scalarEnd(bytes, at);
      }
      if (stack.length === 1) member!.valueEnd = at;
      expect = AFTER_VALUE;
      continue;
    }

    // A container closes.
    stack.pop();
    at++;
    if (stack.length === 2) {
      if (at - element >= LONG_BYTES) long.push(element, at);
    } else if (stack.length === 1) member!.valueEnd = at;
    else if (stack.length === 0) break;
    expect = AFTER_VALUE;
  }

  const end = at;
  while (at < length && isSpace(bytes[at]!)) at++;
  if (at < length) throw new ScanError('there is more after the JSON object', at);
  return { bytes, members, start, end, textBytes, seen, long, signatures };
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** The offset after a string's closing quote. */
export function stringEnd(bytes: Buffer, open: number): number {
  // Most strings are short: look at the first bytes here before asking for memchr.
  const near = Math.min(bytes.length, open + 24);
  let at = open + 1;
  for (; at < near; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) break;
  }
  for (;;) {
    const quote = bytes.indexOf(QUOTE, at);
    if (quote < 0) throw new ScanError('a string is not closed', open);
    let slashes = 0;
    while (bytes[quote - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}

function keyText(bytes: Buffer, start: number, end: number): string {
  const raw = bytes.toString('utf8', start + 1, end - 1);
  return raw.includes('\\') ? (parseText(`"${raw}"`, start) as string) : raw;
}

function parseText(text: string, offset: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ScanError('not valid JSON', offset);
  }
}

function scalarEnd(bytes: Buffer, start: number): number {
  let end = start;
  let digits = true;
  while (end < bytes.length && end - start < 400) {
    const byte = bytes[end]!;
    if (byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || isSpace(byte)) break;
    if (byte < 0x30 || byte > 0x39) digits = false;
    end++;
  }
  // Most are plain whole numbers: arrays of millions of them must not cost a string each.
  if (digits && end > start && (bytes[start] !== 0x30 || end === start + 1)) return end;
  const text = bytes.toString('latin1', start, end);
  if (text !== 'true' && text !== 'false' && text !== 'null' && !NUMBER.test(text)) {
    throw new ScanError('not a JSON value', start);
  }
  return end;
}

function worth(bytes: Buffer, start: number, end: number): number {
  const size = end - start;
  if (size < BLOB_LEAST_BYTES) return size;
  const middle = start + (size >> 1);
  const blob =
    isBase64(bytes, start + (bytes.toString('latin1', start, start + 5) === 'data:' ? DATA_HEAD : 0)) &&
    isBase64(bytes, start + (size >> 2)) &&
    isBase64(bytes, middle) &&
    isBase64(bytes, middle + (size >> 2)) &&
    isBase64(bytes, end - BLOB_SAMPLE);
  return blob ? BLOB_TEXT_BYTES : size;
}

/** Whether a sample is of base64's alphabet, in either spelling. */
function isBase64(bytes: Buffer, from: number): boolean {
  return /^[A-Za-z0-9+/_=-]+$/.test(bytes.toString('latin1', from, from + BLOB_SAMPLE));
}

/** The value of a top-level member, parsed; the last one wins, as in every JSON parser. Undefined when there is none. */
export function memberValue(scan: Scan, key: string): unknown {
  const member = findMember(scan, key);
  return member && parseText(scan.bytes.toString('utf8', member.valueStart, member.valueEnd), member.valueStart);
}

export function findMember(scan: Scan, key: string): Member | undefined {
  for (let i = scan.members.length - 1; i >= 0; i--) if (scan.members[i]!.key === key) return scan.members[i];
  return undefined;
}

/** The first byte of a member's value as a character: `[`, `{`, `"`, `t`, `f`, `n`, `-` or a digit. */
export function valueKind(scan: Scan, member: Member): string {
  return String.fromCharCode(scan.bytes[member.valueStart]!);
}

/** What becomes of a top-level member. Pieces of bytes are only for one that is there. */
export type Change = string | readonly Buffer[] | null;

/**
 * The body with some top-level members changed: a string is the new JSON text of its value, as are pieces of bytes put
 * together; null takes the member away.
 * Members that are not there are added at the end. Everything else stays byte for byte.
 */
export function splice(scan: Scan, changes: ReadonlyMap<string, Change>): Buffer {
  return Buffer.concat(splicePieces(scan, changes));
}

/** The same in pieces, most of them views of the body: to join four megabytes costs more than all else that is done to them. */
export function splicePieces(scan: Scan, changes: ReadonlyMap<string, Change>): Buffer[] {
  const { bytes, members } = scan;
  const parts: Buffer[] = [];
  const missing = new Map(changes);
  let from = 0;
  let kept = 0;
  members.forEach((member, index) => {
    const change = changes.get(member.key);
    if (change === undefined) {
      kept++;
      return;
    }
    missing.delete(member.key);
    if (change !== null) {
      kept++;
      parts.push(bytes.subarray(from, member.valueStart));
      if (typeof change === 'string') parts.push(Buffer.from(change));
      else parts.push(...change);
      from = member.valueEnd;
      return;
    }
    // Take the comma along: the one before, or, for the first that stays, the one behind.
    const next = members[index + 1];
    if (kept === 0) {
      parts.push(bytes.subarray(from, member.keyStart));
      from = next ? next.keyStart : scan.end - 1;
    } else {
      const before = members[index - 1]!;
      const cut = Math.max(from, before.valueEnd);
      parts.push(bytes.subarray(from, cut));
      from = member.valueEnd;
    }
  });
  const added = [...missing].filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  parts.push(bytes.subarray(from, scan.end - 1));
  if (added.length > 0) {
    const text = added.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',');
    parts.push(Buffer.from(kept > 0 ? `,${text}` : text));
  }
  parts.push(CLOSING);
  return parts;
}

const CLOSING = Buffer.from('}');
