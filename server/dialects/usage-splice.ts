/** Where the usage object stands in a JSON answer, found from its end, and how members are put into it. */

import { BACKSLASH, CLOSE_BRACE, CLOSE_BRACKET, COLON, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './json-bytes.ts';

const USAGE = Buffer.from('"usage"');

/** Offsets of the braces of the top-level usage object, `end` exclusive. */
export interface UsageSpan {
  start: number;
  end: number;
}

/**
 * Finds the top-level member `usage` without parsing the answer: the bytes `"usage":{` cannot stand inside a string,
 * and what follows them tells how deep they are. Answers undefined when there is none (then parse).
 * @param depth how many containers stand around it: 1 for the body itself, 2 for an object in the body.
 */
export function findUsage(body: Buffer, member = 'usage', depth = 1): UsageSpan | undefined {
  const key = member === 'usage' ? USAGE : Buffer.from(`"${member}"`);
  for (let at = body.lastIndexOf(key); at >= 0; at = at === 0 ? -1 : body.lastIndexOf(key, at - 1)) {
    let start = at + key.length;
    while (isSpace(body[start])) start++;
    if (body[start] !== COLON) continue;
    start++;
    while (isSpace(body[start])) start++;
    if (body[start] !== OPEN_BRACE) continue;
    const end = closing(body, start);
    if (end > 0 && unclosed(body, end) === depth) return { start, end };
  }
  return undefined;
}

/** Puts members (JSON text without braces) at the end of an object that stands in `body` at `span`. */
export function addToObject(body: Buffer, span: UsageSpan, members: string): Buffer {
  let last = span.end - 2;
  while (isSpace(body[last])) last--;
  const comma = body[last] === OPEN_BRACE ? '' : ',';
  return Buffer.concat([body.subarray(0, span.end - 1), Buffer.from(comma + members), body.subarray(span.end - 1)]);
}

/** Puts a member (JSON text) at the end of the object that a frame carries. */
export function addMember(frame: Buffer | string, member: string): Buffer {
  const text = frame.toString('utf8');
  const close = text.lastIndexOf('}');
  const comma = /\{\s*$/.test(text.slice(0, close)) ? '' : ',';
  return Buffer.from(`${text.slice(0, close)}${comma}${member}${text.slice(close)}`);
}

/** Puts a usage object where a frame says `"usage":null`; undefined when it says so nowhere. */
export function fillUsage(frame: Buffer, usage: string): Buffer | undefined {
  const text = frame.toString('utf8');
  const nulled = /"usage"\s*:\s*null/.exec(text);
  if (!nulled) return undefined;
  const { index } = nulled;
  return Buffer.from(`${text.slice(0, index)}"usage":${usage}${text.slice(index + nulled[0].length)}`);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** The offset after the brace that closes the one at `open`, or -1. */
function closing(body: Buffer, open: number): number {
  let depth = 0;
  for (let at = open; at < body.length; at++) {
    const byte = body[at]!;
    if (byte === QUOTE) at = stringEnd(body, at);
    else if (byte === OPEN_BRACE) depth++;
    else if (byte === CLOSE_BRACE && --depth === 0) return at + 1;
    if (at < 0) return -1;
  }
  return -1;
}

/** True when what ends at `from` stands in the outermost object alone. */
export function isTopLevel(body: Buffer, from: number): boolean {
  return unclosed(body, from) === 1;
}

/** How many containers are still open at `from`, told by what closes after it. */
function unclosed(body: Buffer, from: number): number {
  let depth = 0;
  let open = 0;
  for (let at = from; at < body.length; at++) {
    const byte = body[at]!;
    if (byte === QUOTE) {
      at = stringEnd(body, at);
      if (at < 0) return -1;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (depth > 0) depth--;
      else open++;
    }
  }
  return open;
}

/** The offset of the closing quote of the string that opens at `open`, or a negative number. */
function stringEnd(body: Buffer, open: number): number {
  let quote = body.indexOf(QUOTE, open + 1);
  while (quote > 0) {
    let slashes = 0;
    while (body[quote - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return quote;
    quote = body.indexOf(QUOTE, quote + 1);
  }
  return -2;
}
