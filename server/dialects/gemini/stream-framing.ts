import type { RequestFacts } from '../neutral.ts';
import { frameData, frames } from '../sse-frames.ts';

/**
 * Google streams in two ways: server-sent events (`alt=sse`), or one JSON array whose elements come one by one. Inside,
 * a stream is always events; this makes the array of them.
 */
export class ArrayFraming {
  private begun = false;

  /** Whole events as elements. */
  elements(events: Buffer): Buffer {
    let text = '';
    for (const frame of frames(events)) {
      const data = frameData(frame);
      if (data !== '') text += this.element(data);
    }
    return Buffer.from(text);
  }

  element(json: string): string {
    const head = this.begun ? ',\r\n' : '[';
    this.begun = true;
    return head + json;
  }

  end(): string {
    return this.begun ? '\r\n]\r\n' : '[]\r\n';
  }
}

/** One chunk as an event. Google ends its lines with CR LF. */
export function eventFrame(json: string): string {
  return `data: ${json}\r\n\r\n`;
}

/** True when the caller of a stream asked for no server-sent events. */
export function wantsArray({ stream, jsonArray }: RequestFacts): boolean {
  return stream && jsonArray === true;
}
