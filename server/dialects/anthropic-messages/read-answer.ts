import { isObject, type JsonObject } from '../lossless.ts';
import type { NeutralEvent } from '../neutral/answer.ts';
import { MessageEvents } from './events.ts';

/** A whole message as the events that its stream would have been; undefined when it is none. */
export function readAnswer(body: JsonObject): NeutralEvent[] | undefined {
  if (!Array.isArray(body.content)) return undefined;
  const events: NeutralEvent[] = [];
  const message = new MessageEvents((event) => events.push(event));
  message.start(body);
  for (const block of body.content) {
    if (!isObject(block)) continue;
    message.open(block);
    message.close();
  }
  message.finish(typeof body.stop_reason === 'string' ? body : { ...body, stop_reason: 'end_turn' });
  return events;
}
