import { picoToNano, usdNumberLiteral } from '../../shared/money.ts';
import type { Offer, Price } from '../catalog/types.ts';
import { type TokenUsage, totalInput } from '../dialects/neutral.ts';

/** The cost of one request in nano-dollars. Each part is rounded once and `totalNano` is their exact sum. */
export interface Cost {
  inputNano: bigint;
  cachedInputNano: bigint;
  cacheWriteNano: bigint;
  outputNano: bigint;
  requestNano: bigint;
  totalNano: bigint;
}

const times = (tokens: number, pico: bigint) => (tokens === 0 || pico === 0n ? 0n : BigInt(tokens) * pico);

/** The price that holds for a request of this size. */
export function priceFor(offer: Offer, inputTokens: number): Price {
  return offer.longContext && inputTokens > offer.longContext.aboveInputTokens ? offer.longContext.price : offer.price;
}

/** What the tokens cost at this offer. */
export function costOf(offer: Offer, usage: TokenUsage): Cost {
  const price = priceFor(offer, totalInput(usage));
  const inputNano = picoToNano(times(usage.input, price.inputPico));
  const cachedInputNano = picoToNano(times(usage.cached, price.cachedInputPico ?? price.inputPico));
  const write = price.cacheWritePico ?? price.inputPico;
  const cacheWriteNano = picoToNano(
    times(usage.cacheWrite, write) + times(usage.cacheWrite1h, price.cacheWrite1hPico ?? write),
  );
  const outputNano = picoToNano(times(usage.output, price.outputPico));
  const requestNano = price.requestNano;
  return {
    inputNano,
    cachedInputNano,
    cacheWriteNano,
    outputNano,
    requestNano,
    totalNano: inputNano + cachedInputNano + cacheWriteNano + outputNano + requestNano,
  };
}

/** The members `"cost":…,"cost_details":{…}` of a usage object, as JSON text without braces around them. */
export function costMembers(cost: Cost, estimated: boolean): string {
  const total = usdNumberLiteral(cost.totalNano);
  const prompt = usdNumberLiteral(cost.inputNano + cost.cachedInputNano + cost.cacheWriteNano);
  const output = usdNumberLiteral(cost.outputNano);
  return (
    `"cost":${total},"cost_details":{"upstream_inference_cost":${total},"upstream_inference_prompt_cost":${prompt},` +
    `"upstream_inference_completions_cost":${output},"total_cost":${total},"input_cost":${usdNumberLiteral(cost.inputNano)},` +
    `"output_cost":${output},"cached_input_cost":${usdNumberLiteral(cost.cachedInputNano)},` +
    `"cache_write_cost":${usdNumberLiteral(cost.cacheWriteNano)},"request_cost":${usdNumberLiteral(cost.requestNano)},` +
    `"web_search_cost":0,"image_input_cost":null,"image_output_cost":null,"data_storage_cost":0` +
    `${estimated ? ',"estimated":true' : ''}}`
  );
}
