import { estimateOutputTokens } from '../../billing/estimate.ts';
import type { StreamHooks } from '../dialect.ts';
import { EventReader, parseEvent } from '../event-reader.ts';
import type { JsonObject } from '../lossless.ts';
import { NO_TOKENS, type RequestFacts } from '../neutral.ts';
import { SIGNATURE } from '../signed.ts';
import { hasMember } from '../sse-frames.ts';
import { addMember, addToObject, findUsage } from '../usage-splice.ts';
import { geminiFailure } from './errors.ts';
import { searchesIn } from './grounding.ts';
import { ArrayFraming, wantsArray } from './stream-framing.ts';
import { geminiUsage, servedTier, usageMetadata } from './usage.ts';

const SIGNED = [SIGNATURE];
const TEXT_KEYS = ['"text"'];
const NOTHING = Buffer.alloc(0);
const USAGE = 'usageMetadata';

interface Chunk {
  candidates?: {
    index?: number;
    finishReason?: string;
    content?: { parts?: { text?: string; functionCall?: { args?: unknown } }[] };
  }[];
  promptFeedback?: { blockReason?: string };
  usageMetadata?: JsonObject;
  modelVersion?: string;
  responseId?: string;
}

/**
 * A stream of `streamGenerateContent`. Every chunk tells the usage so far; the last one's holds, and goes out with the
 * cost. No event ends the stream: it is whole when every candidate has told why it ended and the connection ends.
 */
export class GeminiReader extends EventReader {
  private readonly finished = new Map<number, boolean>();
  private readonly framing: ArrayFraming | undefined;
  private sample: Chunk = {};
  private searches = 0;
  private tier: string | undefined;

  constructor(
    private readonly facts: RequestFacts,
    private readonly hooks: StreamHooks,
    private readonly maxOutputTokens: number,
    private readonly inputTokens: number,
  ) {
    super(TEXT_KEYS, NOTHING, { hooks, words: SIGNED });
    if (wantsArray(facts)) this.framing = new ArrayFraming();
  }

  override push(chunk: Buffer): Buffer | null {
    const out = super.push(chunk);
    if (!out || !this.framing) return out;
    const elements = this.framing.elements(out);
    return elements.length > 0 ? elements : null;
  }

  override end(): Buffer | null {
    const out = super.end();
    if (!out || !this.framing) return out;
    return Buffer.concat([this.framing.elements(out), Buffer.from(this.framing.end())]);
  }

  /** The usage that stands in every chunk is none: what is read is the first one's and the last one's. */
  protected hasNews(text: string): boolean {
    return (
      this.facts.choices > 1 ||
      hasMember(text, '"finishReason"', '"') ||
      hasMember(text, '"blockReason"', '"') ||
      text.includes('"functionCall"') ||
      text.includes('"error"')
    );
  }

  protected readEvent(frame: Buffer, data: string, out: Buffer[]): void {
    const chunk = parseEvent(data) as Chunk | undefined;
    const failure = geminiFailure(chunk);
    if (!chunk || failure) {
      this.fail(failure, out);
      return;
    }
    this.sample = chunk;
    for (const candidate of chunk.candidates ?? []) this.readCandidate(candidate);
    if (chunk.promptFeedback?.blockReason) this.finished.set(0, true);
    this.complete = this.finished.size > 0 && [...this.finished.values()].every(Boolean);
    if (this.complete) this.started = true;
    this.searches = searchesIn(chunk as JsonObject) || this.searches;
    const usage = geminiUsage(chunk.usageMetadata);
    if (usage) this.usage = this.searches > 0 ? { ...usage, searches: this.searches } : usage;
    if (chunk.usageMetadata) this.tier = servedTier(chunk.usageMetadata) ?? this.tier;
    this.release(out);
    if (this.complete) this.held = frame;
    else out.push(frame);
  }

  private readCandidate({ index = 0, finishReason, content }: NonNullable<Chunk['candidates']>[number]): void {
    if (finishReason) this.finished.set(index, true);
    else if (!this.finished.has(index)) this.finished.set(index, false);
    for (const part of content?.parts ?? []) {
      if (part.text !== '') this.started = true;
      if (part.functionCall) this.contentBytes += JSON.stringify(part.functionCall.args ?? {}).length;
    }
  }

  protected finish(): Buffer[] {
    const frame = this.held;
    this.held = null;
    const estimated = this.usage === undefined;
    this.usage ??= {
      ...NO_TOKENS,
      input: this.inputTokens,
      output: estimateOutputTokens(this.contentBytes, this.maxOutputTokens),
    };
    const members = this.hooks.settle(this.usage, estimated, this.tier);
    const span = frame && findUsage(frame, USAGE);
    if (span) return [addToObject(frame, span, members)];
    const usage = `"${USAGE}":${JSON.stringify(usageMetadata(this.usage)).slice(0, -1)},${members}}`;
    const { modelVersion, responseId } = this.sample;
    return [addMember(frame ?? `data: ${JSON.stringify({ modelVersion, responseId })}\n\n`, usage)];
  }
}
