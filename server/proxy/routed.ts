import type { IncomingHttpHeaders } from 'node:http';
import { USUAL_BYTES_PER_TOKEN } from '../billing/estimate.ts';
import { withTier } from '../catalog/tiers.ts';
import type { KeyEntry } from '../identity/key-ring.ts';
import { admitTargets } from '../policy/admit.ts';
import { choose } from '../routing/choose.ts';
import { everywhere, offeredTo, planned, type Target } from '../routing/plan.ts';
import type { Services } from '../services.ts';
import { Attempts } from './attempts.ts';
import type { Exchange } from './exchange.ts';
import { timeoutsOf } from './timeouts.ts';

/**
 * Where the request may go, best first. Throws what is in the way of all targets.
 * @param able leaves the targets that can do what is asked; throws when none can.
 */
export function routed(
  services: Services,
  exchange: Exchange,
  key: KeyEntry,
  able: (targets: readonly Target[]) => Target[],
): Attempts {
  const facts = exchange.facts!;
  const { headers } = exchange.request;
  const settings = key.project.routing;
  const timeouts = timeoutsOf(settings.timeouts, headers);
  const offered = offeredTo(services, key);
  const admitted = (targets: readonly Target[]) => admitTargets(services, key, able(targets));
  const named = planned(offered, facts.model);
  const targets = admitted(withTier(named.targets, facts.serviceTier));
  exchange.noFallback = isTrue(headers, 'x-no-fallback');
  const choice = choose(services, {
    targets,
    settings,
    strategy: facts.strategy ?? 'auto',
    stream: facts.stream,
    promptTokens: Math.ceil(facts.textBytes / USUAL_BYTES_PER_TOKEN),
    scope: key.projectId,
    session: exchange.session === undefined ? undefined : { pinned: pinOf(services, exchange, key)?.targetId },
    pinned: named.pinned,
    alternatives: () => admitted(everywhere(offered, facts.model, facts.serviceTier)),
    noFallback: exchange.noFallback,
    random: Math.random,
  });
  return new Attempts(choice, timeouts, settings.retry.maxRetries);
}

/** Where the request's session stays, once it has been answered. */
export function pinOf({ pins }: Pick<Services, 'pins'>, { session, facts }: Exchange, key: KeyEntry) {
  if (session === undefined) return undefined;
  return pins.get({ projectId: key.projectId, model: facts!.model, session }, key.project.routing.sticky.ttlSeconds);
}

/** True for a header that switches something on. */
function isTrue(headers: IncomingHttpHeaders, name: string): boolean {
  const given = headers[name];
  return given === 'true' || given === '1';
}
