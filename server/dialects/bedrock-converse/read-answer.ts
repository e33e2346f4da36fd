import { isObject, type JsonObject } from '../lossless.ts';
import type { NeutralEvent } from '../neutral/answer.ts';
import type { AskedModel } from '../translation.ts';
import { AnswerEvents, readBlock } from './answer-events.ts';
import { signatureFamily } from './models.ts';

/** A whole Converse answer as the events that its stream would have been. Undefined when it is none. */
export function readAnswer(body: JsonObject, asked?: AskedModel): NeutralEvent[] | undefined {
  const message = isObject(body.output) ? body.output.message : undefined;
  if (!isObject(message) || !Array.isArray(message.content)) return undefined;
  const model = asked?.model ?? '';
  const events = new AnswerEvents(model, signatureFamily(model));
  events.begin();
  for (const [index, block] of message.content.filter(isObject).entries()) readBlock(events, index, block);
  events.stop(String(body.stopReason), body.additionalModelResponseFields);
  events.metadata(body);
  return events.take();
}
