import { isObject, type JsonObject, toJson } from '../lossless.ts';
import type { Citation, NeutralEvent } from '../neutral/answer.ts';
import { argumentsObject } from '../neutral/arguments-object.ts';
import { readCitation } from './citations.ts';
import { readStopReason } from './stop-reasons.ts';
import { messagesUsage } from './usage.ts';

/** The content block that is open. */
interface OpenBlock {
  type: string;
  value: JsonObject;
  /** Pieces of a tool's input. */
  json: string;
  /** Number of the tool call, from 0. */
  call: number;
  citations: Citation[];
  /** Where the block begins in the text part it belongs to. */
  textStart: number;
}

const TIERS: Readonly<Record<string, string>> = { standard: 'default' };

/**
 * Anthropic's events, one by one, in neutral terms. Source: "Streaming Messages". A whole answer is read by it, too: its
 * blocks are told as if each had come in one piece.
 */
export class MessageEvents {
  /** The answer has told why it ended. */
  complete = false;
  private block: OpenBlock | undefined;
  private calls = 0;
  /** Length of the text part that is open, in UTF-16 units. */
  private textLength = 0;
  /** All usage members reported so far, later ones over earlier ones: `message_delta` is cumulative. */
  private readonly reported: JsonObject = {};

  constructor(private readonly emit: (event: NeutralEvent) => void) {}

  take(event: JsonObject): void {
    switch (event.type) {
      case 'message_start':
        if (isObject(event.message)) this.start(event.message);
        return;
      case 'content_block_start':
        if (isObject(event.content_block)) this.open(event.content_block);
        return;
      case 'content_block_delta':
        if (isObject(event.delta)) this.delta(event.delta);
        return;
      case 'content_block_stop':
        this.close();
        return;
      case 'message_delta':
        this.report(event.usage);
        if (isObject(event.delta)) this.finish(event.delta);
        return;
      case 'message_stop':
        this.complete = true;
    }
  }

  start(message: JsonObject): void {
    this.emit({ type: 'start', id: stringOf(message.id), model: stringOf(message.model) });
    this.report(message.usage);
  }

  report(usage: unknown): void {
    if (!isObject(usage)) return;
    for (const [key, value] of Object.entries(usage)) if (value !== null) this.reported[key] = value;
    const counted = messagesUsage(this.reported);
    if (counted) this.emit({ type: 'usage', usage: counted });
    const tier = usage.service_tier;
    if (typeof tier === 'string') this.emit({ type: 'tier', tier: TIERS[tier] ?? tier });
  }

  open(value: JsonObject): void {
    this.close();
    const type = stringOf(value.type);
    if (type !== 'text') this.textLength = 0;
    this.block = { type, value, json: '', call: this.calls, citations: [], textStart: this.textLength };
    switch (type) {
      case 'text':
        if (Array.isArray(value.citations)) for (const found of value.citations) this.cite(found);
        this.text(stringOf(value.text));
        return;
      case 'thinking':
        this.think(stringOf(value.thinking));
        if (stringOf(value.signature) !== '') this.sign(stringOf(value.signature));
        return;
      case 'redacted_thinking':
        this.emit({
          type: 'signature',
          choice: 0,
          signature: { family: 'anthropic', value: stringOf(value.data), redacted: true },
        });
        return;
      case 'tool_use':
        this.emit({
          type: 'tool-call',
          choice: 0,
          call: this.calls++,
          id: stringOf(value.id),
          name: stringOf(value.name),
        });
        if (isObject(value.input) && Object.keys(value.input).length > 0) this.argue(toJson(value.input));
    }
  }

  close(): void {
    const { block } = this;
    this.block = undefined;
    if (!block) return;
    switch (block.type) {
      case 'text':
        // They come before the text they back; their offsets are known when the block is whole.
        for (const citation of block.citations) {
          const at = { start: block.textStart, end: this.textLength };
          this.emit({ type: 'citation', choice: 0, citation: { ...citation, ...at } });
        }
        return;
      case 'tool_use':
        if (block.json === '') this.emit({ type: 'tool-arguments', choice: 0, call: block.call, text: '{}' });
        return;
      case 'thinking':
      case 'redacted_thinking':
        return;
      default:
        this.emit({ type: 'native', choice: 0, family: 'anthropic', value: withInput(block) });
    }
  }

  finish(delta: JsonObject): void {
    if (typeof delta.stop_reason !== 'string') return;
    this.close();
    const explanation = isObject(delta.stop_details) ? delta.stop_details.explanation : undefined;
    if (delta.stop_reason === 'refusal' && typeof explanation === 'string' && explanation !== '') {
      this.emit({ type: 'refusal', choice: 0, text: explanation });
    }
    const stopSequence = delta.stop_sequence;
    this.emit({
      type: 'finish',
      choice: 0,
      reason: readStopReason(delta.stop_reason),
      ...(typeof stopSequence === 'string' && { stopSequence }),
    });
    this.complete = true;
  }

  private delta(delta: JsonObject): void {
    switch (delta.type) {
      case 'text_delta':
        this.text(stringOf(delta.text));
        return;
      case 'thinking_delta':
        this.think(stringOf(delta.thinking));
        return;
      case 'signature_delta':
        this.sign(stringOf(delta.signature));
        return;
      case 'citations_delta':
        this.cite(delta.citation);
        return;
      case 'input_json_delta':
        this.argue(stringOf(delta.partial_json));
    }
  }

  private text(piece: string): void {
    if (piece === '') return;
    this.textLength += piece.length;
    this.emit({ type: 'text', choice: 0, text: piece });
  }

  private think(piece: string): void {
    if (piece !== '') this.emit({ type: 'reasoning', choice: 0, text: piece });
  }

  private sign(value: string): void {
    this.emit({ type: 'signature', choice: 0, signature: { family: 'anthropic', value } });
  }

  private cite(value: unknown): void {
    if (isObject(value)) this.block?.citations.push(readCitation(value));
  }

  private argue(piece: string): void {
    const { block } = this;
    if (!block || piece === '') return;
    block.json += piece;
    if (block.type === 'tool_use') this.emit({ type: 'tool-arguments', choice: 0, call: block.call, text: piece });
  }
}

/** A block of the provider's own tools with the input that came in pieces. */
function withInput({ value, json }: OpenBlock): JsonObject {
  if (json === '') return value;
  return { ...value, input: argumentsObject(json) };
}

function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
