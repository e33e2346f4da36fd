import type { JsonObject } from '../lossless.ts';
import type { NeutralEvent } from '../neutral/answer.ts';
import { ChunkReader } from './chunk-reader.ts';

/** A whole chat completion as the events that its stream would have been. Undefined when it is none. */
export function readAnswer(body: JsonObject): NeutralEvent[] | undefined {
  if (!Array.isArray(body.choices)) return undefined;
  const events: NeutralEvent[] = [];
  const reader = new ChunkReader((event) => events.push(event));
  if (reader.read(body)) reader.close();
  return events;
}
