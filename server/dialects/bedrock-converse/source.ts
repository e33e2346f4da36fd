import { isObject, type JsonObject, parseObject } from '../lossless.ts';
import type { NeutralEvent } from '../neutral/answer.ts';
import type { AskedModel, EventSource } from '../translation.ts';
import { AnswerEvents } from './answer-events.ts';
import { type EventMessage, EventStreamBuffer } from './event-stream.ts';
import { converseException } from './failure.ts';
import { signatureFamily } from './models.ts';

/**
 * A stream of ConverseStream. Source: the Bedrock API reference, "ConverseStream". The counts come after the stop reason,
 * in `metadata`, so only that completes; a stream that ends cleanly without it is whole all the same.
 */
export class ConverseSource implements EventSource {
  complete = false;
  private readonly buffer = new EventStreamBuffer();
  private readonly events: AnswerEvents;
  private failed = false;

  constructor(asked?: AskedModel) {
    const model = asked?.model ?? '';
    this.events = new AnswerEvents(model, signatureFamily(model));
  }

  push(chunk: Buffer): NeutralEvent[] {
    if (this.failed) return [];
    let messages: EventMessage[] = [];
    try {
      messages = this.buffer.push(chunk);
    } catch {
      this.fail('', 'The provider sent bytes that are no event stream.');
    }
    for (const message of messages) {
      if (this.failed) break;
      this.read(message);
    }
    return this.events.take();
  }

  end(): NeutralEvent[] {
    if (!this.failed && !this.complete && this.events.stopped && !this.buffer.cut) {
      this.events.end();
      this.complete = true;
    }
    return this.events.take();
  }

  private read({ headers, payload }: EventMessage): void {
    const value = parseObject(payload.toString('utf8'));
    const said = typeof value?.message === 'string' ? value.message : '';
    switch (headers[':message-type']) {
      case 'exception':
        this.fail(headers[':exception-type'] ?? '', said);
        return;
      case 'error':
        this.fail(headers[':error-code'] ?? '', headers[':error-message'] ?? said);
        return;
      default:
        if (value) this.readEvent(headers[':event-type'] ?? '', value);
        else this.fail('', 'The provider sent an event that is not JSON.');
    }
  }

  private readEvent(type: string, value: JsonObject): void {
    const { events } = this;
    const index = Number(value.contentBlockIndex ?? 0);
    switch (type) {
      case 'messageStart':
        events.begin();
        return;
      case 'contentBlockStart':
        if (isObject(value.start)) events.startBlock(index, value.start);
        return;
      case 'contentBlockDelta':
        if (isObject(value.delta)) events.delta(index, value.delta);
        return;
      case 'contentBlockStop':
        events.stopBlock(index);
        return;
      case 'messageStop':
        events.stop(String(value.stopReason), value.additionalModelResponseFields);
        return;
      case 'metadata':
        events.metadata(value);
        this.complete = events.stopped;
        return;
      default:
      // An event that a newer version sends: it can wait.
    }
  }

  private fail(name: string, message: string): void {
    const failure = converseException(name, message);
    this.failed = true;
    this.events.emit({ type: 'error', message: failure.message, errorType: failure.type, code: failure.code });
  }
}
