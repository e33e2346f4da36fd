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
import { type Asked, type Choice, choose } from '../routing/choose.ts';
import { everywhere, offeredTo, planned, type Target } from '../routing/plan.ts';
import type { Services } from '../services.ts';

/** A request as far as it matters to where it goes. */
export interface Routable {
  facts: RequestFacts;
  /** The body, in which `auto` looks for what is asked. Absent for what generates no text. */
  scan: Scan | undefined;
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
  classification: Classification | undefined;
}

type Knowing = Pick<Services, 'catalog' | 'upstreams' | 'health' | 'rankings' | 'preferences'>;

/**
 * Where a request of this key goes, best first: what the model's name means, what can do what is asked, what the key may
 * use, what is best. Throws what is in the way of all. The proxy and `route explain` ask here alike.
 */
export function targetsFor(services: Knowing, key: KeyEntry, request: Routable): Routed {
  const { facts, scan } = request;
  if (scan && isAuto(facts.model)) return autoFor(services, key, request, scan);
  const offered = offeredTo(services, key);
  const { targets, pinned } = planned(offered, facts.model);
  const asked = askedOf(key, request, admitted(services, key, request, targets), pinned);
  if (pinned) {
    asked.alternatives = () => admitted(services, key, request, everywhere(offered, facts.model, facts.serviceTier));
  }
  return { choice: choose(services, asked), classification: undefined };
}

/** The cheapest model that is good enough, and those after it for when all of its providers fail. */
function autoFor(services: Knowing, key: KeyEntry, request: Routable, scan: Scan): Routed {
  const { classification, models } = autoTargets(
    { ...offeredTo(services, key), health: services.health },
    { ...autoAsked(services, key, request.facts, scan), pinned: request.session?.pinned },
  );
  const [best, ...others] = models;
  const choice = choose(services, askedOf(key, request, best!.targets, false));
  const rest = request.noFallback ? [] : others.flatMap(({ targets }) => targets);
  return { choice: { ...choice, targets: [...choice.targets, ...rest] }, classification };
}

function askedOf(
  key: KeyEntry,
  { facts, session, noFallback, random }: Routable,
  targets: readonly Target[],
  pinned: boolean,
): Asked {
  return {
    targets,
    settings: key.project.routing,
    strategy: facts.strategy ?? 'auto',
    stream: facts.stream,
    promptTokens: Math.ceil(facts.textBytes / USUAL_BYTES_PER_TOKEN),
    scope: key.projectId,
    session,
    pinned,
    alternatives: undefined,
    noFallback,
    random,
  };
}

/** Of these targets, those that can do what is asked and that the key may use. */
function admitted(
  services: Knowing,
  key: KeyEntry,
  { facts, able }: Routable,
  targets: readonly Target[],
): readonly Target[] {
  // A pinned model may have no other providers: nothing to be judged.
  if (targets.length === 0) return targets;
  return admitTargets(services, key, able(withTier(targets, facts.serviceTier)));
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
