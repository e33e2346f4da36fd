import { estimateOutputTokens } from '../../billing/estimate.ts';
import type { StreamHooks } from '../dialect.ts';
import { EventReader, parseEvent } from '../event-reader.ts';
import { NO_TOKENS, type RequestFacts } from '../neutral.ts';
import { SIGNATURE } from '../signed.ts';
import { hasMember } from '../sse-frames.ts';
import { addMember, addToObject, fillUsage, findUsage } from '../usage-splice.ts';
import { chatFailure, chatUsage, chatUsageText } from './usage.ts';

const SIGNED = [SIGNATURE];
const TEXT_KEYS = ['"content"', '"reasoning_content"', '"reasoning"', '"arguments"', '"refusal"'];
const DONE = Buffer.from('data: [DONE]\n\n');

interface Chunk {
  id?: string;
  created?: number;
  model?: string;
  choices?: { index?: number; delta?: Record<string, unknown> | null; finish_reason?: string | null; text?: string }[];
  usage?: unknown;
  service_tier?: unknown;
}

/**
 * A stream of chat completion chunks. The usage goes out last and with its cost, before `[DONE]`: in the provider's own
 * usage chunk when the caller asked for one (`include_usage`), else inside the chunk with the finish reason, as callers
 * who did not ask stumble over a chunk without choices.
 */
export class ChatReader extends EventReader {
  /** The usage object of the provider's last usage chunk, as text. */
  private usageText = '';
  private sample: Chunk | undefined;
  /** The service tier that served it, as the last chunk that tells one says. */
  private tier: string | undefined;
  private readonly finishedChoices = new Set<number>();

  constructor(
    private readonly facts: RequestFacts,
    private readonly hooks: StreamHooks,
    private readonly maxOutputTokens: number,
    private readonly inputTokens: number,
  ) {
    super(TEXT_KEYS, DONE, { hooks, words: SIGNED });
  }

  protected hasNews(text: string): boolean {
    return (
      hasMember(text, '"usage"', '{') ||
      hasMember(text, '"finish_reason"', '"') ||
      text.includes('"error"') ||
      text.includes('[DONE]')
    );
  }

  protected readEvent(frame: Buffer, data: string, out: Buffer[]): void {
    if (data === '[DONE]') {
      this.terminate(frame, out);
      return;
    }
    const chunk = parseEvent(data) as Chunk | undefined;
    const failure = chatFailure(chunk);
    if (!chunk || failure) {
      this.fail(failure, out);
      return;
    }
    this.sample ??= chunk;
    if (typeof chunk.service_tier === 'string') this.tier = chunk.service_tier;
    let finishes = false;
    for (const { index = 0, finish_reason } of chunk.choices ?? []) {
      if (typeof finish_reason !== 'string') continue;
      finishes = true;
      this.finishedChoices.add(index);
    }
    this.complete = this.finishedChoices.size >= this.facts.choices;
    if (finishes || hasContent(chunk)) this.started = true;
    const usage = chatUsage(chunk.usage);
    if (usage) this.usage = usage;
    const bare = usage !== undefined && (chunk.choices?.length ?? 0) === 0;
    if (bare) this.usageText = JSON.stringify(chunk.usage);
    // A bare usage chunk that the caller did not ask for goes into the finish chunk that is held.
    if (bare && !this.facts.wantsUsageChunk && this.held) return;
    this.release(out);
    if (usage || (finishes && !this.facts.wantsUsageChunk)) this.held = frame;
    else out.push(frame);
  }

  protected finish(): Buffer[] {
    const estimated = this.usage === undefined;
    this.usage ??= {
      ...NO_TOKENS,
      input: this.inputTokens,
      output: estimateOutputTokens(this.contentBytes, this.maxOutputTokens),
    };
    const members = this.hooks.settle(this.usage, estimated, this.tier);
    if (estimated) this.usageText = chatUsageText(this.usage);
    const frame = this.held;
    this.held = null;
    const span = frame && findUsage(frame);
    if (span) return [addToObject(frame, span, members)];
    const usage = `${this.usageText.slice(0, -1)},${members}}`;
    if (frame && !this.facts.wantsUsageChunk) return [fillUsage(frame, usage) ?? addMember(frame, `"usage":${usage}`)];
    const { id = '', created = 0, model = '' } = this.sample ?? {};
    const head = JSON.stringify({ id, object: 'chat.completion.chunk', created, model, choices: [] }).slice(0, -1);
    return [...(frame ? [frame] : []), Buffer.from(`data: ${head},"usage":${usage}}\n\n`)];
  }
}

/** Anything but the role: text, reasoning, a tool call, audio. */
function hasContent(chunk: Chunk): boolean {
  return (
    chunk.choices?.some(({ delta, text }) => {
      if (text) return true;
      return Object.entries(delta ?? {}).some(
        ([key, value]) =>
          key !== 'role' && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0),
      );
    }) ?? false
  );
}
