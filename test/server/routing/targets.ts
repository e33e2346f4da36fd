import { type OfferRow, offersOf } from '../../../server/catalog/offer.ts';
import type { Upstream } from '../../../server/providers/upstreams.ts';
import type { Asked } from '../../../server/routing/choose.ts';
import type { Health, Vitals } from '../../../server/routing/health.ts';
import type { Target } from '../../../server/routing/plan.ts';
import { DEFAULTS, type RoutingSettings } from '../../../server/routing/settings.ts';

/** A target of the model m. `price` is `input output [cached]` in USD per million tokens. */
export function target(
  provider: string,
  price = '1 1',
  { own = false, capabilities = 'tools', ...more }: { own?: boolean; capabilities?: string } & OfferRow[7] = {},
): Target {
  const [offer] = offersOf(provider, [['m', 'M', '2026-01-01', 1000, 100, price, capabilities, more]]);
  const upstream = {
    name: provider,
    own,
    scope: own ? 'org_1' : '',
    regions: [],
    hasAnother: () => true,
  } as unknown as Upstream;
  return { id: `${own ? 'org_1 ' : ''}${provider}/m`, offer: offer!, upstream };
}

/** At a price that nobody here knows. */
export function unpriced(provider: string): Target {
  const one = target(provider, '0 0', { capabilities: 'tools' });
  return { ...one, offer: { ...one.offer, priceUnknown: true } };
}

/** What is told of the providers named; of others nothing is known. */
export function health(
  vitals: Record<string, Partial<Vitals>> = {},
  down: readonly string[] = [],
): Pick<Health, 'vitals' | 'isDown'> {
  const unknown = { uptime: undefined, latencyMs: undefined, throughput: undefined };
  const providerOf = (id: string) => id.replace(/^.* /, '').replace(/\/.*$/, '');
  return {
    vitals: (id) => ({ ...unknown, ...vitals[providerOf(id)] }),
    isDown: (id) => down.includes(providerOf(id)),
  };
}

/** The defaults with some of their numbers in another way. */
export function settings(
  changes: { [K in keyof RoutingSettings]?: Partial<RoutingSettings[K]> } = {},
): RoutingSettings {
  const merged = Object.entries(changes).map(([group, given]) => [
    group,
    { ...DEFAULTS[group as keyof RoutingSettings], ...given },
  ]);
  return { ...DEFAULTS, ...(Object.fromEntries(merged) as Partial<RoutingSettings>) };
}

/** A request that asks for nothing in particular, and never explores. */
export function asking(targets: readonly Target[], more: Partial<Asked> = {}): Asked {
  return {
    targets,
    scope: 'prj_1',
    settings: DEFAULTS,
    strategy: 'auto',
    stream: false,
    promptTokens: 100,
    pinned: false,
    noFallback: false,
    random: () => 1 - Number.EPSILON,
    ...more,
  };
}
