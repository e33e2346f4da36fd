import type { JsonObject } from '../lossless.ts';
import type { Citation } from '../neutral/answer.ts';
import { inputOf } from '../neutral/foreign-tools.ts';
import { writeAnnotation } from './write-content.ts';

/** Tells one event: its type without `response.`, and its members. */
export type Send = (type: string, members: JsonObject) => void;
type Status = 'completed' | 'incomplete';

/** An item of `output` that grows. Source: the OpenAI API reference, "Streaming events". */
export abstract class Item {
  closed = false;

  constructor(
    readonly item: JsonObject,
    protected readonly index: number,
    private readonly send: Send,
  ) {
    send('output_item.added', { output_index: index, item });
  }

  /** Ends it; more than once does nothing. */
  close(status: Status = 'completed'): void {
    if (this.closed) return;
    this.closed = true;
    this.finish(status);
    this.send('output_item.done', { output_index: this.index, item: this.item });
  }

  protected abstract finish(status: Status): void;

  protected tell(type: string, members: JsonObject): void {
    this.send(type, { item_id: this.item.id, output_index: this.index, ...members });
  }
}

/** A message: text and refusals, each a part of its own. */
export class MessageItem extends Item {
  private readonly content: JsonObject[];
  private part: JsonObject | undefined;

  constructor(id: string, index: number, send: Send) {
    super({ id, type: 'message', status: 'in_progress', role: 'assistant', content: [] }, index, send);
    this.content = this.item.content as JsonObject[];
  }

  text(text: string): void {
    const part = this.open('output_text');
    part.text = `${part.text as string}${text}`;
    this.tell('output_text.delta', { ...this.place, delta: text, logprobs: [] });
  }

  refusal(text: string): void {
    const part = this.open('refusal');
    part.refusal = `${part.refusal as string}${text}`;
    this.tell('refusal.delta', { ...this.place, delta: text });
  }

  logprobs(tokens: readonly JsonObject[]): void {
    (this.open('output_text').logprobs as JsonObject[]).push(...tokens);
  }

  /** Says where the last text comes from; when that is told already, the whole answer alone says it. */
  annotate(citation: Citation): void {
    const part = this.content.findLast(({ type }) => type === 'output_text');
    if (!part) return;
    const annotations = part.annotations as JsonObject[];
    const annotation = writeAnnotation(citation);
    if (part === this.part)
      this.tell('output_text.annotation.added', {
        ...this.place,
        annotation_index: annotations.length,
        annotation,
      });
    annotations.push(annotation);
  }

  protected finish(status: Status): void {
    this.endPart();
    this.item.status = status;
  }

  private get place() {
    return { content_index: this.content.length - 1 };
  }

  private open(type: 'output_text' | 'refusal'): JsonObject {
    if (this.part?.type === type) return this.part;
    this.endPart();
    this.part = type === 'refusal' ? { type, refusal: '' } : { type, text: '', annotations: [], logprobs: [] };
    this.content.push(this.part);
    this.tell('content_part.added', { ...this.place, part: this.part });
    return this.part;
  }

  private endPart(): void {
    const { part } = this;
    if (!part) return;
    this.part = undefined;
    if (part.type === 'refusal') this.tell('refusal.done', { ...this.place, refusal: part.refusal });
    else this.tell('output_text.done', { ...this.place, text: part.text, logprobs: part.logprobs });
    this.tell('content_part.done', { ...this.place, part });
  }
}

/** A thought: a summary for people, or the raw text of an open model. */
export class ThoughtItem extends Item {
  private part: JsonObject | undefined;
  private summary = true;

  constructor(id: string, index: number, send: Send) {
    super({ id, type: 'reasoning', summary: [] }, index, send);
  }

  add(text: string, summary: boolean): void {
    const part = this.part ?? this.open(summary);
    part.text = `${part.text as string}${text}`;
    this.tell(this.summary ? 'reasoning_summary_text.delta' : 'reasoning_text.delta', { ...this.place, delta: text });
  }

