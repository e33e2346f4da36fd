import { timesOf } from '../catalog/tiers.ts';
import type { Offer } from '../catalog/types.ts';
import { NO_TOKENS, type RequestFacts, type TokenUsage } from '../dialects/neutral.ts';
import { costOf } from './price.ts';

/** Bytes of text a token stands for: usual English and code; and so many that a real tokenizer rarely needs fewer tokens. */
export const USUAL_BYTES_PER_TOKEN = 4;
/** Only this many end a stream, or refuse a request for its input alone. */
export const GENEROUS_BYTES_PER_TOKEN = 8;
/** A typical answer, for the hold of a request whose caller set no lower limit. */
const TYPICAL_OUTPUT_TOKENS = 1024;
/** Providers add tokens of their own, and some answers pass their limit a little. */
const LEAST_OUTPUT_TOKENS = 256;
const INPUT_MARGIN_TOKENS = 64;
/** When neither caller nor catalogue sets a limit. */
const DEFAULT_MAX_OUTPUT_TOKENS = 16_384;

/** What a request may cost, in nano-dollars, before anything is known but its body. */
export interface Estimate {
  /** Under this, the input alone cannot be paid for. */
  leastNano: bigint;
  /** The input and a typical output: the hold that a request usually takes. */
  typicalNano: bigint;
  /** The input and as much output as caller and model allow. */
  worstNano: bigint;
  inputTokens: number;
  maxOutputTokens: number;
}

/** Pure: body facts and prices in, what to hold out. */
export function estimate(offer: Offer, facts: RequestFacts): Estimate {
  const inputTokens = Math.ceil(facts.textBytes / USUAL_BYTES_PER_TOKEN);
  const limit = (offer.maxOutputTokens ?? DEFAULT_MAX_OUTPUT_TOKENS) * facts.choices;
  const maxOutputTokens = Math.min(facts.maxOutputTokens ?? limit, limit);
  const typicalOutput = typicalOutputTokens(maxOutputTokens, facts);
  const held = Math.ceil(inputTokens * 1.25) + INPUT_MARGIN_TOKENS;
  const cost = (input: number, output: number) =>
    costOf(offer, { ...NO_TOKENS, input, output, ...placeOf(facts) }, facts.serviceTier).totalNano;
  const typicalNano = cost(held, typicalOutput);
  const worstNano = cost(held, maxOutputTokens);
  return {
    leastNano: cost(Math.floor(facts.textBytes / GENEROUS_BYTES_PER_TOKEN), 1),
    typicalNano,
    worstNano: worstNano > typicalNano ? worstNano : typicalNano,
    inputTokens,
    maxOutputTokens,
  };
}

/** How long all answers usually are together, of a request that may have so many tokens. */
export function typicalOutputTokens(maxOutputTokens: number, { choices }: Pick<RequestFacts, 'choices'>): number {
  return Math.max(Math.min(maxOutputTokens, TYPICAL_OUTPUT_TOKENS * choices), LEAST_OUTPUT_TOKENS);
}

/** Output tokens in so many bytes of generated text: as usual, capped at what the model can generate. */
export function estimateOutputTokens(bytes: number, maxOutputTokens: number): number {
  return Math.min(Math.ceil(bytes / USUAL_BYTES_PER_TOKEN), maxOutputTokens);
}

/** How many output tokens a hold affords after the input is paid, for each choice. At least one. */
export function affordableOutput(offer: Offer, heldNano: bigint, facts: RequestFacts, inputTokens: number): number {
  const input = costOf(offer, { ...NO_TOKENS, input: inputTokens, ...placeOf(facts) }, facts.serviceTier).totalNano;
  const { outputPico } = offer.price;
  if (outputPico === 0n) return Number.MAX_SAFE_INTEGER;
  const [top, bottom] = timesOf(offer, facts.serviceTier, facts.place);
  const tokens = heldNano > input ? ((heldNano - input) * 1000n * bottom) / (outputPico * top) : 0n;
  return Math.max(1, Math.floor(Number(tokens) / facts.choices));
}

function placeOf({ place }: RequestFacts): Pick<TokenUsage, 'place'> {
  return place === undefined ? {} : { place };
}
