import { type JsonObject, toJson } from '../lossless.ts';
import type { Citation, NeutralEvent, StopReason } from '../neutral/answer.ts';
import type { ToolCallPart } from '../neutral/request.ts';
import type { AnswerContext, EventWriter, Totals } from '../translation.ts';
import { writeFinishReason } from './finish-reasons.ts';
import { type CitedText, writeGrounding } from './grounding.ts';
import { writeLogprobs } from './logprobs.ts';
import { ArrayFraming, eventFrame, wantsArray } from './stream-framing.ts';
import { usageMetadata } from './usage.ts';
import { showsThoughts } from './write-answer.ts';
import { blobPart, callPart, signaturePart, thoughtPart } from './write-parts.ts';

/** What of a choice is told at its end. */
interface Choice {
  /** Calls whose arguments are still coming. */
  calls: (ToolCallPart | undefined)[];
  /** The text part that citations are counted in, and those before it that have some. */
  open: { text: string; citations: Citation[] };
  cited: CitedText[];
  tokens: JsonObject[];
  refused: boolean;
  reason: StopReason | undefined;
}

/**
 * Events as Google streams them: text in pieces, calls whole once their arguments are, and the reason, the sources and
 * the usage in the last chunk.
 */
export class GeminiWriter implements EventWriter {
  private readonly choices: Choice[] = [];
  private readonly framing: ArrayFraming | undefined;
  private readonly thoughts: boolean;
  private id: string;
  private model: string;

  constructor(context: AnswerContext) {
    this.framing = wantsArray(context.facts) ? new ArrayFraming() : undefined;
    this.thoughts = showsThoughts(context);
    this.id = context.requestId;
    this.model = context.facts.model;
  }

  write(event: NeutralEvent): string {
    switch (event.type) {
      case 'start':
        this.id = event.id || this.id;
        this.model = event.model || this.model;
        return '';
      case 'text':
      case 'refusal':
        if (event.text === '') return '';
        this.choice(event.choice).open.text += event.text;
        if (event.type === 'refusal') this.choice(event.choice).refused = true;
        return this.part(event.choice, { text: event.text });
      case 'reasoning':
        this.nextText(event.choice);
        return this.thoughts && event.text !== '' ? this.part(event.choice, thoughtPart(event.text)) : '';
      case 'signature':
        return this.part(event.choice, signaturePart(event.signature));
      case 'tool-call': {
        this.nextText(event.choice);
        const { id, name, custom, signature } = event;
        this.choice(event.choice).calls[event.call] = {
          type: 'tool-call',
          id,
          name,
          arguments: '',
          ...(custom && { custom }),
          ...(signature && { signature }),
        };
        return '';
      }
      case 'tool-arguments': {
        const call = this.choice(event.choice).calls[event.call];
        if (call) call.arguments += event.text;
        return '';
      }
      case 'citation':
        this.choice(event.choice).open.citations.push(event.citation);
        return '';
      case 'image':
        return this.part(event.choice, blobPart(event.mediaType, event.data));
      case 'audio':
        if (event.data) return this.part(event.choice, blobPart('audio/wav', event.data));
        return event.transcript ? this.part(event.choice, { text: event.transcript }) : '';
      case 'logprobs':
        if (!event.refusal) this.choice(event.choice).tokens.push(...event.tokens);
        return '';
      case 'native':
        return event.family === 'google' ? this.part(event.choice, event.value) : '';
      case 'finish':
        this.choice(event.choice).reason = event.reason;
        return this.flushCalls(event.choice);
      default:
        return '';
    }
  }

  end({ usage, cost }: Totals): string {
    let text = '';
    for (let index = 0; index < this.choices.length; index++) text += this.flushCalls(index);
    const candidates = this.choices.map((choice, index) => lastCandidate(choice, index));
    text += this.chunk(candidates, { usageMetadata: { ...usageMetadata(usage), ...cost } });
    return this.framing ? text + this.framing.end() : text;
  }

  private choice(index: number): Choice {
    while (this.choices.length <= index) {
      this.choices.push({
        calls: [],
        open: { text: '', citations: [] },
        cited: [],
        tokens: [],
        refused: false,
        reason: undefined,
      });
    }
    return this.choices[index]!;
  }

  /** What comes next is another text part: its citations count from its own start. */
  private nextText(index: number): void {
    const choice = this.choice(index);
    if (choice.open.citations.length > 0) choice.cited.push(choice.open);
    if (choice.open.text !== '') choice.open = { text: '', citations: [] };
  }

  /** All calls of a choice in one chunk, as Google tells parallel ones. */
  private flushCalls(index: number): string {
    const choice = this.choice(index);
    const parts = choice.calls.flatMap((call) => (call ? [callPart(call)] : []));
    choice.calls = [];
    return parts.length > 0 ? this.chunk([{ content: { parts, role: 'model' }, index }]) : '';
  }

  private part(index: number, part: JsonObject): string {
    this.choice(index);
    return this.chunk([{ content: { parts: [part], role: 'model' }, index }]);
  }

  private chunk(candidates: readonly JsonObject[], more: JsonObject = {}): string {
    const json = toJson({ candidates, ...more, modelVersion: this.model, responseId: this.id });
    return this.framing ? this.framing.element(json) : eventFrame(json);
  }
}

function lastCandidate({ open, cited, tokens, refused, reason }: Choice, index: number): JsonObject {
  const grounding = writeGrounding(open.citations.length > 0 ? [...cited, open] : cited);
  return {
    // Google's own clients take content without parts for a broken answer
    content: { parts: [{ text: '' }], role: 'model' },
    finishReason: writeFinishReason(reason ?? 'stop', refused),
    index,
    ...(grounding && { groundingMetadata: grounding }),
    ...writeLogprobs(tokens),
  };
}
