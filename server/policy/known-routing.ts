import type { RoutingPatch } from '../../shared/contracts/project-routing.ts';
import { GatewayError } from '../../shared/errors.ts';
import { otherEndpointOf } from '../routing/fits.ts';
import type { Offered } from '../routing/plan.ts';
import { findProvider, knownModels, knownProvider } from './known-names.ts';

/**
 * A change of routing settings with its names as they are compared. Throws `invalid_request` for a provider or a model
 * that nothing here has: it would have no effect, and nobody would be told. So for a model that `auto` cannot choose, as
 * it generates no text. What is taken back may have any name.
 */
export function withKnownRouting(offered: Offered, patch: RoutingPatch): RoutingPatch {
  const { priorities, auto } = patch;
  return {
    ...patch,
    ...(priorities && { priorities: knownPriorities(offered, priorities) }),
    ...(auto?.models && { auto: { ...auto, models: knownTiers(offered, auto.models) } }),
  };
}

type Priorities = NonNullable<RoutingPatch['priorities']>;
type Tiers = NonNullable<NonNullable<RoutingPatch['auto']>['models']>;

function knownPriorities(offered: Offered, given: Priorities): Priorities {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      value === null ? (findProvider(offered, name) ?? name) : knownProvider(offered, name, `priorities.${name}`),
      value,
    ]),
  );
}

function knownTiers(offered: Offered, given: Tiers): Tiers {
  return Object.fromEntries(
    Object.entries(given).map(([tier, models]) => [tier, models && writers(offered, models, `auto.models.${tier}`)]),
  );
}

function writers(offered: Offered, given: readonly string[], param: string): string[] {
  const models = knownModels(offered, given, param);
  for (const [at, name] of models.entries()) {
    const [offer] = offered.catalog.find(name);
    const endpoint = offer && otherEndpointOf(offer);
    if (endpoint === undefined) continue;
    throw new GatewayError('invalid_request', `The model "${name}" answers on ${endpoint} only.`, {
      param: `${param}.${at}`,
      hint: 'Name models that auto can send a conversation to.',
    });
  }
  return models;
}