  /** What proves it, for going back. */
  sign(encrypted: string): void {
    this.item.encrypted_content = encrypted;
  }

  protected finish(): void {
    const { part } = this;
    if (!part) return;
    const { text } = part;
    if (this.summary) {
      this.tell('reasoning_summary_text.done', { ...this.place, text });
      this.tell('reasoning_summary_part.done', { ...this.place, part });
    } else {
      this.tell('reasoning_text.done', { ...this.place, text });
      this.tell('content_part.done', { ...this.place, part });
    }
  }

  private get place() {
    return this.summary ? { summary_index: 0 } : { content_index: 0 };
  }

  private open(summary: boolean): JsonObject {
    this.summary = summary;
    this.part = { type: summary ? 'summary_text' : 'reasoning_text', text: '' };
    if (summary) (this.item.summary as JsonObject[]).push(this.part);
    else this.item.content = [this.part];
    this.tell(summary ? 'reasoning_summary_part.added' : 'content_part.added', { ...this.place, part: this.part });
    return this.part;
  }
}

export interface CallFacts {
  callId: string;
  name: string;
  namespace: string | undefined;
  /** `wrapped`: a free-form tool that was told to the model as a function of one string. */
  kind: 'function' | 'custom' | 'wrapped';
}

/** A call of a function, or of a free-form tool. */
export class CallItem extends Item {
  private arguments = '';
  private readonly kind: CallFacts['kind'];

  constructor(id: string, index: number, send: Send, { callId, name, namespace, kind }: CallFacts) {
    const place = namespace === undefined ? {} : { namespace };
    const head = { id, status: 'in_progress', call_id: callId, name, ...place };
    super(
      kind === 'function'
        ? { type: 'function_call', ...head, arguments: '' }
        : { type: 'custom_tool_call', ...head, input: '' },
      index,
      send,
    );
    this.kind = kind;
  }

  add(text: string): void {
    if (text === '') return;
    this.arguments += text;
    if (this.kind !== 'wrapped') this.delta(text);
  }

  protected finish(status: Status): void {
    const { item, kind } = this;
    // What is no JSON cannot be called: an empty object is what OpenAI writes for no arguments.
    if (kind === 'function' && this.arguments === '') this.add('{}');
    if (kind === 'wrapped') {
      this.arguments = inputOf(this.arguments);
      this.delta(this.arguments);
    }
    item.status = status;
    if (kind === 'function') {
      item.arguments = this.arguments;
      this.tell('function_call_arguments.done', { name: item.name, arguments: this.arguments });
    } else {
      item.input = this.arguments;
      this.tell('custom_tool_call_input.done', { input: this.arguments });
    }
  }

  private delta(delta: string): void {
    this.tell(this.kind === 'function' ? 'function_call_arguments.delta' : 'custom_tool_call_input.delta', { delta });
  }
}

/** A picture that the model made. */
export class ImageItem extends Item {
  constructor(
    id: string,
    index: number,
    send: Send,
    private readonly image: { mediaType: string; data: string },
  ) {
    super({ id, type: 'image_generation_call', status: 'in_progress', result: null }, index, send);
  }

  protected finish(): void {
    this.item.status = 'completed';
    this.item.output_format = this.image.mediaType.replace('image/', '');
    this.item.result = this.image.data;
    this.tell('image_generation_call.completed', {});
  }
}

/** An item of the provider's own tools, told when it is whole. */
export class NativeItem extends Item {
  constructor(id: string, index: number, send: Send, value: JsonObject) {
    super({ id, status: 'completed', ...value }, index, send);
  }

  protected finish(): void {
    if (this.item.type !== 'web_search_call') return;
    for (const step of ['in_progress', 'searching', 'completed']) this.tell(`web_search_call.${step}`, {});
  }
}
