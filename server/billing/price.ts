import { usdNumberLiteral } from '../../shared/money.ts';
import { timesOf } from '../catalog/tiers.ts';
import type { Offer, Price, Ratio } from '../catalog/types.ts';
import { type TokenUsage, totalInput } from '../dialects/neutral.ts';

/** The cost of one request in nano-dollars. Each part is rounded once and `totalNano` is their exact sum. */
export interface Cost {
  /** Text and sound; pictures too where they cost as much as text. */
  inputNano: bigint;
  cachedInputNano: bigint;
  cacheWriteNano: bigint;
  outputNano: bigint;
  requestNano: bigint;
  webSearchNano: bigint;
  /** Undefined where pictures have no price of their own. */
  imageInputNano?: bigint;
  imageOutputNano?: bigint;
  totalNano: bigint;
}

export const NO_COST: Cost = Object.freeze({
  inputNano: 0n,
  cachedInputNano: 0n,
  cacheWriteNano: 0n,
  outputNano: 0n,
  requestNano: 0n,
  webSearchNano: 0n,
  totalNano: 0n,
});

const PICO_PER_NANO = 1000n;

const times = (tokens: number, pico: bigint) => (tokens === 0 || pico === 0n ? 0n : BigInt(tokens) * pico);

/** Pico-dollars, so many times over, rounded half up to nano-dollars. */
function toNano(pico: bigint, [top, bottom]: Ratio): bigint {
  const whole = PICO_PER_NANO * bottom;
  return pico === 0n ? 0n : (pico * top + whole / 2n) / whole;
}

/** The price that holds for a request of this size. */
export function priceFor(offer: Offer, inputTokens: number): Price {
  return offer.longContext && inputTokens > offer.longContext.aboveInputTokens ? offer.longContext.price : offer.price;
}

/**
 * What the tokens cost at this offer.
 * @param tier the service tier, as it was asked for or reported. Fees for requests and searches are the same in every tier.
 */
export function costOf(offer: Offer, usage: TokenUsage, tier?: string): Cost {
  const price = priceFor(offer, totalInput(usage));
  const ratio = timesOf(offer, tier, usage.place);
  const input = withMedia(usage.input, price.inputPico, [
    [usage.audioInput, price.audioInputPico],
    [usage.imageInput, price.imageInputPico],
  ]);
  const output = withMedia(usage.output, price.outputPico, [
    [usage.audioOutput, price.audioOutputPico],
    [usage.imageOutput, price.imageOutputPico],
  ]);
  const write = price.cacheWritePico ?? price.inputPico;
  const cost: Cost = {
    inputNano: toNano(input.restPico, ratio),
    cachedInputNano: toNano(times(usage.cached, price.cachedInputPico ?? price.inputPico), ratio),
    cacheWriteNano: toNano(
      times(usage.cacheWrite, write) + times(usage.cacheWrite1h, price.cacheWrite1hPico ?? write),
      ratio,
    ),
    outputNano: toNano(output.restPico, ratio),
    requestNano: price.requestNano,
    webSearchNano: searchNano(offer, usage.searches),
    totalNano: 0n,
  };
  if (price.imageInputPico !== undefined) cost.imageInputNano = toNano(input.imagePico, ratio);
  if (price.imageOutputPico !== undefined) cost.imageOutputNano = toNano(output.imagePico, ratio);
  cost.totalNano = promptNano(cost) + completionNano(cost) + cost.requestNano + cost.webSearchNano;
  return cost;
}

type Media = readonly [tokens: number | undefined, pico: bigint | undefined];

/** Tokens of one direction: those of sound and pictures at their own price where there is one, the rest at that of text. */
function withMedia(tokens: number, textPico: bigint, [audio, image]: readonly [Media, Media]) {
  const audioTokens = audio[1] === undefined ? 0 : Math.min(audio[0] ?? 0, tokens);
  const imageTokens = image[1] === undefined ? 0 : Math.min(image[0] ?? 0, tokens - audioTokens);
  return {
    restPico: times(tokens - audioTokens - imageTokens, textPico) + times(audioTokens, audio[1] ?? 0n),
    imagePico: times(imageTokens, image[1] ?? 0n),
  };
}

function searchNano({ search }: Offer, searches = 0): bigint {
  if (!search || searches <= 0) return 0n;
  return search.oncePerRequest ? search.nano : BigInt(searches) * search.nano;
}

function promptNano(cost: Cost): bigint {
  return cost.inputNano + cost.cachedInputNano + cost.cacheWriteNano + (cost.imageInputNano ?? 0n);
}

function completionNano(cost: Cost): bigint {
  return cost.outputNano + (cost.imageOutputNano ?? 0n);
}

/** The members `"cost":…,"cost_details":{…}` of a usage object, as JSON text without braces around them. */
export function costMembers(cost: Cost, estimated: boolean): string {
  const total = usdNumberLiteral(cost.totalNano);
  const ofImages = (nano: bigint | undefined) => (nano === undefined ? 'null' : usdNumberLiteral(nano));
  return (
    `"cost":${total},"cost_details":{"upstream_inference_cost":${total},` +
    `"upstream_inference_prompt_cost":${usdNumberLiteral(promptNano(cost))},` +
    `"upstream_inference_completions_cost":${usdNumberLiteral(completionNano(cost))},` +
    `"total_cost":${total},"input_cost":${usdNumberLiteral(cost.inputNano)},` +
    `"output_cost":${usdNumberLiteral(cost.outputNano)},"cached_input_cost":${usdNumberLiteral(cost.cachedInputNano)},` +
    `"cache_write_cost":${usdNumberLiteral(cost.cacheWriteNano)},"request_cost":${usdNumberLiteral(cost.requestNano)},` +
    `"web_search_cost":${usdNumberLiteral(cost.webSearchNano)},"image_input_cost":${ofImages(cost.imageInputNano)},` +
    `"image_output_cost":${ofImages(cost.imageOutputNano)},"data_storage_cost":0` +
    `${estimated ? ',"estimated":true' : ''}}`
  );
}
