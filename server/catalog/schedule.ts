import type { Offer, PriceChange } from './types.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function holds(change: PriceChange, nowMs: number): boolean {
  if (change.from && nowMs < Date.parse(change.from)) return false;
  if (!change.hours) return true;
  const hour = (nowMs % DAY_MS) / HOUR_MS;
  return hour >= change.hours[0] && hour < change.hours[1];
}

/** The offer with the price that holds at this instant. The same object when that is its first one. */
export function offerAt(offer: Offer, nowMs: number): Offer {
  const change = offer.changes?.findLast((candidate) => holds(candidate, nowMs));
  return change ? { ...offer, price: change.price } : offer;
}

/** When the next of these offers changes its price. Infinity: none will. */
export function nextChangeMs(offers: readonly Offer[], nowMs: number): number {
  const midnight = nowMs - (nowMs % DAY_MS);
  const boundaries = offers
    .flatMap((offer) => offer.changes ?? [])
    .flatMap((change) => [
      ...(change.from ? [Date.parse(change.from)] : []),
      ...(change.hours ?? []).flatMap((hour) => [midnight + hour * HOUR_MS, midnight + DAY_MS + hour * HOUR_MS]),
    ]);
  return Math.min(Number.POSITIVE_INFINITY, ...boundaries.filter((at) => at > nowMs));
}
