import { GatewayError } from '../../shared/errors.ts';
import type { Services } from '../services.ts';
import type { Target } from './plan.ts';
import { staysPreferred } from './preferred.ts';
import type { Excluded, Scored, Weighing } from './score.ts';

/** Why a target was chosen. */
export type Reason =
  | 'only-target'
  | 'weighted-score'
  | 'strategy-price'
  | 'strategy-throughput'
  | 'strategy-latency'
  | 'stable-preferred'
  | 'session-sticky'
  | 'exploration'
  | 'provider-pinned'
  | 'low-uptime-fallback';

/** What is asked: the targets that a request may go to, and how it wants one of them chosen. */
export interface Asked extends Weighing {
  /** In the order that decides between equals; at least one. */
  targets: readonly Target[];
  /** Whose choice it is (the project): what one prefers is no matter of another's. */
  scope: string;
  /** Set for a request of a session: the id of the target that it stays at, once it has one. */
  session?: { pinned: string | undefined } | undefined;
  /** The model's name pins the provider. */
  pinned: boolean;
  /** The same model at other providers, for a pinned one that is hardly ever up. Asked only then; may throw for none. */
  alternatives?: (() => readonly Target[]) | undefined;
  /** The caller wants no other target than the chosen one. */
  noFallback: boolean;
  /** 0 to 1, 1 exclusive. */
  random: () => number;
}

export interface Choice {
  /** As they are to be tried; at least one. */
  targets: Target[];
  /** Of all that were compared, best first. */
  scores: Scored[];
  excluded: Excluded[];
  reason: Reason;
}

type Knowing = Pick<Services, 'preferences' | 'rankings'>;

/**
 * Which target a request goes to, and to which after it when that fails. Takes microseconds and asks nobody; it remembers
 * what it preferred. Throws `permission_denied` when the project's priorities leave no target, and
 * `unsupported_parameter_combination` for a strategy that has nothing to choose between.
 */
export function choose(services: Knowing, asked: Asked): Choice {
  if (asked.pinned && asked.strategy !== 'auto') throw unsupported(asked);
  const { scores: ranked, excluded } = services.rankings.of(asked.targets, asked);
  if (ranked.length === 0) throw disabled(excluded);
  if (asked.pinned) return choosePinned(services, asked, ranked, excluded);
  const { first, reason } = pick(services, asked, ranked);
  return { targets: order(first, ranked, asked), scores: ranked, excluded, reason };
}

/** The provider that the name pins, unless it is hardly ever up and another is. */
function choosePinned(services: Knowing, asked: Asked, ranked: Scored[], excluded: Excluded[]): Choice {
  const elsewhere = rerouted(services, asked, ranked);
  if (elsewhere) return elsewhere;
  // Of its regions, the one that a session or the preference stays at.
  const { first } = pick(services, asked, ranked);
  return { targets: order(first, ranked, asked), scores: ranked, excluded, reason: 'provider-pinned' };
}

/** To the best of the other providers that is up more than the pinned one, with the pinned one in the end. */
function rerouted(services: Knowing, asked: Asked, ranked: readonly Scored[]): Choice | undefined {
  const { targets, session, noFallback, settings } = asked;
  const { uptime } = ranked[0]!;
  if (noFallback || uptime >= settings.retry.lowUptimeFallbackThreshold) return undefined;
  const { scores, excluded } = services.rankings.of([...othersOf(asked), ...targets], asked);
  const others = scores.filter(({ target }) => !targets.includes(target));
  const better = others.filter((one) => !one.down && one.uptime > uptime);
  const first = better.find(({ target }) => target.id === session?.pinned) ?? better[0];
  if (!first) return undefined;
  const pinned = ranked.map(({ target }) => target);
  return { targets: [...order(first, others, asked), ...pinned], scores, excluded, reason: 'low-uptime-fallback' };
}

function othersOf({ alternatives, targets }: Asked): Target[] {
  try {
    const pinned = targets[0]!.offer.provider;
    return (alternatives?.() ?? []).filter(({ offer }) => offer.provider !== pinned);
  } catch (error) {
    if (error instanceof GatewayError) return [];
    throw error;
  }
}

