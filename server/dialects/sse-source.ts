import { type JsonObject, parseObject } from './lossless.ts';
import type { NeutralEvent } from './neutral/answer.ts';
import { FrameBuffer, frameData, frames } from './sse-frames.ts';
import type { EventSource } from './translation.ts';

const BLANK_LINE = Buffer.from('\n\n');

/** What every provider's stream of server-sent events has in common: frames made whole, their data parsed. */
export abstract class SseSource implements EventSource {
  complete = false;
  private readonly buffer = new FrameBuffer();
  private events: NeutralEvent[] = [];
  private failed = false;

  /** Reads one event's data, and says by `emit` what it means. */
  protected abstract read(data: JsonObject): void;
  /** The stream ended cleanly: what was held back. */
  protected finish(): void {}
  /** Data that is no JSON object. `[DONE]` completes. */
  protected readText(data: string): void {
    if (data.trim() === '[DONE]') this.complete = true;
    else this.fail('The provider sent an event that is not JSON.', 'api_error', null);
  }

  protected emit(event: NeutralEvent): void {
    this.events.push(event);
  }

  protected fail(message: string, errorType: string, code: string | null): void {
    this.failed = true;
    this.emit({ type: 'error', message, errorType, code });
  }

  push(chunk: Buffer): NeutralEvent[] {
    const whole = this.buffer.push(chunk);
    if (whole) this.readFrames(whole);
    return this.take();
  }

  end(): NeutralEvent[] {
    const rest = this.buffer.rest();
    if (rest.length > 0) this.readFrames(Buffer.concat([rest, BLANK_LINE]));
    if (!this.failed) this.finish();
    return this.take();
  }

  private readFrames(whole: Buffer): void {
    for (const frame of frames(whole)) {
      if (this.failed) return;
      const data = frameData(frame);
      if (data === '') continue;
      const parsed = parseObject(data);
      if (parsed) this.read(parsed);
      else this.readText(data);
    }
  }

  private take(): NeutralEvent[] {
    const { events } = this;
    if (events.length > 0) this.events = [];
    return events;
  }
}
