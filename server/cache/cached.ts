/** An answer that is kept for requests that are the same byte for byte, as the caller got it but with nothing used. */
export interface Cached {
  /** The target that gave it. */
  target: string;
  /** False for a stream. */
  whole: boolean;
  body: Buffer;
  /** What of the request its provider had no place for. */
  dropped: readonly string[];
  /** The id by which a caller of the Responses API may go on from it. */
  responseId: string | undefined;
  /** When it was given, Unix milliseconds. */
  atMs: number;
}

type Row = [digest: string, ...fields: [string, boolean, string, readonly string[], string | null, number]];

/** As one text. The body is bytes, not always good UTF-8: each is a character of its own. */
export function toText(digest: string, cached: Cached): string {
  const { target, whole, body, dropped, responseId = null, atMs } = cached;
  const row: Row = [digest, target, whole, body.toString('latin1'), dropped, responseId, atMs];
  return JSON.stringify(row);
}

/** Out of such a text; undefined for that of another request. */
export function fromText(digest: string, text: string): Cached | undefined {
  const [of, target, whole, body, dropped, responseId, atMs] = JSON.parse(text) as Row;
  if (of !== digest) return undefined;
  return { target, whole, body: Buffer.from(body, 'latin1'), dropped, responseId: responseId ?? undefined, atMs };
}
