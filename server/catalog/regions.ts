import type { Offer, OfferRegion, Price, Ratio } from './types.ts';

/** A price so many times over, rounded half up where it does not come out even. Fees for a request stay. */
export function priceTimes(price: Price, [top, bottom]: Ratio): Price {
  if (top === bottom) return price;
  const scaled: Price = { ...price };
  for (const key of Object.keys(price) as (keyof Price)[]) {
    const value = price[key];
    if (key.endsWith('Pico') && typeof value === 'bigint')
      scaled[key as 'inputPico'] = (value * top * 2n + bottom) / (bottom * 2n);
  }
  return scaled;
}

/** The offer as it is in a region; undefined when it is not served there. */
export function offerIn(offer: Offer, region: string): Offer | undefined {
  const there = offer.regions?.find(({ name }) => name === region);
  return there && { ...offer, region, ...pricesIn(offer, there) };
}

function pricesIn({ price, longContext }: Offer, there: OfferRegion): Pick<Offer, 'price' | 'longContext'> {
  if (there.price) return { price: there.price, longContext: null };
  const times = there.times ?? [1n, 1n];
  return {
    price: priceTimes(price, times),
    longContext: longContext && { ...longContext, price: priceTimes(longContext.price, times) },
  };
}
