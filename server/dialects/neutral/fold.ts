import type { Answer, AnswerChoice, NeutralEvent } from './answer.ts';
import type { AssistantPart, AudioPart, ReasoningPart, ToolCallPart } from './request.ts';

/** Takes the events of an answer one by one and keeps the whole of it. */
export class AnswerFold {
  readonly answer: Answer = { id: '', model: '', created: undefined, choices: [], usage: undefined, tier: undefined };
  /** Calls by choice, then by their number. */
  private readonly calls: ToolCallPart[][] = [];
  /** Choices that have been told why they ended. */
  private readonly finished = new Set<number>();

  add(event: NeutralEvent): void {
    const { answer } = this;
    switch (event.type) {
      case 'start':
        answer.id = event.id;
        answer.model = event.model;
        answer.created = event.created;
        return;
      case 'usage':
        answer.usage = event.usage;
        return;
      case 'tier':
        answer.tier = event.tier;
        return;
      case 'error':
        return;
      default:
        this.addTo(this.choice(event.choice), event);
    }
  }

  /** True when every choice so far has told why it ended. */
  get ended(): boolean {
    return this.answer.choices.length > 0 && this.answer.choices.every((_, index) => this.finished.has(index));
  }

  private choice(index: number): AnswerChoice {
    const { choices } = this.answer;
    while (choices.length <= index) {
      choices.push({ content: [], stop: 'stop' });
      this.calls.push([]);
    }
    return choices[index]!;
  }

  private addTo(
    choice: AnswerChoice,
    event: Exclude<NeutralEvent, { type: 'start' | 'usage' | 'tier' | 'error' }>,
  ): void {
    const { content } = choice;
    const calls = this.calls[event.choice]!;
    switch (event.type) {
      case 'text':
      case 'refusal': {
        const last = content.at(-1);
        if (last?.type === event.type) last.text += event.text;
        else content.push({ type: event.type, text: event.text });
        return;
      }
      case 'reasoning': {
        const last = content.at(-1);
        if (last?.type === 'reasoning' && !last.signature) last.text += event.text;
        else content.push({ type: 'reasoning', text: event.text, ...(event.summary && { summary: true }) });
        return;
      }
      case 'signature': {
        const open = content.findLast((part): part is ReasoningPart => part.type === 'reasoning' && !part.signature);
        if (open && !event.signature.redacted) open.signature = event.signature;
        else content.push({ type: 'reasoning', text: '', signature: event.signature });
        return;
      }
      case 'tool-call': {
        const { id, name, custom, namespace, signature } = event;
        const part: ToolCallPart = {
          type: 'tool-call',
          id,
          name,
          arguments: '',
          ...(custom && { custom }),
          ...(namespace !== undefined && { namespace }),
          ...(signature && { signature }),
        };
        calls[event.call] = part;
        content.push(part);
        return;
      }
      case 'tool-arguments': {
        const call = calls[event.call];
        if (call) call.arguments += event.text;
        return;
      }
      case 'citation': {
        const text = content.findLast((part) => part.type === 'text');
        if (text?.type === 'text') text.citations = [...(text.citations ?? []), event.citation];
        return;
      }
      case 'image':
        content.push({ type: 'image', source: { kind: 'base64', mediaType: event.mediaType, data: event.data } });
        return;
      case 'audio':
        addAudio(content, event);
        return;
      case 'logprobs': {
        choice.logprobs ??= { content: [], refusal: [] };
        choice.logprobs[event.refusal ? 'refusal' : 'content'].push(...event.tokens);
        return;
      }
      case 'native':
        content.push({ type: 'native', family: event.family, value: event.value });
        return;
      case 'finish':
        this.finished.add(event.choice);
        choice.stop = event.reason;
        if (event.stopSequence !== undefined) choice.stopSequence = event.stopSequence;
    }
  }
}

function addAudio(content: AssistantPart[], event: Extract<NeutralEvent, { type: 'audio' }>): void {
  const last = content.at(-1);
  let part: AudioPart;
  if (last?.type === 'audio') part = last;
  else {
    part = { type: 'audio', source: { kind: 'base64', mediaType: 'audio/wav', data: '' }, transcript: '' };
    content.push(part);
  }
  if (event.data && part.source.kind === 'base64') part.source.data += event.data;
  if (event.transcript) part.transcript = (part.transcript ?? '') + event.transcript;
  if (event.id !== undefined) part.id = event.id;
  if (event.expiresAt !== undefined) part.expiresAt = event.expiresAt;
}

/** A list of events as the whole answer. */
export function foldAnswer(events: readonly NeutralEvent[]): Answer {
  const fold = new AnswerFold();
  for (const event of events) fold.add(event);
  return fold.answer;
}
