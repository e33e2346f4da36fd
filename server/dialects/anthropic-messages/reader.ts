import { estimateOutputTokens } from '../../billing/estimate.ts';
import type { StreamHooks } from '../dialect.ts';
import { EventReader, parseEvent } from '../event-reader.ts';
import { NO_TOKENS } from '../neutral.ts';
import { REDACTED, SIGNATURE } from '../signed.ts';
import { addMember, addToObject, findUsage } from '../usage-splice.ts';
import { messagesFailure, messagesUsage } from './usage.ts';

const SIGNED = [SIGNATURE, REDACTED];
const TEXT_KEYS = ['"text"', '"thinking"', '"partial_json"'];
const STOP = Buffer.from('event: message_stop\ndata: {"type":"message_stop"}\n\n');

interface MessageEvent {
  type?: string;
  message?: { usage?: Record<string, unknown> };
  usage?: Record<string, unknown>;
  delta?: { stop_reason?: string | null };
}

/**
 * A stream of Messages events. The last `message_delta` (its usage is cumulative) waits for `message_stop`, so that it
 * goes out with the cost.
 */
export class MessagesReader extends EventReader {
  /** All usage members reported so far, later ones over earlier ones. */
  private reported: Record<string, unknown> = {};
  private outputReported = false;

  constructor(
    private readonly hooks: StreamHooks,
    private readonly maxOutputTokens: number,
    private readonly inputTokens: number,
  ) {
    super(TEXT_KEYS, STOP, { hooks, words: SIGNED });
  }

  protected hasNews(text: string): boolean {
    return text.includes('message_') || text.includes('error');
  }

  protected readEvent(frame: Buffer, data: string, out: Buffer[]): void {
    const event = parseEvent(data) as MessageEvent | undefined;
    if (!event || event.type === 'error') {
      this.fail(event && messagesFailure(event), out);
      return;
    }
    if (event.type === 'message_stop') {
      this.terminate(frame, out);
      return;
    }
    if (event.type === 'message_start') this.report(event.message?.usage);
    if (event.type === 'content_block_delta') this.started = true;
    this.release(out);
    if (event.type !== 'message_delta') {
      out.push(frame);
      return;
    }
    this.started = true;
    if (event.delta?.stop_reason) this.complete = true;
    if (typeof event.usage?.output_tokens === 'number') this.outputReported = true;
    this.report(event.usage);
    this.held = frame;
  }

  private report(usage: Record<string, unknown> | undefined): void {
    if (!usage) return;
    for (const [key, value] of Object.entries(usage)) if (value !== null) this.reported[key] = value;
    this.usage = messagesUsage(this.reported);
  }

  protected finish(): Buffer[] {
    const frame = this.held;
    this.held = null;
    const estimated = !this.outputReported;
    if (estimated) {
      this.usage = {
        ...(this.usage ?? { ...NO_TOKENS, input: this.inputTokens }),
        output: estimateOutputTokens(this.contentBytes, this.maxOutputTokens),
      };
    }
    const tier = this.reported.service_tier;
    const members = this.hooks.settle(this.usage!, estimated, typeof tier === 'string' ? tier : undefined);
    const span = frame && findUsage(frame);
    if (span) return [addToObject(frame, span, members)];
    const usage = `"usage":{"output_tokens":${this.usage!.output},${members}}`;
    if (!frame) {
      return [
        Buffer.from(
          `event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":null,"stop_sequence":null},${usage}}\n\n`,
        ),
      ];
    }
    return [addMember(frame, usage)];
  }
}
