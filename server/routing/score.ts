import type { Strategy } from '../../shared/contracts/routing.ts';
import type { Health } from './health.ts';
import type { Target } from './plan.ts';
import { offerFacts, priceFor } from './prices.ts';
import type { RoutingSettings } from './settings.ts';

/** What decides how targets compare. */
export interface Weighing {
  settings: RoutingSettings;
  strategy: Strategy;
  stream: boolean;
  /** As estimated from the body. */
  promptTokens: number;
}

/** A target with its score, and with what the score was made of. */
export interface Scored {
  target: Target;
  /** The lowest is the best. */
  score: number;
  /** The average of input and output; of generated images, where the targets generate those. Undefined: nobody here knows it. */
  priceUsdPerMillion: number | undefined;
  /** Percent. */
  uptime: number;
  /** To the first token of a stream. */
  latencyMs: number;
  /** Generated tokens a second. */
  throughput: number;
  priority: number;
  cacheSupported: boolean;
  /** It must be expected to fail: tried after all others. */
  down: boolean;
}

/** A target that is not to be tried, and why. */
export interface Excluded {
  target: Target;
  reason: 'priority-zero';
}

/** What came of comparing targets. */
export interface Scores {
  scores: Scored[];
  excluded: Excluded[];
}

/** How much each factor counts; they need not add up to anything. */
interface Weights {
  price: number;
  uptime: number;
  throughput: number;
  latency: number;
  cache: number;
}

type Known = Pick<Health, 'vitals' | 'isDown'>;

const NONE: Weights = { price: 0, uptime: 0, throughput: 0, latency: 0, cache: 0 };
/** What a strategy is for counts nine tenths; the rest keeps out what is hardly ever up. */
const FOR_STRATEGY: Readonly<Record<Exclude<Strategy, 'auto'>, Weights>> = {
  price: { ...NONE, price: 0.9, uptime: 0.1 },
  throughput: { ...NONE, throughput: 0.9, uptime: 0.1 },
  latency: { ...NONE, latency: 0.9, uptime: 0.1 },
};
const NO_KEYS: readonly string[] = [];
/** Where the penalty is steeper or flatter for it, the documented figures (0.07 at 90 %, 5.61 at 50 %) do not come out. */
const PENALTY_STEEPNESS = 5;
/** Speeds further apart than this count the same: a tie-breaker must not outweigh price and uptime, whatever is measured. */
const MOST_TIMES_SLOWER = 10;

/** Scores the targets, in the order given. Pure but for what `health` knows at the moment. Source: LLM Gateway, "Smart Routing Algorithm". */
export function score(health: Known, targets: readonly Target[], weighing: Weighing): Scores {
  const { priorities } = weighing.settings;
  const excluded: Excluded[] = [];
  const left: Target[] = [];
  let images = true;
  for (const target of targets) {
    if (priorityOf(target, priorities) === 0) excluded.push({ target, reason: 'priority-zero' });
    else {
      left.push(target);
      images &&= offerFacts(target.offer).image !== undefined;
    }
  }
  const scores = left.map((target) => measured(health, target, images, weighing));
  weigh(scores, weightsFor(weighing, images), weighing.settings.thresholds.uptimePenalty);
  return { scores, excluded };
}

function measured(health: Known, target: Target, images: boolean, { settings, promptTokens }: Weighing): Scored {
  const { thresholds, history, priorities } = settings;
  const facts = offerFacts(target.offer);
  const { uptime, latencyMs, throughput } = health.vitals(target.id, history);
  return {
    target,
    score: 0,
    priceUsdPerMillion: priceFor(facts, images, promptTokens),
    uptime: uptime ?? thresholds.defaultUptime,
    latencyMs: latencyMs ?? thresholds.defaultLatency,
    throughput: throughput ?? thresholds.defaultThroughput,
    priority: priorityOf(target, priorities),
    cacheSupported: facts.cacheSupported,
    down: health.isDown(target.id) || !hasKey(target),
  };
}

