import { isObject, type JsonObject } from '../lossless.ts';
import { type Citation, isChoice, type NeutralEvent } from '../neutral/answer.ts';
import { readSources } from './annotations.ts';
import { ChoiceReader } from './choice-reader.ts';
import { finishFailure } from './finish-reasons.ts';
import { chatFailure, chatUsage } from './usage.ts';

/** Reads chunks and whole answers alike, as OpenAI and those compatible with it send them, into events. */
export class ChunkReader {
  private readonly choices = new Map<number, ChoiceReader>();
  private started = false;
  private tier: string | undefined;
  private sources: Citation[] = [];

  constructor(private readonly emit: (event: NeutralEvent) => void) {}

  /** True when every choice so far has told why it ended. */
  get ended(): boolean {
    return this.choices.size > 0 && [...this.choices.values()].every(({ finished }) => finished);
  }

  /** Reads one; returns false when it was an error, which ends everything. */
  read(chunk: JsonObject): boolean {
    const groq = isObject(chunk.x_groq) ? chunk.x_groq : {};
    const failure = chatFailure(chunk) ?? chatFailure(groq);
    if (failure) {
      this.emit({ type: 'error', message: failure.message, code: failure.code, errorType: failure.type });
      return false;
    }
    if (!this.started) this.start(chunk);
    const sources = readSources(chunk);
    if (sources.length > 0) this.sources = sources;
    const choices = Array.isArray(chunk.choices) ? chunk.choices.filter(isObject) : [];
    for (const choice of choices) if (!this.readChoice(choice)) return false;
    for (const value of [chunk.usage, groq.usage, ...choices.map(({ usage }) => usage)]) {
      const usage = chatUsage(value);
      if (usage) this.emit({ type: 'usage', usage });
    }
    const { service_tier: tier } = chunk;
    if (typeof tier === 'string' && tier !== this.tier) {
      this.tier = tier;
      this.emit({ type: 'tier', tier });
    }
    return true;
  }

  /** The answer is whole, though some choice did not tell why it ended. */
  close(): void {
    for (const choice of this.choices.values()) choice.finish('stop', this.sources);
  }

  private start({ id, model, created }: JsonObject): void {
    this.started = true;
    this.emit({
      type: 'start',
      id: typeof id === 'string' ? id : '',
      model: typeof model === 'string' ? model : '',
      ...(typeof created === 'number' && { created: Math.floor(created) }),
    });
  }

  private readChoice(choice: JsonObject): boolean {
    const index = typeof choice.index === 'number' ? choice.index : 0;
    if (!isChoice(index)) {
      const message = `The provider numbered an answer ${index}, which cannot be.`;
      this.emit({ type: 'error', message, code: null, errorType: 'api_error' });
      return false;
    }
    let reader = this.choices.get(index);
    if (!reader) {
      reader = new ChoiceReader(index, this.emit);
      this.choices.set(index, reader);
    }
    const delta = choice.delta ?? choice.message;
    if (isObject(delta)) reader.read(delta, choice.delta === undefined || choice.delta === null);
    else if (typeof choice.text === 'string') reader.read({ content: choice.text }, true);
    reader.readLogprobs(choice.logprobs);
    const { finish_reason: reason } = choice;
    if (typeof reason !== 'string' || reason === '') return true;
    const failed = finishFailure(reason);
    if (failed === undefined) reader.finish(reason, this.sources);
    else this.emit({ type: 'error', message: failed, code: null, errorType: 'api_error' });
    return failed === undefined;
  }
}
