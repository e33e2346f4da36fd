import { type JsonObject, toJson } from '../lossless.ts';
import type { NeutralEvent } from '../neutral/answer.ts';
import type { AnswerContext, EventWriter, Totals } from '../translation.ts';
import { type ChoiceEvent, ChoiceWriter } from './choice-writer.ts';
import { chatUsageObject } from './usage.ts';

/**
 * Events as chat completion chunks. As with a provider's own stream, the usage goes out last: in a chunk without choices
 * when the caller asked for one (`include_usage`), else in the chunk with the finish reason.
 */
export class ChatWriter implements EventWriter {
  private readonly choices = new Map<number, ChoiceWriter>();
  /** The chunk with the last finish reason, which may have to carry the usage. */
  private held: JsonObject | undefined;
  private id: string;
  private model: string;
  private created: number;
  /** Everything before the choices, which is the same in all chunks. */
  private head = '';

  constructor(private readonly context: AnswerContext) {
    this.id = chatId(context.requestId);
    this.model = context.facts.model;
    this.created = context.created;
  }

  write(event: NeutralEvent): string {
    if (event.type === 'start') {
      if (event.id !== '') this.id = chatId(event.id);
      if (event.model !== '') this.model = event.model;
      this.created = event.created ?? this.created;
      return '';
    }
    return 'choice' in event ? this.writeChoice(event) : '';
  }

  end({ usage, cost }: Totals): string {
    const { held } = this;
    const told = chatUsageObject(usage, cost);
    if (this.context.facts.wantsUsageChunk || !held) {
      return `${held ? this.frame([held]) : ''}${this.frame([], told)}data: [DONE]\n\n`;
    }
    return `${this.frame([held], told)}data: [DONE]\n\n`;
  }

  private writeChoice(event: ChoiceEvent): string {
    const { choice: index } = event;
    let out = '';
    let choice = this.choices.get(index);
    if (!choice) {
      choice = new ChoiceWriter(this.context.request, this.context.facts.legacyFunctions === true);
      this.choices.set(index, choice);
      out = this.frame([{ index, delta: { role: 'assistant', content: '' }, finish_reason: null }]);
    }
    if (event.type === 'finish') {
      for (const delta of choice.rest()) out += this.frame([{ index, delta, finish_reason: null }]);
      if (this.held) out += this.frame([this.held]);
      this.held = { index, delta: {}, finish_reason: choice.finishReason(event) };
      return out;
    }
    if (event.type === 'logprobs') {
      const logprobs = { content: event.refusal ? null : event.tokens, refusal: event.refusal ? event.tokens : null };
      return out + this.frame([{ index, delta: {}, logprobs, finish_reason: null }]);
    }
    const delta = choice.delta(event);
    return delta ? out + this.frame([{ index, delta, finish_reason: null }]) : out;
  }

  private frame(choices: JsonObject[], usage?: JsonObject): string {
    if (this.head === '') {
      const { id, created, model } = this;
      this.head = JSON.stringify({ id, object: 'chat.completion.chunk', created, model }).slice(0, -1);
    }
    const tail = usage ? `,"usage":${toJson(usage)}` : '';
    return `data: ${this.head},"choices":${toJson(choices)}${tail}}\n\n`;
  }
}

/** Every client of chat completions has seen ids like this; other formats' are told apart by what follows. */
export function chatId(id: string): string {
  return id.startsWith('chatcmpl') || id.startsWith('gen-') ? id : `chatcmpl-${id}`;
}