/** Providers of one's own may have any name, such as `constructor`. */
function priorityOf({ offer }: Target, priorities: RoutingSettings['priorities']): number {
  return Object.hasOwn(priorities, offer.provider) ? priorities[offer.provider]! : 1;
}

/** False while every credential there is set aside or rests. */
function hasKey({ upstream, offer, home }: Target): boolean {
  return upstream.hasAnother(NO_KEYS, { region: offer.region, home });
}

/** The weights that are active. Time to the first token is measured of streams alone, so it says nothing for other requests. */
function weightsFor({ settings, strategy, stream, promptTokens }: Weighing, images: boolean): Weights {
  const { weights, thresholds } = settings;
  const { price, uptime, throughput, latency, cache } = strategy === 'auto' ? weights : FOR_STRATEGY[strategy];
  return {
    price: images && strategy === 'auto' ? weights.imagePrice : price,
    uptime,
    throughput,
    latency: stream ? latency : 0,
    cache: promptTokens >= thresholds.cachePromptTokens ? cache : 0,
  };
}

/** Sets the scores: how far each is behind the best of all in each factor, by weight, and what its uptime and priority add. */
function weigh(scores: readonly Scored[], weights: Weights, penaltyBelow: number): void {
  const sum = weights.price + weights.uptime + weights.throughput + weights.latency + weights.cache || 1;
  const prices = priceRange(scores);
  let uptime = 1;
  let throughput = 1;
  let latencyMs = Number.POSITIVE_INFINITY;
  for (const one of scores) {
    uptime = Math.max(uptime, one.uptime);
    throughput = Math.max(throughput, one.throughput);
    latencyMs = Math.max(1, Math.min(latencyMs, one.latencyMs));
  }
  for (const one of scores) {
    const weighted =
      weights.price * behindInPrice(one.priceUsdPerMillion, prices) +
      weights.uptime * (uptime / Math.max(one.uptime, 1) - 1) +
      weights.throughput * slower(throughput / Math.max(one.throughput, 1)) +
      weights.latency * slower(one.latencyMs / latencyMs) +
      weights.cache * (one.cacheSupported ? 0 : 1);
    one.score = weighted / sum + uptimePenalty(one.uptime, penaltyBelow) + (1 - one.priority);
  }
}

function slower(times: number): number {
  return Math.min(Math.max(times - 1, 0), MOST_TIMES_SLOWER);
}

interface PriceRange {
  cheapest: number;
  /** What one step is: the cheapest price above 0. */
  step: number;
  dearest: number;
}

function priceRange(scores: readonly Scored[]): PriceRange {
  let cheapest = Number.POSITIVE_INFINITY;
  let step = Number.POSITIVE_INFINITY;
  let dearest = 0;
  for (const { priceUsdPerMillion: price } of scores) {
    if (price === undefined) continue;
    cheapest = Math.min(cheapest, price);
    if (price > 0) step = Math.min(step, price);
    dearest = Math.max(dearest, price);
  }
  return { cheapest, step, dearest };
}

/**
 * Twice as dear as the cheapest is one step behind. Nothing is so many times as dear as what is free, so beside a free one
 * the cheapest that is paid for makes the step: it is one behind, and twice as dear as that is two. So the free one is the
 * cheapest by as much as in any other pair, prices go on counting among the others, and one that hardly ever answers still
 * loses. A price that nobody knows wins nothing: it counts as the dearest of those that are known.
 */
function behindInPrice(price: number | undefined, { cheapest, step, dearest }: PriceRange): number {
  return dearest === 0 ? 0 : ((price ?? dearest) - cheapest) / step;
}

/** What an uptime (percent) below the threshold adds to a score: with 95, 0.07 at 90, 0.62 at 80, 1.73 at 70, 5.61 at 50. */
export function uptimePenalty(uptime: number, threshold: number): number {
  return uptime >= threshold ? 0 : (((threshold - uptime) / threshold) * PENALTY_STEEPNESS) ** 2;
}
