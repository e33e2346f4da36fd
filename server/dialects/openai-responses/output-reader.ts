import { isObject, type JsonObject, toJson } from '../lossless.ts';
import type { NeutralEvent, StopReason } from '../neutral/answer.ts';
import { readAnnotation } from './read-content.ts';
import { isSearch } from './searches.ts';
import { responsesUsage, textOf } from './usage.ts';

/** What has been told of one output item so far, so that what a `done` event repeats is not told twice. */
export interface Told {
  /** Characters of text, of a refusal, of thoughts or of arguments. */
  length: number;
  refusal: number;
  annotations: number;
  /** The number of the call, when the item is one. */
  call: number;
  done: boolean;
}

/**
 * The items of a response as events, whether they come in pieces or whole: only what is new is told. Some servers send
 * arguments in `done` events alone, and some send no item before the terminal event.
 */
export class OutputReader {
  /** By their places in `output`, and by their ids. */
  private readonly told = new Map<number | string, Told>();
  /** How many items are whole. */
  private whole = 0;
  private calls = 0;
  private searches = 0;
  private refused = false;
  private started = false;

  constructor(private readonly emit: (event: NeutralEvent) => void) {}

  start(response: JsonObject): void {
    if (this.started) return;
    this.started = true;
    const { id, model, created_at: created } = response;
    this.emit({
      type: 'start',
      id: textOf(id),
      model: textOf(model),
      ...(typeof created === 'number' && { created }),
    });
  }

  /** The item that an event is of: by its place, by its id, or, where a server tells neither, the one that is open. */
  at(place: unknown, id: unknown): Told {
    const named = typeof id === 'string' && id !== '';
    const name = typeof place === 'number' ? place : named ? id : this.whole;
    let told = this.told.get(name);
    if (told) return told;
    told = (named && this.told.get(id)) || { length: 0, refusal: 0, annotations: 0, call: -1, done: false };
    this.told.set(name, told);
    if (named) this.told.set(id, told);
    return told;
  }

  added(told: Told, item: JsonObject): void {
    if (item.type === 'function_call' || item.type === 'custom_tool_call') this.openCall(told, item);
  }

  /** A piece of text, of a refusal, of thoughts or of arguments. */
  text(told: Told, text: string): void {
    told.length += text.length;
    if (text !== '') this.emit({ type: 'text', choice: 0, text });
  }

  refusal(told: Told, text: string): void {
    told.refusal += text.length;
    this.refused = true;
    if (text !== '') this.emit({ type: 'refusal', choice: 0, text });
  }

  /** A piece of a thought; a summary after the first begins a new paragraph. */
  thought(told: Told, text: string, summary: boolean): void {
    told.length += text.length;
    if (text !== '') this.emit({ type: 'reasoning', choice: 0, text, ...(summary && { summary }) });
  }

  arguments(told: Told, text: string): void {
    if (told.call < 0 || text === '') return;
    told.length += text.length;
    this.emit({ type: 'tool-arguments', choice: 0, call: told.call, text });
  }

  /** All of a call's arguments: what has not come yet is told. */
  wholeArguments(told: Told, whole: string): void {
    this.arguments(told, whole.slice(told.length));
  }

  annotation(told: Told, annotation: unknown): void {
    told.annotations++;
    if (isObject(annotation)) this.emit({ type: 'citation', choice: 0, citation: readAnnotation(annotation) });
  }

  logprobs(tokens: unknown): void {
    if (Array.isArray(tokens) && tokens.length > 0)
      this.emit({ type: 'logprobs', choice: 0, tokens: tokens.filter(isObject) });
  }

  /** An item is whole. */
  item(told: Told, item: JsonObject): void {
    if (told.done) return;
    told.done = true;
    this.whole++;
    switch (item.type) {
      case 'message':
        this.message(told, item);
        return;
      case 'reasoning':
        this.reasoning(told, item);
        return;
      case 'function_call':
      case 'custom_tool_call': {
        if (told.call < 0) this.openCall(told, item);
        const whole = item.type === 'custom_tool_call' ? item.input : item.arguments;
        this.wholeArguments(told, typeof whole === 'string' ? whole : whole === undefined ? '' : toJson(whole));
        return;
      }
      case 'image_generation_call':
        if (typeof item.result === 'string') this.image(item.result, item.output_format);
        return;
      default:
        if (isSearch(item)) this.searches++;
        this.emit({ type: 'native', choice: 0, family: 'openai', value: item });
    }
  }

  /** The response is whole: the items that never came by themselves, its usage, its tier, and why it ended. */
  finish(response: JsonObject): void {
    this.start(response);
    if (Array.isArray(response.output))
      for (const [place, item] of response.output.entries())
        if (isObject(item)) this.item(this.known(place, item.id), item);
    if (typeof response.service_tier === 'string') this.emit({ type: 'tier', tier: response.service_tier });
    const usage = responsesUsage(response.usage);
    if (usage) this.emit({ type: 'usage', usage: this.searches > 0 ? { ...usage, searches: this.searches } : usage });
    this.emit({ type: 'finish', choice: 0, reason: this.reason(response) });
  }

  /** An item of the whole response: its id goes first, as events that tell nothing may have taken its place. */
  private known(place: number, id: unknown): Told {
    return (typeof id === 'string' && this.told.get(id)) || this.at(place, id);
  }

  private openCall(told: Told, item: JsonObject): void {
    told.call = this.calls++;
    const { call_id: callId, id, name, namespace } = item;
    this.emit({
      type: 'tool-call',
      choice: 0,
      call: told.call,
      id: textOf(callId) || textOf(id) || `call_${told.call}`,
      name: textOf(name),
      ...(item.type === 'custom_tool_call' && { custom: true }),
      ...(typeof namespace === 'string' && { namespace }),
    });
  }

  private message(told: Told, item: JsonObject): void {
    let before = 0;
    let annotations = 0;
    for (const part of listOf(item.content)) {
      if (part.type === 'output_text' && typeof part.text === 'string') {
        if (told.length < before + part.text.length) {
          this.text(told, part.text.slice(told.length - before));
          this.logprobs(part.logprobs);
        }
        before += part.text.length;
        for (const annotation of listOf(part.annotations))
          if (++annotations > told.annotations) this.annotation(told, annotation);
      } else if (part.type === 'refusal' && typeof part.refusal === 'string') {
        this.refusal(told, part.refusal.slice(told.refusal));
      }
    }
  }

  private reasoning(told: Told, item: JsonObject): void {
    if (told.length === 0) {
      const summary = listOf(item.summary).map((part) => textOf(part.text));
      const content = listOf(item.content).map((part) => textOf(part.text));
      this.thought(told, (summary.length > 0 ? summary : content).join('\n\n'), summary.length > 0);
    }
    const { encrypted_content: value, id } = item;
    if (typeof value !== 'string' || value === '') return;
    const signature = { family: 'openai', value, ...(typeof id === 'string' && { id }) } as const;
    this.emit({ type: 'signature', choice: 0, signature });
  }

  private image(data: string, format: unknown): void {
    const mediaType = `image/${typeof format === 'string' ? format : 'png'}`;
    this.emit({ type: 'image', choice: 0, mediaType, data });
  }

  private reason(response: JsonObject): StopReason {
    if (response.status === 'incomplete') {
      const why = isObject(response.incomplete_details) ? response.incomplete_details.reason : undefined;
      return why === 'content_filter' ? 'content_filter' : 'length';
    }
    if (this.calls > 0) return 'tool_calls';
    return this.refused ? 'refusal' : 'stop';
  }
}

function listOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
