import type { Offer } from '../../catalog/types.ts';
import type { Offered } from '../plan.ts';
import { choicesOf } from './models.ts';

/** `auto` as a model that is listed: the most that any model has which it may choose. It has no price of its own. */
export type ListedAuto = Pick<Offer, 'id' | 'name' | 'provider' | 'contextWindow' | 'maxOutputTokens' | 'capabilities'>;

/** `auto`, where there is any model that it could choose. */
export function listedAuto(offered: Offered): ListedAuto | undefined {
  const offers = choicesOf(offered).flatMap(({ ways }) => ways.map(({ target }) => target.offer));
  if (offers.length === 0) return undefined;
  const capabilities = new Set(offers.flatMap((offer) => offer.capabilities));
  // which of them it is says nothing of what it chooses
  capabilities.delete('free');
  return {
    id: 'auto',
    name: 'Auto',
    provider: 'gateway',
    contextWindow: most(offers.map(({ contextWindow }) => contextWindow)),
    maxOutputTokens: most(offers.map(({ maxOutputTokens }) => maxOutputTokens)),
    capabilities: [...capabilities],
  };
}

function most(tokens: readonly (number | null)[]): number | null {
  const known = tokens.filter((each) => each !== null);
  return known.length === 0 ? null : Math.max(...known);
}
