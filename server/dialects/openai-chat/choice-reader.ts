import { isObject, type JsonObject } from '../lossless.ts';
import type { Citation, NeutralEvent } from '../neutral/answer.ts';
import { readAnnotation } from './annotations.ts';
import { CallDeltas } from './call-deltas.ts';
import { readReasoning, readSignature } from './extra-content.ts';
import { readFinish } from './finish-reasons.ts';
import { readDetail } from './reasoning-details.ts';

type Emit = (event: NeutralEvent) => void;
type Audio = Omit<Extract<NeutralEvent, { type: 'audio' }>, 'type' | 'choice'>;

/** Where compatible providers put a thought, the first that is there: DeepSeek, OpenRouter and Groq, others. */
const REASONING_KEYS = ['reasoning_content', 'reasoning', 'reasoning_text', 'thinking'] as const;

/** Reads one choice of an answer: the deltas of a stream, or the message of a whole answer, which is one large delta. */
export class ChoiceReader {
  finished = false;
  private readonly calls: CallDeltas;
  private readonly cited: Citation[] = [];
  /** UTF-16 units of text so far, and where the open text part began. */
  private textLength = 0;
  private partStart = 0;
  private inText = false;

  constructor(
    private readonly choice: number,
    private readonly emit: Emit,
  ) {
    this.calls = new CallDeltas(choice, emit);
  }

  read(delta: JsonObject, whole: boolean): void {
    this.readThoughts(delta, whole);
    this.readContent(delta.content, thoughtContent(delta));
    if (typeof delta.refusal === 'string' && delta.refusal !== '') this.part({ type: 'refusal', text: delta.refusal });
    if (isObject(delta.audio)) this.part({ type: 'audio', ...readAudio(delta.audio) });
    for (const image of listOf(delta.images)) this.readImage(image);
    for (const annotation of listOf(delta.annotations)) this.cite(readAnnotation(annotation, this.partStart));
    const signature = readSignature(delta.extra_content);
    if (signature) this.part({ type: 'signature', signature });
    const calls = listOf(delta.tool_calls);
    if (calls.length > 0) this.inText = false;
    for (const call of calls) this.calls.read(call);
    if (delta.function_call) this.calls.readLegacy(delta.function_call);
  }

  readLogprobs(logprobs: unknown): void {
    if (!isObject(logprobs)) return;
    const { choice } = this;
    for (const [key, refusal] of LOGPROBS) {
      const tokens = listOf(logprobs[key]).filter(isObject);
      if (tokens.length > 0) this.emit({ type: 'logprobs', choice, tokens, ...(refusal && { refusal }) });
    }
  }

  /** Tells why it ended, once; the sources are told with it, as some providers repeat them in every chunk. */
  finish(reason: string, sources: readonly Citation[]): void {
    if (this.finished) return;
    this.finished = true;
    const { choice } = this;
    for (const citation of this.cited.length > 0 ? this.cited : sources) {
      this.emit({ type: 'citation', choice, citation });
    }
    this.emit({ type: 'finish', choice, reason: readFinish(reason, this.calls.count > 0) });
  }

  private readThoughts(delta: JsonObject, whole: boolean): void {
    const details = listOf(delta.reasoning_details).flatMap((detail) => readDetail(detail) ?? []);
    // In a stream a gateway's own `extra_content` repeats what came: only a whole answer is read by it.
    const signed = whole && details.length === 0 ? readReasoning(delta.extra_content) : details;
    const text = REASONING_KEYS.map((key) => delta[key]).find((value) => typeof value === 'string' && value !== '');
    if (text !== undefined && signed.every((thought) => thought.text === '')) {
      this.part({ type: 'reasoning', text: text as string });
    }
    for (const { text: thought, summary, signature } of signed) {
      if (thought !== '') this.part({ type: 'reasoning', text: thought, ...(summary && { summary }) });
      if (signature) this.part({ type: 'signature', signature });
    }
  }

  private readContent(content: unknown, thought: boolean): void {
    if (typeof content === 'string') {
      if (thought) this.think(content.replace(/^<thought>|<\/thought>\s*$/g, ''));
      else this.say(content);
      return;
    }
    for (const part of listOf(content)) {
      if (!isObject(part)) continue;
      if (part.type === 'text') this.say(part.text);
      else if (part.type === 'thinking') this.readThinking(part.thinking);
      else if (part.type === 'image_url') this.readImage(part);
    }
  }

  /** Mistral: the thought is a list of text chunks. */
  private readThinking(thinking: unknown): void {
    if (typeof thinking === 'string') this.think(thinking);
    for (const chunk of listOf(thinking)) if (isObject(chunk)) this.think(chunk.text);
  }

  private think(text: unknown): void {
    if (typeof text === 'string' && text !== '') this.part({ type: 'reasoning', text });
  }

  private say(text: unknown): void {
    if (typeof text !== 'string' || text === '') return;
    if (!this.inText) this.partStart = this.textLength;
    this.inText = true;
    this.textLength += text.length;
    this.emit({ type: 'text', choice: this.choice, text });
  }

  private readImage(image: unknown): void {
    const url = isObject(image) && isObject(image.image_url) ? image.image_url.url : undefined;
    const found = typeof url === 'string' ? /^data:([^;,]+)[^,]*;base64,/.exec(url.slice(0, 256)) : null;
    if (found) this.part({ type: 'image', mediaType: found[1]!, data: (url as string).slice(found[0].length) });
  }

  private cite(citation: Citation | undefined): void {
    if (!citation) return;
    const { url, start } = citation;
    if (!this.cited.some((other) => other.url === url && other.start === start)) this.cited.push(citation);
  }

  private part(event: ChoiceEvent): void {
    this.inText = false;
    this.emit({ ...event, choice: this.choice });
  }
}

type WithoutChoice<E> = E extends { choice: number } ? Omit<E, 'choice'> : never;
type ChoiceEvent = WithoutChoice<NeutralEvent>;

const LOGPROBS = [
  ['content', false],
  ['refusal', true],
] as const;

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Google's compatible endpoint sends thoughts as content that says so. */
function thoughtContent({ extra_content: extra }: JsonObject): boolean {
  return isObject(extra) && isObject(extra.google) && extra.google.thought === true;
}

function readAudio({ id, data, transcript, expires_at: expiresAt }: JsonObject): Audio {
  return {
    ...(typeof id === 'string' && { id }),
    ...(typeof data === 'string' && { data }),
    ...(typeof transcript === 'string' && { transcript }),
    ...(typeof expiresAt === 'number' && { expiresAt }),
  };
}
