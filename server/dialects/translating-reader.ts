import type { GatewayError } from '../../shared/errors.ts';
import { estimateOutputTokens } from '../billing/estimate.ts';
import type { ProviderFailure, StreamHooks, StreamReader } from './dialect.ts';
import type { JsonObject } from './lossless.ts';
import type { NeutralEvent } from './neutral/answer.ts';
import { signatureIn } from './neutral/signatures.ts';
import { NO_TOKENS, type TokenUsage } from './neutral.ts';
import type { EventSource, EventWriter } from './translation.ts';

/** What bounds an estimate of tokens that the provider did not report. */
export interface EstimateBounds {
  inputTokens: number;
  maxOutputTokens: number;
}

/**
 * A provider's stream of one dialect as a caller's stream of another. As long as no content has come nothing is sent, so
 * that a failure is still a real status; the frames that end the stream are sent once it is whole and booked.
 */
export class TranslatingReader implements StreamReader {
  started = false;
  failure: ProviderFailure | undefined;
  contentBytes = 0;
  usage: TokenUsage | undefined;
  tier: string | undefined;
  /** Frames before the first content. */
  private early = '';
  private done = false;

  constructor(
    private readonly source: EventSource,
    private readonly writer: EventWriter,
    private readonly hooks: StreamHooks,
    private readonly bounds: EstimateBounds,
  ) {}

  push(chunk: Buffer): Buffer | null {
    if (this.done || this.failure) return null;
    return this.send(this.take(this.source.push(chunk)));
  }

  end(): Buffer | null {
    if (this.done) return EMPTY;
    const text = this.take(this.source.end());
    if (!this.done && this.source.complete && !this.failure) return this.send(text + this.finish());
    return this.done ? this.send(text) : null;
  }

  errorFrame(error: GatewayError): string | undefined {
    return this.writer.fail?.(error);
  }

  private take(events: readonly NeutralEvent[]): string {
    let text = '';
    for (const event of events) {
      if (event.type === 'error') {
        this.failure = { message: event.message, type: event.errorType, code: event.code };
        return text;
      }
      if (event.type === 'usage') this.usage = event.usage;
      else if (event.type === 'tier') this.tier = event.tier;
      else {
        if (event.type !== 'start') this.started = true;
        this.contentBytes += contentOf(event);
        this.tellSignature(event);
        text += this.writer.write(event);
      }
    }
    return this.source.complete ? text + this.finish() : text;
  }

  private tellSignature(event: NeutralEvent): void {
    const signature = signatureIn(event);
    if (signature !== undefined) this.hooks.signed?.(signature);
  }

  private finish(): string {
    this.done = true;
    this.started = true;
    const estimated = this.usage === undefined;
    this.usage ??= {
      ...NO_TOKENS,
      input: this.bounds.inputTokens,
      output: estimateOutputTokens(this.contentBytes, this.bounds.maxOutputTokens),
    };
    const members = this.hooks.settle(this.usage, estimated, this.tier);
    const cost = JSON.parse(`{${members}}`) as JsonObject;
    return this.writer.end({ usage: this.usage, cost, estimated });
  }

  private send(text: string): Buffer | null {
    if (!this.started) {
      this.early += text;
      return null;
    }
    const all = this.early + text;
    this.early = '';
    return all === '' ? null : Buffer.from(all);
  }
}

const EMPTY = Buffer.alloc(0);

/** Bytes of what the model generated in this event. */
function contentOf(event: NeutralEvent): number {
  switch (event.type) {
    case 'text':
    case 'refusal':
    case 'reasoning':
    case 'tool-arguments':
      return Buffer.byteLength(event.text);
    default:
      return 0;
  }
}
