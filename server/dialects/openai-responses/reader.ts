import type { GatewayError } from '../../../shared/errors.ts';
import { estimateOutputTokens } from '../../billing/estimate.ts';
import type { StreamHooks } from '../dialect.ts';
import { EventReader } from '../event-reader.ts';
import { isObject, type JsonObject, parseObject } from '../lossless.ts';
import { NO_TOKENS, type TokenUsage } from '../neutral.ts';
import { ENCRYPTED } from '../signed.ts';
import { addToObject, fillUsage, findUsage } from '../usage-splice.ts';
import { failedFrame, untold } from './failed.ts';
import { withPrevious } from './previous.ts';
import { isSearch, searchesIn } from './searches.ts';
import { failureOf, responsesUsage, responsesUsageObject } from './usage.ts';

const SIGNED = [ENCRYPTED];
const TEXT_KEYS = ['"delta"'];
const NOTHING = Buffer.alloc(0);
const NUMBER = /"sequence_number"\s*:\s*(\d+)/g;
/** The response is whole, as far as it goes. */
const TERMINAL = new Set(['response.completed', 'response.incomplete']);
/** Events that announce, and say nothing yet. */
const ANNOUNCEMENT = /^response\.(?:created|queued|in_progress|output_item\.added|.*_part\.added)$/;

/**
 * A stream of Responses events. Usage stands in the terminal event alone, inside `response`: that frame goes out with
 * the cost spliced into it, all others as they came.
 */
export class ResponsesReader extends EventReader {
  /** As it was told first, and at its end the whole. */
  private response: JsonObject | undefined;
  /** The output items that are whole. */
  private readonly items: JsonObject[] = [];
  /** The number of the event after the last one that was read. */
  private next = 0;
  /** The last events after it that passed unread. */
  private unread = '';
  /** The numbers of the output items that are web searches: some servers tell of items in the terminal event alone, some never there. */
  private readonly searches = new Set<unknown>();

  constructor(
    private readonly hooks: StreamHooks,
    private readonly maxOutputTokens: number,
    private readonly inputTokens: number,
    private readonly previousId?: string,
  ) {
    super(TEXT_KEYS, NOTHING, { hooks, words: SIGNED });
  }

  /** The failed response as it was until then. */
  errorFrame(error: GatewayError, requestId: string): string {
    const told = {
      ...(this.response ?? untold(requestId)),
      ...(this.previousId !== undefined && { previous_response_id: this.previousId }),
      output: this.items,
    };
    return failedFrame(error, told, this.nextNumber());
  }

  private nextNumber(): number {
    const last = [...this.unread.matchAll(NUMBER)].at(-1);
    return last ? Number(last[1]) + 1 : this.next;
  }

  protected hasNews(text: string): boolean {
    // Each begins with a character that is rare: that is what is looked for first.
    const news =
      text.includes('.completed') ||
      text.includes('.incomplete') ||
      text.includes('.failed') ||
      text.includes('.output_item.done') ||
      text.includes('error');
    if (!news && text.includes('"sequence_number"')) this.unread = text;
    return news;
  }

  protected readEvent(given: Buffer, data: string, out: Buffer[]): void {
    const event = parseObject(data);
    if (!event) {
      // Some servers end with `[DONE]`, which is no news after the terminal event, and no terminal event before it.
      if (data.trim() !== '[DONE]') this.fail(undefined, out);
      return;
    }
    const type = String(event.type);
    const response = isObject(event.response) ? event.response : undefined;
    const frame = response ? withPrevious(given, this.previousId) : given;
    if (type === 'error' || type === 'response.failed') {
      this.usage = responsesUsage(response?.usage) ?? this.usage;
      this.fail(failureOf(event), out);
      return;
    }
    if (typeof event.sequence_number === 'number') {
      this.next = event.sequence_number + 1;
      this.unread = '';
    }
    if (!TERMINAL.has(type)) {
      if (!ANNOUNCEMENT.test(type)) this.started = true;
      this.response ??= response;
      if (type === 'response.output_item.done' && isObject(event.item)) {
        this.items.push(event.item);
        if (isSearch(event.item)) this.searches.add(event.output_index);
      }
      out.push(frame);
      return;
    }
    this.response = response;
    this.usage = this.usageOf(response);
    this.held = frame;
    this.started = true;
    this.done = true;
    out.push(...this.finish());
  }

  private usageOf(response: JsonObject | undefined): TokenUsage | undefined {
    const usage = responsesUsage(response?.usage);
    if (response) for (const index of searchesIn(response)) this.searches.add(index);
    return usage && this.searches.size > 0 ? { ...usage, searches: this.searches.size } : usage;
  }

  protected finish(): Buffer[] {
    const frame = this.held!;
    this.held = null;
    const estimated = this.usage === undefined;
    this.usage ??= {
      ...NO_TOKENS,
      input: this.inputTokens,
      output: estimateOutputTokens(this.contentBytes, this.maxOutputTokens),
    };
    const members = this.hooks.settle(this.usage, estimated, tierOf(this.response));
    if (this.response) this.hooks.answered?.(this.response);
    const span = estimated ? undefined : findUsage(frame, 'usage', 2);
    if (span) return [addToObject(frame, span, members)];
    const usage = `${JSON.stringify(responsesUsageObject(this.usage)).slice(0, -1)},${members}}`;
    return [fillUsage(frame, usage) ?? withUsage(frame, usage)];
  }
}

function tierOf(response: JsonObject | undefined): string | undefined {
  return typeof response?.service_tier === 'string' ? response.service_tier : undefined;
}

/** Puts `"usage":{…}` into the response of an event that has none. */
function withUsage(frame: Buffer, usage: string): Buffer {
  const text = frame.toString('utf8');
  const open = /"response"\s*:\s*\{\s*/.exec(text);
  if (!open) return frame;
  const at = open.index + open[0].length;
  return Buffer.from(`${text.slice(0, at)}"usage":${usage}${text[at] === '}' ? '' : ','}${text.slice(at)}`);
}
