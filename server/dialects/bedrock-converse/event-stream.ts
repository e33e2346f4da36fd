import { crc32 } from 'node:zlib';

/**
 * Amazon's binary framing of streams, `application/vnd.amazon.eventstream`: total length, length of the headers, CRC of
 * these two, headers, payload, CRC of all. Read here and not by the SDK's codec, which takes whole messages only and
 * computes its sums in JavaScript. Source: "Event stream encoding" in the Amazon Transcribe developer guide.
 */
export interface EventMessage {
  /** The headers that are strings, by name: `:message-type`, `:event-type`, `:exception-type` … */
  headers: Record<string, string>;
  payload: Buffer;
}

const PRELUDE = 12;
const TRAILER = 4;
/** What a message may measure: Amazon's own limit is 24 MB. */
const MOST_BYTES = 24 * 1024 * 1024;
const STRING = 7;
/** Bytes of a header's value by its type; binary (6) and string (7) say theirs in two bytes. */
const FIXED_BYTES = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16];

/** Makes messages whole, however the bytes are sliced. Throws `RangeError` for bytes that are no such stream. */
export class EventStreamBuffer {
  private held: Buffer[] = [];
  private heldBytes = 0;
  private wanted = PRELUDE;

  push(chunk: Buffer): EventMessage[] {
    this.held.push(chunk);
    this.heldBytes += chunk.length;
    if (this.heldBytes < this.wanted) return [];
    const bytes = this.held.length === 1 ? chunk : Buffer.concat(this.held);
    const messages: EventMessage[] = [];
    let at = 0;
    let wanted = PRELUDE;
    while (bytes.length - at >= PRELUDE) {
      wanted = lengthAt(bytes, at);
      if (bytes.length - at < wanted) break;
      messages.push(readMessage(bytes.subarray(at, at + wanted)));
      at += wanted;
      wanted = PRELUDE;
    }
    this.wanted = wanted;
    this.heldBytes = bytes.length - at;
    this.held = this.heldBytes > 0 ? [bytes.subarray(at)] : [];
    return messages;
  }

  /** True when the stream ended inside a message. */
  get cut(): boolean {
    return this.heldBytes > 0;
  }
}

function lengthAt(bytes: Buffer, at: number): number {
  const total = bytes.readUInt32BE(at);
  const headers = bytes.readUInt32BE(at + 4);
  if (crc32(bytes.subarray(at, at + 8)) !== bytes.readUInt32BE(at + 8))
    throw new RangeError('the prelude of an event does not match its checksum');
  if (total > MOST_BYTES || headers > total - PRELUDE - TRAILER)
    throw new RangeError(`an event of ${total} bytes with ${headers} bytes of headers`);
  return total;
}

function readMessage(bytes: Buffer): EventMessage {
  const end = bytes.length - TRAILER;
  if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32BE(end))
    throw new RangeError('an event does not match its checksum');
  const payloadStart = PRELUDE + bytes.readUInt32BE(4);
  return { headers: readHeaders(bytes.subarray(PRELUDE, payloadStart)), payload: bytes.subarray(payloadStart, end) };
}

function readHeaders(bytes: Buffer): Record<string, string> {
  const headers: Record<string, string> = {};
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + bytes[at]!;
    const name = bytes.toString('latin1', at + 1, nameEnd);
    const type = bytes[nameEnd]!;
    let valueStart = nameEnd + 1;
    let length = FIXED_BYTES[type];
    if (length === undefined) {
      length = bytes.readUInt16BE(valueStart);
      valueStart += 2;
    }
    if (type === STRING) headers[name] = bytes.toString('utf8', valueStart, valueStart + length);
    at = valueStart + length;
  }
  return headers;
}
