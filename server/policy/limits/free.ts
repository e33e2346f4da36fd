import { isFreePrice } from '../../catalog/free-price.ts';
import type { Target } from '../../routing/plan.ts';
import type { Limited } from './limited.ts';
import type { MakeCounter } from './limits.ts';
import { type Allowance, freeRate, inWords } from './rates.ts';

/** How many requests to free models an organisation may make: before credit was ever bought for it, and since. */
export interface FreeLimits {
  base: Allowance | null;
  bought: Allowance | null;
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads `5/10m`, `20/1m` or `off` (null); undefined for anything else. */
export function parseAllowance(text: string): Allowance | null | undefined {
  if (text === 'off') return null;
  const [, requests, number, unit] = /^([1-9]\d{0,8})\/([1-9]\d{0,3})([smhd])$/.exec(text) ?? [];
  return requests ? { requests: Number(requests), windowMs: Number(number) * UNITS_MS[unit!]! } : undefined;
}

/**
 * A model that is known to cost nothing, served with the server's own credentials. Moderation is free everywhere and guards
 * other requests: it is not bounded as a gift.
 */
export function isFree({ offer, upstream }: Target): boolean {
  if (!isFreePrice(offer.price) || offer.priceUnknown) return false;
  return !upstream.own && !upstream.custom && !offer.capabilities.includes('moderation');
}

/** What bounds an organisation's requests to free models; undefined: nothing. */
export function freeFor(
  limits: FreeLimits,
  everybody: Map<string, Limited>,
  organizationId: string,
  bought: boolean,
  make: MakeCounter,
): Limited | undefined {
  const allowance = bought ? limits.bought : limits.base;
  if (!allowance) return undefined;
  const id = `free:${bought ? 'bought' : 'base'}:${organizationId}`;
  let limited = everybody.get(id);
  if (!limited) {
    const counter = make(id, freeRate(allowance), allowance.requests);
    limited = { id, label: 'the organisation', hint: hintFor(limits, bought), counters: [counter] };
    everybody.set(id, limited);
  }
  return limited;
}

function hintFor({ bought: after }: FreeLimits, bought: boolean): string {
  const other = 'Wait, or ask for a model that is not free.';
  if (bought) return other;
  const more = after ? inWords(freeRate(after), after.requests) : 'without limit';
  return `${other} Once credit was bought, it is ${more}: \`gateway topup --amount 5\`.`;
}
