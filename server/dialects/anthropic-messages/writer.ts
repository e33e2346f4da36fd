import { type JsonObject, toJson } from '../lossless.ts';
import type { NeutralEvent, Signature } from '../neutral/answer.ts';
import { packSignature } from '../neutral/signatures.ts';
import type { AnswerContext, EventWriter, Totals } from '../translation.ts';
import { type Block, BlockQueue, frame } from './block-queue.ts';
import { writeCitation } from './citations.ts';
import { JsonEnd } from './json-end.ts';
import { messageOf } from './message.ts';
import { type AnswerEnd, writeStop } from './stop-reasons.ts';
import { writeUsage } from './usage.ts';

/** A tool call whose arguments may still come. */
interface OpenCall {
  block: Block;
  /** Where its JSON ends; undefined for a free-form tool, whose text is told when it is whole. */
  end: JsonEnd | undefined;
  text: string;
}

type Of<T extends NeutralEvent['type']> = Extract<NeutralEvent, { type: T }>;

/**
 * The events of an answer as a Messages stream. Text and thoughts are told as they come. Source: "Streaming Messages".
 */
export class MessagesWriter implements EventWriter {
  private readonly queue = new BlockQueue();
  private readonly calls: OpenCall[] = [];
  private readonly ending: AnswerEnd = { reason: undefined, stopSequence: undefined, called: false, refused: false };
  /** The block that takes the next piece of text, or of thought; another kind of block in between ends it. */
  private text: Block | undefined;
  private thinking: Block | undefined;
  private started = false;

  constructor(private readonly context: AnswerContext) {}

  write(event: NeutralEvent): string {
    if (event.type === 'start') return this.begin(event.id, event.model);
    // Messages know one answer alone.
    if ('choice' in event && event.choice !== 0) return '';
    const begin = this.begin('', '');
    this.add(event);
    return begin + this.queue.take();
  }

  end({ usage, cost }: Totals): string {
    const begin = this.begin('', '');
    for (const call of this.calls) this.finishCall(call);
    this.queue.end();
    const members = { delta: { container: null, ...writeStop(this.ending) }, usage: { ...writeUsage(usage), ...cost } };
    return begin + this.queue.take() + frame('message_delta', members) + frame('message_stop', {});
  }

  private begin(id: string, model: string): string {
    if (this.started) return '';
    this.started = true;
    // The input is counted when the answer is whole, as other formats tell it last.
    const usage = { input_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0 };
    return frame('message_start', {
      message: { ...messageOf(id, model, this.context), content: [], stop_reason: null, stop_sequence: null, usage },
    });
  }

  private add(event: NeutralEvent): void {
    switch (event.type) {
      case 'text':
        this.addText(event.text);
        return;
      case 'refusal':
        this.ending.refused = true;
        this.addText(event.text);
        return;
      case 'audio':
        if (event.transcript) this.addText(event.transcript);
        return;
      case 'reasoning':
        this.addThought(event.text);
        return;
      case 'signature':
        this.addSignature(event.signature);
        return;
      case 'citation':
        this.addCitation(event);
        return;
      case 'tool-call':
        this.addCall(event);
        return;
      case 'tool-arguments':
        this.addArguments(event);
        return;
      case 'native':
        if (event.family === 'anthropic') this.addNative(event.value);
        return;
      case 'finish':
        this.ending.reason = event.reason;
        this.ending.stopSequence = event.stopSequence;
    }
  }

  private addText(piece: string): void {
    // A block of text is opened when there is some: an empty one cannot be sent back.
    if (piece === '') return;
    this.text ??= this.open({ type: 'text', text: '' });
    this.queue.addTo(this.text, { type: 'text_delta', text: piece });
  }

  private addThought(piece: string): void {
    if (piece === '' || this.hidesThoughts) return;
    this.thinking ??= this.open({ type: 'thinking', thinking: '', signature: '' });
    this.queue.addTo(this.thinking, { type: 'thinking_delta', thinking: piece });
  }

  private addSignature(signature: Signature): void {
    const packed = packSignature({ ...signature, redacted: undefined }, 'anthropic');
    if (signature.redacted) {
      this.open({ type: 'redacted_thinking', data: packed });
    } else {
      const block = this.thinking ?? this.open({ type: 'thinking', thinking: '', signature: '' });
      this.queue.addTo(block, { type: 'signature_delta', signature: packed });
    }
    this.thinking = undefined;
  }

  private addCitation({ citation }: Of<'citation'>): void {
    const written = writeCitation(citation);
    if (written && this.text) this.queue.addTo(this.text, { type: 'citations_delta', citation: written });
  }

  private addCall({ call, id, name, custom, signature }: Of<'tool-call'>): void {
    this.ending.called = true;
    if (signature) this.addSignature(signature);
    const block = this.open({ type: 'tool_use', id, name, input: {} }, false);
    this.calls[call] = { block, end: custom ? undefined : new JsonEnd(), text: '' };
  }

  private addArguments({ call, text }: Of<'tool-arguments'>): void {
    const open = this.calls[call];
    if (!open || text === '') return;
    if (open.end === undefined) {
      open.text += text;
      return;
    }
    if (open.end.whole) return;
    this.queue.addTo(open.block, { type: 'input_json_delta', partial_json: text });
    open.end.add(text);
    if (!open.end.whole) return;
    open.block.done = true;
    this.queue.advance();
  }

  private finishCall({ block, end, text }: OpenCall): void {
    if (end === undefined) this.queue.addTo(block, { type: 'input_json_delta', partial_json: toJson({ input: text }) });
  }

  /** A block of the provider's own tools. Its input comes as text, like any tool's. */
  private addNative(value: JsonObject): void {
    if (!String(value.type).endsWith('_tool_use')) {
      this.open(value);
      return;
    }
    const block = this.open({ ...value, input: {} });
    this.queue.addTo(block, { type: 'input_json_delta', partial_json: toJson(value.input ?? {}) });
  }

  /** Opens a block behind the others; text and thoughts that come now begin blocks of their own. */
  private open(start: JsonObject, done = true): Block {
    this.text = undefined;
    this.thinking = undefined;
    return this.queue.add(start, done);
  }

  private get hidesThoughts(): boolean {
    return this.context.request.reasoning?.show === false;
  }
}
