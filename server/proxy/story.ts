import { routingNote, type ToldAttempt as Told } from '../billing/routing-note.ts';
import type { Target } from '../routing/plan.ts';
import type { Scored } from '../routing/score.ts';
import type { Attempts } from './attempts.ts';
import type { Exchange } from './exchange.ts';
import { type FailedAttempt, outcomeOf } from './failure.ts';

/** As many scores as a record keeps. */
const MOST_SCORES = 20;
const NO_ROUTING = Buffer.from('"metadata":{"routing":[]}');
/** The only attempt of most requests. */
const alone = new WeakMap<Target, string>();

/** `"metadata":{"routing":[…]}` of an answer: every attempt, in ASCII. */
export function routingMember({ attempts, target }: Exchange): string {
  if (attempts && attempts.failed.length > 0) return memberOf([...attempts.failed.map(toldOf), answered(target!)]);
  let text = alone.get(target!);
  if (text === undefined) {
    text = memberOf([answered(target!)]);
    alone.set(target!, text);
  }
  return text;
}

/** A whole answer as one that no provider was asked for. */
export function withoutRouting(exchange: Exchange, body: Buffer): Buffer {
  const member = routingMember(exchange);
  const at = body.lastIndexOf(member);
  return at < 0 ? body : Buffer.concat([body.subarray(0, at), NO_ROUTING, body.subarray(at + member.length)]);
}

/**
 * Every attempt in a header, where there was more than one: `openai=503, azure=200`.
 * @param status of the last one.
 */
export function attemptsHeader({ attempts, target, route }: Exchange, status = 200): string | undefined {
  if (!attempts || attempts.failed.length === 0) return undefined;
  const all = attempts.failed.map((failed) => `${failed.provider}=${outcomeOf(failed)}`);
  if (route) all.push(`${target!.offer.provider}=${attempts.last ? outcomeOf(attempts.last) : status}`);
  return all.join(', ');
}

/** Stories of requests that nothing went wrong with, by the order of targets that they came of: it serves many. */
const smooth = new WeakMap<readonly Scored[], Map<string, string>>();

/**
 * How the target of a request was chosen, for its record: reason, attempts, scores. Undefined where there was nothing to
 * choose and nothing failed, as with most requests.
 */
export function storyOf(
  exchange: Exchange,
  outcome: { statusCode: number; errorCode: string | null },
): string | undefined {
  const { attempts, target, tier } = exchange;
  if (!attempts || !target) return undefined;
  const { choice, failed } = attempts;
  if (failed.length === 0 && choice.scores.length < 2 && !tier) return undefined;
  if (failed.length > 0 || outcome.errorCode !== null) return told(exchange, attempts, target, outcome);
  let stories = smooth.get(choice.scores);
  if (!stories) {
    stories = new Map();
    smooth.set(choice.scores, stories);
  }
  const key = `${choice.reason} ${exchange.facts?.strategy} ${exchange.noFallback} ${tier} ${target.id}`;
  let story = stories.get(key);
  if (!story) {
    story = told(exchange, attempts, target, outcome);
    stories.set(key, story);
  }
  return story;
}

function told(
  exchange: Exchange,
  { choice, failed, last: how }: Attempts,
  target: Target,
  { statusCode, errorCode }: { statusCode: number; errorCode: string | null },
): string {
  const last: Told = {
    ...placeOf(target),
    status_code: how?.statusCode ?? statusCode,
    error_type: how?.errorType ?? errorCode ?? 'none',
    succeeded: errorCode === null,
    // the only attempt took as long as the request
    ...(failed.length > 0 && { latency_ms: Math.round(performance.now() - exchange.attemptedMs) }),
  };
  // Of the only attempt, which answered, the record itself says all.
  const untold = failed.length === 0 && last.succeeded && last.region === undefined;
  return routingNote({
    reason: choice.reason,
    ...(exchange.facts?.strategy && { strategy: exchange.facts.strategy }),
    ...(exchange.noFallback && { no_fallback: true }),
    ...(exchange.tier && { tier: exchange.tier }),
    ...(!untold && {
      attempts: [
        ...failed.map((one) => ({ ...toldOf(one), latency_ms: one.latencyMs })),
        ...(exchange.route ? [last] : []),
      ],
    }),
    scores: choice.scores.slice(0, MOST_SCORES).map(scoreOf),
  });
}

function scoreOf(scored: Scored) {
  return {
    ...placeOf(scored.target),
    score: Math.round(scored.score * 1e4) / 1e4,
    price: scored.priceUsdPerMillion,
    uptime: Math.round(scored.uptime * 100) / 100,
    latency_ms: Math.round(scored.latencyMs),
    throughput: Math.round(scored.throughput * 10) / 10,
    priority: scored.priority,
    cache_supported: scored.cacheSupported,
  };
}

function toldOf({ provider, model, region, statusCode, errorType }: FailedAttempt): Told {
  return {
    provider,
    model,
    ...(region !== undefined && { region }),
    status_code: statusCode,
    error_type: errorType,
    succeeded: false,
  };
}

function answered(target: Target): Told {
  return { ...placeOf(target), status_code: 200, error_type: 'none', succeeded: true };
}

function placeOf({ offer, home }: Target): Pick<Told, 'provider' | 'model' | 'region'> {
  const { provider, providerModel, region = home } = offer;
  return { provider, model: providerModel, ...(region !== undefined && { region }) };
}

function memberOf(routing: readonly Told[]): string {
  return `"metadata":${JSON.stringify({ routing })}`.replace(
    /[^\x20-\x7e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
