import { GatewayError } from '../../shared/errors.ts';
import type { Offer, Ratio } from './types.ts';

const ONE: Ratio = [1n, 1n];
/** How formats and providers write the tier that everybody gets, in lower case. */
const STANDARD = new Set(['default', 'auto', 'standard', 'standard_only', 'on_demand', 'unspecified']);
/** OpenAI calls priority processing the fast mode, too. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([['fast', 'priority']]);

/** A service tier in our terms (`flex`, `priority`); undefined for the standard one, whatever it is called. */
export function tierOf(name: string | null | undefined): string | undefined {
  if (!name) return undefined;
  // Vertex: `ON_DEMAND_FLEX`; Gemini's enum: `SERVICE_TIER_FLEX`.
  const plain = name.toLowerCase().replace(/^(?:on_demand|service_tier)_/, '');
  return STANDARD.has(plain) ? undefined : (SYNONYMS.get(plain) ?? plain);
}

/** The tier to bill: the one that served, where the provider tells, else the one that was asked for. `auto` tells none. */
export function billedTier(asked: string | undefined, served: string | undefined): string | undefined {
  return tierOf(served?.toLowerCase() === 'auto' ? asked : (served ?? asked));
}

/** How many times the token prices a tier costs at an offer. A tier that the offer does not list costs the standard price. */
function tierTimes(offer: Offer, tier: string | undefined): Ratio {
  const name = tierOf(tier);
  return name !== undefined && offer.tiers && Object.hasOwn(offer.tiers, name) ? offer.tiers[name]! : ONE;
}

/** How many times the token prices a request costs at an offer, by its tier and by the place it was kept in. */
export function timesOf(offer: Offer, tier: string | undefined, place: string | undefined): Ratio {
  const times = tierTimes(offer, tier);
  if (place === undefined || !offer.places || !Object.hasOwn(offer.places, place)) return times;
  const [top, bottom] = offer.places[place]!;
  return [times[0] * top, times[1] * bottom];
}

/** True when the offer can be asked for a tier. At a provider whose prices nobody here knows, any. */
export function servesTier(offer: Offer, tier: string | undefined): boolean {
  const name = tierOf(tier);
  return (
    name === undefined || offer.priceUnknown === true || (offer.tiers !== undefined && Object.hasOwn(offer.tiers, name))
  );
}

/** Those of the targets that serve the tier; throws `unsupported_service_tier` when none does. */
export function withTier<T extends { offer: Offer }>(targets: readonly T[], tier: string | undefined): readonly T[] {
  if (tierOf(tier) === undefined) return targets;
  const able = targets.filter(({ offer }) => servesTier(offer, tier));
  if (able.length > 0 || targets.length === 0) return able;
  const known = [...new Set(targets.flatMap(({ offer }) => Object.keys(offer.tiers ?? {})))];
  throw new GatewayError(
    'unsupported_service_tier',
    `${targets[0]!.offer.id} is not served in the service tier ${tierOf(tier)!.slice(0, 40)}.`,
    {
      param: 'service_tier',
      hint:
        known.length > 0
          ? `It has: default, ${known.join(', ')}.`
          : 'Leave service_tier out, or name a model that has it: `gateway models show <id>` lists them.',
    },
  );
}
