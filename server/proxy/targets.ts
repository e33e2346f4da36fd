import { USUAL_BYTES_PER_TOKEN } from '../billing/estimate.ts';
import { withTier } from '../catalog/tiers.ts';
import { isAuto } from '../dialects/extensions.ts';
import type { Scan } from '../dialects/json-scan.ts';
import type { RequestFacts } from '../dialects/neutral.ts';
import type { KeyEntry } from '../identity/key-ring.ts';
import { admitTargets, refusalOf } from '../policy/admit.ts';
import { type AutoAsked, autoTargets } from '../routing/auto/auto.ts';
import type { Classification } from '../routing/auto/classify.ts';
import { featuresOf } from '../routing/auto/features.ts';
import { type Choice, choose } from '../routing/choose.ts';
import { everywhere, offeredTo, planned, type Target } from '../routing/plan.ts';
import type { Services } from '../services.ts';

/** A request as far as it matters to where it goes. */
export interface Routable {
  facts: RequestFacts;
  /** The body, in which `auto` looks for what is asked. Absent for what generates no text. */
  scan?: Scan;
  /** Leaves the targets that can do what is asked; throws when none can. */
  able: (targets: readonly Target[]) => readonly Target[];
  /** Set for a request of a session, with the target that it stays at once it has one. */
  session: { pinned: string | undefined } | undefined;
  noFallback: boolean;
  /** 0 to 1, 1 exclusive. */
  random: () => number;
}

/** Where a request may go, and, where the model was left to us, how hard its prompt is. */
export interface Routed {
  choice: Choice;
  classification?: Classification;
}

type Knowing = Pick<Services, 'catalog' | 'upstreams' | 'health' | 'rankings' | 'preferences'>;

/**
 * Where a request of this key goes, best first: what the model's name means, what can do what is asked, what the key may
 * use, what is best. Throws what is in the way of all. The proxy and `route explain` ask here alike.
 */
export function targetsFor(services: Knowing, key: KeyEntry, request: Routable): Routed {
  const { facts, scan, session, noFallback, random } = request;
  const settings = key.project.routing;
  const offered = offeredTo(services, key);
  const admitted = (targets: readonly Target[]) =>
    admitTargets(services, key, request.able(withTier(targets, facts.serviceTier)));
  const asked = {
    settings,
    strategy: facts.strategy ?? 'auto',
    stream: facts.stream,
    promptTokens: Math.ceil(facts.textBytes / USUAL_BYTES_PER_TOKEN),
    scope: key.projectId,
    session,
    noFallback,
    random,
  };
  if (scan && isAuto(facts.model)) {
    const { classification, models } = autoTargets(
      { ...offered, health: services.health },
      { ...autoAsked(services, key, facts, scan), pinned: session?.pinned },
    );
    const [best, ...others] = models;
    const choice = choose(services, { ...asked, targets: best!.targets, pinned: false });
    const rest = noFallback ? [] : others.flatMap(({ targets }) => targets);
    return { choice: { ...choice, targets: [...choice.targets, ...rest] }, classification };
  }
  const named = planned(offered, facts.model);
  const choice = choose(services, {
    ...asked,
    targets: admitted(named.targets),
    pinned: named.pinned,
    alternatives: () => admitted(everywhere(offered, facts.model, facts.serviceTier)),
  });
  return { choice };
}

/** What `auto` goes by for a request of this key. */
export function autoAsked(
  services: Pick<Services, 'catalog'>,
  key: KeyEntry,
  facts: RequestFacts,
  scan: Scan,
): AutoAsked {
  return {
    facts,
    features: featuresOf(scan, facts),
    settings: key.project.routing,
    refusal: (target) => refusalOf(services, key, target),
  };
}