/** The first to be tried, of several that were compared. */
function pick(services: Knowing, asked: Asked, ranked: readonly Scored[]): { first: Scored; reason: Reason } {
  const { settings, strategy, session } = asked;
  const best = ranked[0]!;
  if (ranked.length === 1) return { first: best, reason: 'only-target' };
  const inSession = session !== undefined && settings.sticky.sessions;
  const pin = inSession && ranked.find(({ target }) => target.id === session.pinned);
  if (pin && !pin.down && pin.uptime >= settings.sticky.uptimeThreshold)
    return { first: pin, reason: 'session-sticky' };
  const tried = inSession ? undefined : explored(asked, ranked);
  if (tried) return { first: tried, reason: 'exploration' };
  const preferred = settings.sticky.enabled ? stable(services, asked, ranked) : best;
  if (preferred !== best) return { first: preferred, reason: 'stable-preferred' };
  return { first: best, reason: strategy === 'auto' ? 'weighted-score' : `strategy-${strategy}` };
}

/** Now and then another than the best, as what nobody asks is never measured; never one that is known to be down or that costs more credit. */
function explored({ settings, pinned, noFallback, random }: Asked, ranked: readonly Scored[]): Scored | undefined {
  if (pinned || noFallback || random() >= settings.thresholds.explorationRate) return undefined;
  const best = ranked[0]!;
  const others = ranked.filter((one) => one !== best && !one.down && isOwn(one) === isOwn(best));
  return others[Math.floor(random() * others.length)];
}

/** The one that was preferred last, while it is nearly as good as the best; else the best, which is preferred from now on. */
function stable({ preferences }: Knowing, asked: Asked, ranked: readonly Scored[]): Scored {
  const { sticky } = asked.settings;
  const choice = choiceOf(asked);
  const best = ranked[0]!;
  const id = preferences.get(choice, sticky.ttlSeconds);
  const preferred = id === undefined ? undefined : ranked.find(({ target }) => target.id === id);
  if (preferred && !preferred.down && isOwn(preferred) === isOwn(best) && staysPreferred(preferred, best, sticky))
    return preferred;
  preferences.set(choice, best.target.id);
  return best;
}

/** What is compared, how, and for whom: only the same choice has the same preference, so a key's rules or another project's cannot move it. */
function choiceOf({ scope, targets, strategy, stream, promptTokens, settings }: Asked): string {
  const large = promptTokens >= settings.thresholds.cachePromptTokens;
  return `${scope}\n${strategy}${stream ? ' stream' : ''}${large ? ' large' : ''}${idsOf(targets)}`;
}

/** Most requests for a model have the same list of targets. */
const joined = new WeakMap<readonly Target[], string>();

function idsOf(targets: readonly Target[]): string {
  let ids = joined.get(targets);
  if (ids === undefined) {
    ids = targets.map(({ id }) => `\n${id}`).join('');
    joined.set(targets, ids);
  }
  return ids;
}

function isOwn({ target }: Scored): boolean {
  return target.upstream.own;
}

function order(first: Scored, ranked: readonly Scored[], { noFallback }: Asked): Target[] {
  const targets = [first.target];
  // Another credential of the same provider is not another provider.
  for (const one of ranked)
    if (one !== first && (!noFallback || one.target.offer.id === first.target.offer.id)) targets.push(one.target);
  return targets;
}

function unsupported({ targets, strategy }: Asked): GatewayError {
  const { provider, model } = targets[0]!.offer;
  return new GatewayError(
    'unsupported_parameter_combination',
    `routing cannot be ${strategy} where the model's name says which provider.`,
    { param: 'routing', hint: `Leave out routing, or the provider: ${model} instead of ${provider}/${model}.` },
  );
}

function disabled(excluded: readonly Excluded[]): GatewayError {
  const providers = [...new Set(excluded.map(({ target }) => target.offer.provider))].join(', ');
  return new GatewayError('permission_denied', `The project's routing gives ${providers} the priority 0: never.`, {
    param: 'model',
    hint: 'Name a model of another provider, or let whoever manages the project change its priorities.',
  });
}
