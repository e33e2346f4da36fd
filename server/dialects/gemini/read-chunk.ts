import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject, toJson } from '../lossless.ts';
import { isChoice, type NeutralEvent } from '../neutral/answer.ts';
import { field, numberField, objectField, objectsField, textField } from './fields.ts';
import { isBrokenCall, readFinishReason } from './finish-reasons.ts';
import { isGrounding, readGrounding, searchesOf } from './grounding.ts';
import { readLogprobs } from './logprobs.ts';
import { readSignature } from './signatures.ts';
import { geminiUsage, servedTier } from './usage.ts';

/** What is known of one candidate. */
interface Candidate {
  calls: number;
  /** The text so far: segments of citations are counted in it. */
  text: string;
  content: boolean;
  grounding: JsonObject | undefined;
  reason: string | undefined;
  message: string | undefined;
}

/**
 * `GenerateContentResponse`s, one after another, as events: a stream is many of them, a whole answer is one. Why a
 * candidate ended is told last, as usage and sources may come after it.
 */
export class ChunkReader {
  private readonly candidates = new Map<number, Candidate>();
  private started = false;
  private blocked = false;

  constructor(private readonly emit: (event: NeutralEvent) => void) {}

  /** Every candidate has told why it ended, or there will be none. */
  get complete(): boolean {
    if (this.candidates.size === 0) return this.blocked;
    return [...this.candidates.values()].every(({ reason }) => reason !== undefined);
  }

  read(chunk: JsonObject): void {
    if (!this.started) this.start(chunk);
    for (const candidate of objectsField(chunk, 'candidates')) this.readCandidate(candidate);
    const feedback = objectField(chunk, 'promptFeedback');
    if (feedback && field(feedback, 'blockReason') !== undefined) this.blocked = true;
    const metadata = objectField(chunk, 'usageMetadata');
    if (metadata) this.readUsage(metadata);
  }

  /** What is told once nothing more comes. */
  finish(): void {
    if (!this.complete) return;
    if (this.candidates.size === 0) {
      this.emit({ type: 'finish', choice: 0, reason: 'content_filter' });
      return;
    }
    for (const [choice, { grounding, text }] of this.candidates) {
      if (!grounding) continue;
      for (const citation of readGrounding(grounding, text)) this.emit({ type: 'citation', choice, citation });
    }
    if (this.failWithoutContent()) return;
    for (const [choice, { reason, calls }] of this.candidates)
      this.emit({ type: 'finish', choice, reason: readFinishReason(reason!, calls > 0) });
  }

  private start(chunk: JsonObject): void {
    this.started = true;
    const model = textField(chunk, 'modelVersion') ?? '';
    const id = textField(chunk, 'responseId') ?? randomUUID();
    const made = Date.parse(textField(chunk, 'createTime') ?? '');
    const created = Number.isNaN(made) ? {} : { created: Math.floor(made / 1000) };
    this.emit({ type: 'start', id, model, ...created });
  }

  private readCandidate(given: JsonObject): void {
    const choice = numberField(given, 'index') ?? 0;
    if (!isChoice(choice)) {
      const message = `The provider numbered a candidate ${choice}, which cannot be.`;
      this.emit({ type: 'error', message, code: null, errorType: 'api_error' });
      return;
    }
    let candidate = this.candidates.get(choice);
    if (!candidate) {
      candidate = { calls: 0, text: '', content: false, grounding: undefined, reason: undefined, message: undefined };
      this.candidates.set(choice, candidate);
    }
    for (const part of objectsField(objectField(given, 'content') ?? {}, 'parts'))
      this.readPart(choice, candidate, part);
    const tokens = readLogprobs(field(given, 'logprobsResult'));
    if (tokens.length > 0) this.emit({ type: 'logprobs', choice, tokens });
    const grounding = field(given, 'groundingMetadata');
    if (isGrounding(grounding)) candidate.grounding = { ...candidate.grounding, ...grounding };
    const reason = textField(given, 'finishReason');
    if (reason !== undefined && reason !== 'FINISH_REASON_UNSPECIFIED') {
      candidate.reason = reason;
      candidate.message = textField(given, 'finishMessage');
    }
  }

  private readPart(choice: number, candidate: Candidate, part: JsonObject): void {
    const signature = readSignature(field(part, 'thoughtSignature'));
    const call = objectField(part, 'functionCall');
    if (call) {
      const id = textField(call, 'id') ?? `call_${randomUUID().replaceAll('-', '')}`;
      const number = candidate.calls++;
      candidate.content = true;
      this.emit({
        type: 'tool-call',
        choice,
        call: number,
        id,
        name: textField(call, 'name') ?? '',
        ...(signature && { signature }),
      });
      this.emit({ type: 'tool-arguments', choice, call: number, text: toJson(field(call, 'args') ?? {}) });
      return;
    }
    const text = part.text;
    if (typeof text === 'string') {
      if (text !== '') this.readText(choice, candidate, text, part.thought === true);
    } else if (this.readOther(choice, candidate, part) === 'native') return;
    if (signature) this.emit({ type: 'signature', choice, signature });
  }

  private readText(choice: number, candidate: Candidate, text: string, thought: boolean): void {
    if (thought) {
      this.emit({ type: 'reasoning', choice, text });
      return;
    }
    candidate.content = true;
    candidate.text += text;
    this.emit({ type: 'text', choice, text });
  }

  /** @returns `native` for a part that goes on whole, its signature included */
  private readOther(choice: number, candidate: Candidate, part: JsonObject): 'native' | undefined {
    const inline = objectField(part, 'inlineData');
    // drafts of an image are thoughts, and nobody's answer
    if (inline && part.thought === true) return undefined;
    const mediaType = (inline && textField(inline, 'mimeType')) ?? '';
    const data = (inline && textField(inline, 'data')) ?? '';
    const image = mediaType.startsWith('image/');
    if (image || mediaType.startsWith('audio/')) {
      candidate.content = true;
      this.emit(image ? { type: 'image', choice, mediaType, data } : { type: 'audio', choice, data });
      return undefined;
    }
    if (Object.keys(part).every((key) => key === 'thoughtSignature' || key === 'thought')) return undefined;
    candidate.content = true;
    this.emit({ type: 'native', choice, family: 'google', value: part });
    return 'native';
  }

  private readUsage(metadata: JsonObject): void {
    const usage = geminiUsage(metadata);
    if (!usage) return;
    let searches = 0;
    for (const { grounding } of this.candidates.values()) if (grounding) searches += searchesOf(grounding);
    this.emit({ type: 'usage', usage: searches > 0 ? { ...usage, searches } : usage });
    const tier = servedTier(metadata);
    if (tier !== undefined) this.emit({ type: 'tier', tier });
  }

  /** A call that the model wrote wrongly, and nothing else: the caller had better ask again. */
  private failWithoutContent(): boolean {
    const all = [...this.candidates.values()];
    if (!all.every(({ reason, content }) => isBrokenCall(reason!) && !content)) return false;
    const { reason, message } = all[0]!;
    this.emit({
      type: 'error',
      message: message ?? `The model's function call was none (${reason}).`,
      errorType: 'api_error',
      code: reason!,
    });
    return true;
  }
}

/** True for an answer, or a piece of one. */
export function isChunk(value: unknown): value is JsonObject {
  if (!isObject(value)) return false;
  return ['candidates', 'promptFeedback', 'usageMetadata'].some((name) => field(value, name) !== undefined);
}
