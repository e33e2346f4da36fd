import type { JsonObject } from '../lossless.ts';
import type { NeutralEvent } from '../neutral/answer.ts';
import { OutputReader } from './output-reader.ts';
import { failureOf } from './usage.ts';

/** A whole response as the events that its stream would have been. Undefined when it is none. */
export function readAnswer(body: JsonObject): NeutralEvent[] | undefined {
  if (!Array.isArray(body.output)) return undefined;
  const events: NeutralEvent[] = [];
  if (body.status === 'failed') {
    const { message, type, code } = failureOf(body);
    return [{ type: 'error', message, errorType: type, code }];
  }
  new OutputReader((event) => events.push(event)).finish(body);
  return events;
}
