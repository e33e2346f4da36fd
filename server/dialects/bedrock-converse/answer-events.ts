import { isObject, type JsonObject, toJson } from '../lossless.ts';
import type { Citation, NeutralEvent } from '../neutral/answer.ts';
import type { Family } from '../neutral/request.ts';
import { MALFORMED, STOP_REASONS } from './stop-reasons.ts';
import { converseUsage } from './usage.ts';

/** A content block that is open. */
interface Open {
  call?: number;
  signature?: string;
  /** A block that only Bedrock understands (a search it made), gathered until it ends. */
  native?: { member: string; value: JsonObject; text: string };
}

/**
 * What the pieces of a Converse answer mean. Streams and whole answers both come through here: a whole block is told as
 * its start, one delta and its stop.
 */
export class AnswerEvents {
  private events: NeutralEvent[] = [];
  private readonly blocks = new Map<number, Open>();
  private calls = 0;
  private broken: NeutralEvent | undefined;
  /** The stop reason has come. */
  stopped = false;

  /** @param family whose signatures the asked model writes. */
  constructor(
    private readonly model: string,
    private readonly family: Family,
  ) {}

  take(): NeutralEvent[] {
    const { events } = this;
    if (events.length > 0) this.events = [];
    return events;
  }

  emit(event: NeutralEvent): void {
    this.events.push(event);
  }

  begin(): void {
    this.emit({ type: 'start', id: '', model: this.model });
  }

  startBlock(index: number, start: JsonObject): void {
    const block: Open = {};
    this.blocks.set(index, block);
    for (const member of ['toolUse', 'toolResult'] as const) {
      const value = start[member];
      if (!isObject(value)) continue;
      if (member === 'toolResult' || value.type !== undefined) block.native = { member, value: { ...value }, text: '' };
      else {
        block.call = this.calls++;
        const { toolUseId, name } = value;
        this.emit({ type: 'tool-call', choice: 0, call: block.call, id: String(toolUseId), name: String(name) });
      }
    }
  }

  delta(index: number, delta: JsonObject): void {
    // Only tool calls announce their blocks.
    const block = this.blocks.get(index) ?? {};
    this.blocks.set(index, block);
    const { text, toolUse, toolResult, reasoningContent, citation } = delta;
    if (typeof text === 'string' && text !== '') this.emit({ type: 'text', choice: 0, text });
    if (isObject(toolUse)) this.toolInput(block, toolUse.input);
    if (Array.isArray(toolResult) && block.native) block.native.value.content = toolResult;
    if (isObject(reasoningContent)) this.reasoning(block, reasoningContent);
    if (isObject(citation)) this.emit({ type: 'citation', choice: 0, citation: citationOf(citation) });
  }

  stopBlock(index: number): void {
    const block = this.blocks.get(index);
    this.blocks.delete(index);
    if (block?.signature !== undefined) {
      this.emit({ type: 'signature', choice: 0, signature: { family: this.family, value: block.signature } });
    }
    if (block?.native) {
      const { member, value, text } = block.native;
      if (member === 'toolUse') value.input = textAsValue(text);
      this.emit({ type: 'native', choice: 0, family: 'bedrock', value: { [member]: value } });
    }
  }

  stop(reason: string, fields: unknown): void {
    this.stopped = true;
    for (const index of this.blocks.keys()) this.stopBlock(index);
    const malformed = MALFORMED[reason];
    if (malformed !== undefined) {
      this.broken = { type: 'error', message: malformed, errorType: 'api_error', code: reason };
      return;
    }
    const known = STOP_REASONS[reason] ?? 'stop';
    const sequence = isObject(fields) ? fields.stop_sequence : undefined;
    this.emit({
      type: 'finish',
      choice: 0,
      // Some models end with a call and say that the turn is over; an agent would stop there.
      reason: reason === 'end_turn' && this.calls > 0 ? 'tool_calls' : known,
      ...(typeof sequence === 'string' && { stopSequence: sequence }),
    });
  }

  /** Comes last: the counts, and only then the failure, so that what was used is known. */
  metadata(value: JsonObject): void {
    const usage = converseUsage(value.usage);
    if (usage) this.emit({ type: 'usage', usage });
    if (isObject(value.serviceTier) && typeof value.serviceTier.type === 'string')
      this.emit({ type: 'tier', tier: value.serviceTier.type });
    this.end();
  }

  end(): void {
    if (this.broken) this.emit(this.broken);
    this.broken = undefined;
  }

  private toolInput(block: Open, input: unknown): void {
    const text = typeof input === 'string' ? input : '';
    if (block.native) block.native.text += text;
    else if (block.call !== undefined && text !== '')
      this.emit({ type: 'tool-arguments', choice: 0, call: block.call, text });
  }

  private reasoning(block: Open, { text, signature, redactedContent }: JsonObject): void {
    if (typeof text === 'string' && text !== '') this.emit({ type: 'reasoning', choice: 0, text });
    if (typeof signature === 'string' && signature !== '') block.signature = (block.signature ?? '') + signature;
    if (typeof redactedContent === 'string') {
      // Bedrock's bytes of it are not known to be what Anthropic's own API takes.
      this.emit({
        type: 'signature',
        choice: 0,
        signature: { family: 'bedrock', value: redactedContent, redacted: true },
      });
    }
  }
}

function citationOf(value: JsonObject): Citation {
  const location = isObject(value.location) ? value.location : {};
  const web = isObject(location.web) ? location.web : {};
  const cited = Array.isArray(value.sourceContent) ? value.sourceContent.filter(isObject) : [];
  const text = cited.map((part) => (typeof part.text === 'string' ? part.text : '')).join('');
  return {
    ...(typeof web.url === 'string' && { url: web.url }),
    ...(typeof value.title === 'string' && { title: value.title }),
    ...(text !== '' && { citedText: text }),
    native: { family: 'bedrock', value },
  };
}

function textAsValue(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return text;
  }
}

/** A whole content block, told as the pieces of a stream. */
export function readBlock(events: AnswerEvents, index: number, block: JsonObject): void {
  const { text, toolUse, toolResult, reasoningContent, citationsContent } = block;
  if (typeof text === 'string') events.delta(index, { text });
  if (isObject(toolUse)) {
    const { input, ...start } = toolUse;
    events.startBlock(index, { toolUse: start });
    events.delta(index, { toolUse: { input: toJson(input ?? {}) } });
  }
  if (isObject(toolResult)) events.startBlock(index, { toolResult });
  if (isObject(reasoningContent)) {
    const { reasoningText } = reasoningContent;
    events.delta(index, { reasoningContent: isObject(reasoningText) ? reasoningText : reasoningContent });
  }
  if (isObject(citationsContent)) {
    for (const part of objects(citationsContent.content)) events.delta(index, part);
    for (const citation of objects(citationsContent.citations)) events.delta(index, { citation });
  }
  events.stopBlock(index);
}

function objects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
