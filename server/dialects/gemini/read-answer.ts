import type { JsonObject } from '../lossless.ts';
import type { NeutralEvent } from '../neutral/answer.ts';
import { ChunkReader, isChunk } from './read-chunk.ts';

/** A whole answer of `generateContent` as events; undefined when it is none. */
export function readAnswer(body: JsonObject): NeutralEvent[] | undefined {
  if (!isChunk(body)) return undefined;
  const events: NeutralEvent[] = [];
  const chunks = new ChunkReader((event) => events.push(event));
  chunks.read(body);
  if (!chunks.complete) return undefined;
  chunks.finish();
  return events;
}
