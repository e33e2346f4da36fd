import type { Explanation } from '../../../shared/contracts/route-explain.ts';
import { formatUsd } from '../../../shared/money.ts';
import { estimate, typicalOutputTokens } from '../../billing/estimate.ts';
import { costOf } from '../../billing/price.ts';
import { NO_TOKENS, type RequestFacts } from '../../dialects/neutral.ts';
import type { Target } from '../../routing/plan.ts';
import { offerFacts } from '../../routing/prices.ts';
import type { Scored } from '../../routing/score.ts';
import type { RoutingSettings } from '../../routing/settings.ts';

type Place = NonNullable<Explanation['chosen']>;

/** Where a target is. */
export function placeOf({ offer, home }: Target): Place {
  return { provider: offer.provider, model: offer.id, region: offer.region ?? home ?? null };
}

/** A target with what was compared of it, where it was. */
export function candidateOf(
  target: Target,
  scored: Scored | undefined,
  facts: RequestFacts,
  priorities: RoutingSettings['priorities'],
): Explanation['candidates'][number] {
  const { offer, upstream } = target;
  const { price, priceUnknown } = offer;
  const keys = upstream.keys();
  return {
    ...placeOf(target),
    score: scored ? Math.round(scored.score * 1e4) / 1e4 : null,
    price: priceUnknown ? null : { input: aMillion(price.inputPico), output: aMillion(price.outputPico) },
    estimated_cost_usd: estimateOf(target, facts)?.cost_usd ?? null,
    uptime: scored?.uptime ?? null,
    latency_ms: scored?.latencyMs ?? null,
    throughput: scored?.throughput ?? null,
    priority: priorities[offer.provider] ?? 1,
    cache_supported: offerFacts(offer).cacheSupported,
    down: scored?.down ?? false,
    own_key: upstream.own,
    keys: { healthy: keys.filter(({ health }) => health === 'ok').length, total: keys.length },
  };
}

/** What a request is expected to cost at a target; null where nobody here knows its price. */
export function estimateOf({ offer }: Target, facts: RequestFacts): Explanation['estimate'] {
  if (offer.priceUnknown) return null;
  const { inputTokens, maxOutputTokens } = estimate(offer, facts);
  const typical = Math.min(typicalOutputTokens(maxOutputTokens, facts), maxOutputTokens);
  const place = facts.place === undefined ? {} : { place: facts.place };
  const cost = (output: number) =>
    formatUsd(costOf(offer, { ...NO_TOKENS, input: inputTokens, output, ...place }, facts.serviceTier).totalNano);
  return {
    input_tokens: inputTokens,
    output_tokens_typical: typical,
    output_tokens_max: maxOutputTokens,
    cost_usd: cost(typical),
    max_cost_usd: cost(maxOutputTokens),
  };
}

/** USD for a million tokens, of pico-dollars for one. */
function aMillion(pico: bigint): string {
  return formatUsd(pico * 1000n);
}
