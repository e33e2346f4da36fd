import type { ProviderFailure, StreamHooks, StreamReader } from './dialect.ts';
import type { TokenUsage } from './neutral.ts';
import { signaturesIn } from './signed.ts';
import { countText, FrameBuffer, frameData, frames } from './sse-frames.ts';

const NOTHING = Buffer.alloc(0);
const BLANK_LINE = Buffer.from('\n\n');

/**
 * What every dialect's reader has in common: frames are made whole, held back until content begins, and looked into only
 * when they carry news. A dialect says what is news and what to do with it.
 */
export abstract class EventReader implements StreamReader {
  started = false;
  failure: ProviderFailure | undefined;
  contentBytes = 0;
  usage: TokenUsage | undefined;
  /** The last frame that may still have to carry the usage. */
  protected held: Buffer | null = null;
  /** The terminal event has come. */
  protected done = false;
  /** The answer is known to be whole, though the terminal event has not come. */
  protected complete = false;
  private readonly buffer = new FrameBuffer();
  /** Frames before the first content. */
  private early: Buffer[] = [];

  constructor(
    private readonly textKeys: readonly string[],
    private readonly terminal: Buffer,
    /** Who wants to know what thoughts are signed with, and the words that signatures stand behind. */
    private readonly proofs?: { hooks: Pick<StreamHooks, 'signed'>; words: readonly string[] },
  ) {}

  /** Whether bytes after the first content may hold anything but content. A false alarm only costs time. */
  protected abstract hasNews(text: string): boolean;
  /** Reads one frame that has data; pushes what may be sent on. */
  protected abstract readEvent(frame: Buffer, data: string, out: Buffer[]): void;
  /** Settles, and returns the held frame completed with usage and cost. */
  protected abstract finish(): Buffer[];

  push(chunk: Buffer): Buffer | null {
    const whole = this.buffer.push(chunk);
    if (!whole) return null;
    const text = whole.toString('latin1');
    this.tellSignatures(text);
    if (this.started && this.held === null) {
      if (!this.hasNews(text)) {
        this.contentBytes += countText(text, this.textKeys);
        return whole;
      }
    }
    return this.readFrames(whole);
  }

  end(): Buffer | null {
    const rest = this.buffer.rest();
    this.tellSignatures(rest.toString('latin1'));
    const tail = (rest.length > 0 && this.readFrames(Buffer.concat([rest, BLANK_LINE]))) || NOTHING;
    if (this.done) return tail;
    if (!this.complete || this.failure) return null;
    return Buffer.concat([tail, ...this.finish(), this.terminal]);
  }

  protected fail(failure: ProviderFailure | undefined, out: Buffer[]): void {
    this.release(out);
    this.failure = failure ?? {
      message: 'The provider sent an event that is not JSON.',
      type: 'api_error',
      code: null,
    };
  }

  /** Sends the held frame on as it is: another one carries the usage. */
  protected release(out: Buffer[]): void {
    if (this.held) out.push(this.held);
    this.held = null;
  }

  protected terminate(frame: Buffer, out: Buffer[]): void {
    this.done = true;
    this.started = true;
    out.push(...this.finish(), frame);
  }

  private tellSignatures(text: string): void {
    const { hooks, words } = this.proofs ?? {};
    if (hooks?.signed) for (const signature of signaturesIn(text, words)) hooks.signed(signature);
  }

  private readFrames(whole: Buffer): Buffer | null {
    const out: Buffer[] = [];
    for (const frame of frames(whole)) {
      if (this.failure || this.done) break;
      const data = frameData(frame);
      if (data === '') {
        out.push(frame);
        continue;
      }
      this.contentBytes += countText(data, this.textKeys);
      this.readEvent(frame, data, out);
    }
    if (!this.started) {
      this.early.push(...out);
      return null;
    }
    const all = this.early.length > 0 ? [...this.early, ...out] : out;
    this.early = [];
    return all.length === 0 ? null : all.length === 1 ? all[0]! : Buffer.concat(all);
  }
}

/** An event's data as an object; undefined when it is not one. */
export function parseEvent(data: string): object | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
