import type { Offer, Price } from '../catalog/types.ts';

/** What of an offer is compared, ready for reckoning. Prices in USD per million tokens; undefined: nobody here knows them. */
export interface OfferFacts {
  text: number | undefined;
  /** Of requests with more than so many prompt tokens. */
  long: { above: number; price: number } | undefined;
  /** What an image costs, as tokens; undefined for what generates none. */
  image: number | undefined;
  cacheSupported: boolean;
}

const PICO_PER_MILLIONTH = 1e6;
/** The catalogue's offers stay the same objects until it changes, so each is converted once. */
const known = new WeakMap<Offer, OfferFacts>();

export function offerFacts(offer: Offer): OfferFacts {
  let facts = known.get(offer);
  if (!facts) {
    facts = factsOf(offer);
    known.set(offer, facts);
  }
  return facts;
}

/** What a request of so many prompt tokens is compared by. */
export function priceFor({ text, long, image }: OfferFacts, images: boolean, promptTokens: number): number | undefined {
  if (images && image !== undefined) return image;
  return long && promptTokens > long.above ? long.price : text;
}

function factsOf({ price, longContext, priceUnknown, capabilities }: Offer): OfferFacts {
  const long = longContext && { above: longContext.aboveInputTokens, price: average(longContext.price) };
  const generatesImages = !priceUnknown && capabilities.includes('image_output');
  return {
    text: priceUnknown ? undefined : average(price),
    long: priceUnknown ? undefined : (long ?? undefined),
    image: generatesImages ? Number(price.imageOutputPico ?? price.outputPico) / PICO_PER_MILLIONTH : undefined,
    cacheSupported: capabilities.includes('prompt_caching'),
  };
}

function average({ inputPico, outputPico }: Price): number {
  return Number(inputPico + outputPico) / 2 / PICO_PER_MILLIONTH;
}
