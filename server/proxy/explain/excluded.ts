import type { Explanation } from '../../../shared/contracts/route-explain.ts';
import { GatewayError } from '../../../shared/errors.ts';
import { servesTier } from '../../catalog/tiers.ts';
import type { RequestFacts } from '../../dialects/neutral.ts';
import type { KeyEntry } from '../../identity/key-ring.ts';
import { admitTargets } from '../../policy/admit.ts';
import { fitting } from '../../routing/fits.ts';
import { offeredTo, planned, type Target } from '../../routing/plan.ts';
import type { Services } from '../../services.ts';

export type ExcludedTarget = Explanation['excluded'][number];

/** What keeps targets of the model that was named from a request, each by the first of the checks that it fails. */
export function excludedOf(
  services: Pick<Services, 'catalog' | 'upstreams'>,
  key: KeyEntry,
  facts: RequestFacts,
): ExcludedTarget[] {
  const offered = offeredTo(services, key);
  const unserved = services.catalog
    .find(facts.model)
    .filter(({ provider }) => !offered.upstreams.get(provider))
    .map(
      ({ id, provider }): ExcludedTarget => ({
        provider,
        model: id,
        code: 'no_provider_key',
        reason: `There is no key of ${provider} here.`,
      }),
    );
  const targets = attempted(() => planned(offered, facts.model).targets) ?? [];
  return [...targets.flatMap((target) => whyNot(services, key, facts, target) ?? []), ...unserved];
}

function whyNot(
  services: Pick<Services, 'catalog'>,
  key: KeyEntry,
  facts: RequestFacts,
  target: Target,
): ExcludedTarget | undefined {
  if (!servesTier(target.offer, facts.serviceTier))
    return excluded(target, 'service_tier', `It is not served in the service tier ${facts.serviceTier}.`);
  const unable = refusalOf(() => fitting([target], facts));
  if (unable) return excluded(target, 'capability', unable.message);
  const forbidden = refusalOf(() => admitTargets(services, key, [target]));
  if (forbidden) return excluded(target, 'rule', forbidden.message);
  if (key.project.routing.priorities[target.offer.provider] === 0)
    return excluded(target, 'priority', `The project gives ${target.offer.provider} the priority 0.`);
  return undefined;
}

/** A target that is out. */
export function excluded({ offer }: Target, code: ExcludedTarget['code'], reason: string): ExcludedTarget {
  return { provider: offer.provider, model: offer.id, code, reason };
}

/** What an act is refused with; undefined when it is not. */
export function refusalOf(act: () => unknown): GatewayError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

function attempted<T>(act: () => T): T | undefined {
  let found: T | undefined;
  refusalOf(() => {
    found = act();
  });
  return found;
}
