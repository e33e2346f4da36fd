/** Server-sent events as bytes: where frames end, and the data in one. LF, CRLF and CR alike, split at any byte. */

const LF2 = Buffer.from('\n\n');
const CRLF2 = Buffer.from('\r\n\r\n');
const CR2 = Buffer.from('\r\r');
const LF = 0x0a;
const CR = 0x0d;
/** A frame longer than this is no frame: the stream is broken. */
const MAX_CARRY = 64 * 1024 * 1024;
/** Bytes of the longest blank line, CRLF CRLF. */
const LONGEST_END = 4;
const EMPTY = Buffer.alloc(0);

/** Holds back a frame until it is whole. Only new bytes are searched for its end, however long it grows. */
export class FrameBuffer {
  private carry: Buffer[] = [];
  private carried = 0;

  /** Adds bytes; returns all whole frames, with their ends, as one buffer. */
  push(chunk: Buffer): Buffer | null {
    const size = chunk.length;
    if (this.carried === 0 && size > 1 && chunk[size - 1] === LF && chunk[size - 2] === LF) return chunk;
    // An end may have begun in the last bytes that were carried.
    const last = this.carry.at(-1);
    const overlap = last ? last.subarray(-LONGEST_END + 1) : EMPTY;
    const end = lastFrameEnd(overlap.length > 0 ? Buffer.concat([overlap, chunk]) : chunk) - overlap.length;
    if (end <= -overlap.length) {
      this.keep(chunk);
      return null;
    }
    const all = this.carried === 0 ? chunk : Buffer.concat([...this.carry, chunk]);
    const at = this.carried + end;
    this.carry = [];
    this.carried = 0;
    if (at < all.length) this.keep(all.subarray(at));
    return all.subarray(0, at);
  }

  /** What is left when the stream ends: a last frame whose blank line is missing, or nothing. */
  rest(): Buffer {
    const rest = Buffer.concat(this.carry);
    this.carry = [];
    this.carried = 0;
    return rest;
  }

  private keep(bytes: Buffer): void {
    // A very short piece joins the one before, so that an end can be seen in the last piece alone.
    const last = this.carry.at(-1);
    if (last && last.length < LONGEST_END) this.carry[this.carry.length - 1] = Buffer.concat([last, bytes]);
    else this.carry.push(bytes);
    this.carried += bytes.length;
    if (this.carried > MAX_CARRY) throw new Error('a frame of the stream is too long');
  }
}

function lastFrameEnd(bytes: Buffer): number {
  const ends = [
    [bytes.lastIndexOf(LF2), 2],
    [bytes.lastIndexOf(CRLF2), 4],
    [bytes.lastIndexOf(CR2), 2],
  ] as const;
  return Math.max(...ends.map(([at, length]) => (at < 0 ? 0 : at + length)));
}

/** The frames in a buffer of whole frames, each with its blank line. */
export function* frames(bytes: Buffer): Generator<Buffer> {
  let start = 0;
  let lineStart = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte !== LF && byte !== CR) continue;
    const blank = at === lineStart;
    if (byte === CR && bytes[at + 1] === LF) at++;
    lineStart = at + 1;
    if (!blank) continue;
    if (at + 1 > start) yield bytes.subarray(start, at + 1);
    start = at + 1;
  }
  if (start < bytes.length) yield bytes.subarray(start);
}

/** The `data:` of a frame, lines joined; empty for a comment. */
export function frameData(frame: Buffer): string {
  const text = frame.toString('utf8');
  if (text.startsWith('data: ') && text.indexOf('\n') >= text.length - 2) return text.slice(6).trimEnd();
  return text
    .split(/\r\n|\n|\r/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(line[5] === ' ' ? 6 : 5))
    .join('\n');
}

/** True when some `key` in this JSON text has a value that starts with `first`. Keys inside strings are escaped, so never match. */
export function hasMember(text: string, key: string, first: string): boolean {
  for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + key.length)) {
    let next = at + key.length;
    while (text.charCodeAt(next) === 0x20) next++;
    if (text.charCodeAt(next) !== 0x3a) continue;
    next++;
    while (text.charCodeAt(next) === 0x20) next++;
    if (text.startsWith(first, next)) return true;
  }
  return false;
}

/** The bytes of text in the string members with these keys, all frames of the text together. */
export function countText(text: string, keys: readonly string[]): number {
  let count = 0;
  for (const key of keys) {
    for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + key.length)) {
      let open = at + key.length;
      while (text.charCodeAt(open) === 0x20 || text.charCodeAt(open) === 0x3a) open++;
      if (text.charCodeAt(open) !== 0x22) continue;
      let close = text.indexOf('"', open + 1);
      while (close > 0 && escaped(text, close)) close = text.indexOf('"', close + 1);
      if (close > 0) count += close - open - 1;
    }
  }
  return count;
}

function escaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes++;
  return slashes % 2 === 1;
}
