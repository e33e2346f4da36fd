import type { JsonObject } from '../lossless.ts';
import type { NeutralEvent, Signature } from '../neutral/answer.ts';
import type { NeutralRequest, ReasoningPart } from '../neutral/request.ts';
import { writeAnnotation } from './annotations.ts';
import { CallWriter } from './call-writer.ts';
import { writeReasoning } from './extra-content.ts';
import { writeFinish } from './finish-reasons.ts';

/** An event of one choice. */
export type ChoiceEvent = Extract<NeutralEvent, { choice: number }>;

/** One choice of an answer as the deltas of its chunks. */
export class ChoiceWriter {
  private readonly calls: CallWriter;
  private readonly annotations: JsonObject[] = [];
  private readonly thoughts: ReasoningPart[] = [];
  private open: ReasoningPart | undefined;
  private textSignature: Signature | undefined;
  private textLength = 0;
  private partStart = 0;
  private inText = false;
  private refused = false;

  constructor(
    request: Pick<NeutralRequest, 'tools'>,
    private readonly legacy: boolean,
  ) {
    this.calls = new CallWriter(request);
  }

  /** The delta that an event makes; undefined for none (yet). Log probabilities and the end are no deltas. */
  delta(event: ChoiceEvent): JsonObject | undefined {
    const { inText } = this;
    this.inText = event.type === 'text' || ((event.type === 'citation' || event.type === 'logprobs') && inText);
    switch (event.type) {
      case 'text':
        if (!inText) this.partStart = this.textLength;
        this.textLength += event.text.length;
        return { content: event.text };
      case 'refusal':
        this.refused = true;
        return { refusal: event.text };
      case 'reasoning':
        this.open ??= { type: 'reasoning', text: '', ...(event.summary && { summary: true }) };
        this.open.text += event.text;
        return { reasoning: event.text };
      case 'signature':
        return this.sign(event.signature);
      case 'tool-call':
      case 'tool-arguments':
        return this.call(this.calls.write(event));
      case 'citation': {
        const annotation = writeAnnotation(event.citation, this.partStart);
        if (annotation) this.annotations.push(annotation);
        return undefined;
      }
      case 'image':
        return { images: [imageOf(event)] };
      case 'audio':
        return { audio: audioOf(event) };
      default:
        return undefined;
    }
  }

  /** What was held back to the end: the sources in one piece, as readers keep the last piece alone. */
  rest(): JsonObject[] {
    const calls = this.calls.flush().flatMap((call): JsonObject[] => listOf(this.call(call)));
    return this.annotations.length > 0 ? [...calls, { annotations: this.annotations }] : calls;
  }

  finishReason({ reason }: Extract<NeutralEvent, { type: 'finish' }>): string {
    const written = writeFinish(reason, this.calls.called, this.refused);
    return this.legacy && written === 'tool_calls' ? 'function_call' : written;
  }

  /** All signatures so far, in each piece: readers keep the last one alone. */
  private sign(signature: Signature): JsonObject | undefined {
    if (signature.family === 'google' && !signature.redacted && !this.open) this.textSignature = signature;
    else if (this.open && !signature.redacted) this.thoughts.push({ ...this.open, signature });
    else this.thoughts.push({ type: 'reasoning', text: '', signature });
    if (!signature.redacted) this.open = undefined;
    const extra = writeReasoning(this.thoughts, this.textSignature);
    return extra && { extra_content: extra };
  }

  private call(delta: JsonObject | undefined): JsonObject | undefined {
    if (!delta) return undefined;
    if (!this.legacy) return { tool_calls: [delta] };
    // There is one call at most in the old shape.
    return delta.index === 0 && delta.function ? { function_call: delta.function } : undefined;
  }
}

function listOf(delta: JsonObject | undefined): JsonObject[] {
  return delta ? [delta] : [];
}

/** A generated image, as the `images` of a message hold it. */
export function imageOf({ mediaType, data }: { mediaType: string; data: string }): JsonObject {
  return { type: 'image_url', image_url: { url: `data:${mediaType};base64,${data}` } };
}

function audioOf({ id, data, transcript, expiresAt }: Extract<NeutralEvent, { type: 'audio' }>): JsonObject {
  return {
    ...(id !== undefined && { id }),
    ...(data !== undefined && { data }),
    ...(transcript !== undefined && { transcript }),
    ...(expiresAt !== undefined && { expires_at: expiresAt }),
  };
}
