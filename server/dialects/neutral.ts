import type { Strategy } from '../../shared/contracts/routing.ts';
import type { Offer } from '../catalog/types.ts';
import type { Provider } from '../providers/provider.ts';

/**
 * The neutral form: what every dialect is translated to and from. Token counts never overlap here, whatever the
 * provider's own habit: OpenAI's `prompt_tokens` includes cached tokens, Anthropic's `input_tokens` does not.
 */
export interface TokenUsage {
  /** Input tokens at the full price: neither read from nor written to a cache. */
  input: number;
  /** Read from the provider's prompt cache. */
  cached: number;
  /** Written to the five-minute (or only) cache. */
  cacheWrite: number;
  /** Written to the one-hour cache. */
  cacheWrite1h: number;
  /** Everything generated, reasoning included. */
  output: number;
  /** The part of `output` that was reasoning. */
  reasoning: number;
  /** The parts of `input` and `output` that were audio or images, where the provider tells them apart. */
  audioInput?: number;
  imageInput?: number;
  audioOutput?: number;
  imageOutput?: number;
  /** Web searches that the provider made. */
  searches?: number;
  /** Where inference was kept, which may have its price: `us`. */
  place?: string;
}

export const NO_TOKENS: TokenUsage = Object.freeze({
  input: 0,
  cached: 0,
  cacheWrite: 0,
  cacheWrite1h: 0,
  output: 0,
  reasoning: 0,
});

/** Input tokens of every kind. */
export function totalInput(usage: TokenUsage): number {
  return usage.input + usage.cached + usage.cacheWrite + usage.cacheWrite1h;
}

/** What the proxy must know of a request to decide; the rest of the body travels as it came. */
export interface RequestFacts {
  /** As the caller wrote it. */
  model: string;
  stream: boolean;
  /** The most tokens the caller wants generated, all choices together; undefined when not said. */
  maxOutputTokens: number | undefined;
  /** How many answers were asked for. */
  choices: number;
  /** True when the caller of a stream asked for a usage chunk of its own. */
  wantsUsageChunk: boolean;
  /** Bytes of text in the body, blobs (images, files) counted as their usual token worth. */
  textBytes: number;
  /**
   * The reasoning that was asked for by name, where the caller's format promises a 400 from a model that has none (chat
   * completions and Responses): any effort as it was written, and a budget in tokens.
   */
  reasoning?: { effort?: string; maxTokens?: number };
  /** How the target is to be chosen, where the caller says so. */
  strategy?: Strategy;
  /** Of the models that `auto` may choose, only those that cost nothing, or that do not reason. */
  freeModelsOnly?: boolean;
  noReasoning?: boolean;
  /** The conversation that the body says it belongs to, as it was written. */
  session?: string;
  /** The service tier that was asked for, when one was. */
  serviceTier?: string;
  /** Where inference must be kept (Anthropic's `inference_geo`), when that was asked for. */
  place?: string;
  /** A Gemini stream without `alt=sse`: its chunks are the elements of one JSON array. */
  jsonArray?: boolean;
  /** The body has another dialect's shape, or needs what its own cannot say: it is translated even to its own dialect. */
  mustTranslate?: boolean;
  /** The body is of OpenAI's other format (`input` in place of `messages`): answered in chat completions all the same. */
  shape?: 'responses';
  /** A chat body with `functions` in place of `tools`: answered with `function_call`. */
  legacyFunctions?: boolean;
  /** The answer that a Responses caller goes on from, where it is one of ours and was put before the new input. */
  previousResponseId?: string;
}

/** What must change in the body before it goes to a provider that speaks the same dialect. */
export interface BodyChanges {
  /** The provider's own name of the model. */
  model: string;
  /** Lowers the output limit to what the budget affords or the model can, for each choice. */
  maxOutputTokens: number | undefined;
  provider: Provider;
  offer: Offer;
  /** False: the project wants no prompt-cache marks, its callers' own included. */
  cacheMarks: boolean;
  /** The credential is the organisation's own, and so is what the provider keeps. Absent: it is shared. */
  ownKey?: boolean;
  /** Whether the provider would refuse this signature of a thought as another's. Absent: it takes all that there are. */
  isForeign?: (signature: string) => boolean;
}

/** More than any model reads or writes, and what an int4 column holds. */
const MAX_TOKENS = 2_147_483_647;

/** A count as a provider gives it; what is no positive number counts as 0. */
export function tokenCount(value: unknown): number {
  return typeof value === 'number' && value > 0 ? Math.min(Math.round(value), MAX_TOKENS) : 0;
}
