import { GatewayError } from '../../shared/errors.ts';
import { keyFailureOf } from '../providers/key-standing.ts';
import type { Services } from '../services.ts';
import { recordAttempt } from './book.ts';
import type { Exchange } from './exchange.ts';
import { errorTypeOf, faultOf } from './failure.ts';
import { refuse } from './refuse.ts';

export type Failing = Pick<Services, 'log' | 'accounting' | 'health' | 'rankings'>;

/** What is known of an answer that failed. */
export interface FailedAnswer {
  /** What the provider answered; undefined when no answer came. */
  status?: number;
  /** The provider's own body, which the caller gets when this is the end. */
  passed?: Buffer;
}

/**
 * An attempt failed. While nothing of an answer was sent, and there is another way, the request goes on there; else it ends.
 * The failure counts for the health of its target and credential either way.
 */
export function fail(services: Failing, exchange: Exchange, thrown: unknown, answer: FailedAnswer = {}): void {
  const { attempts } = exchange;
  if (!attempts || exchange.booked || exchange.gone || !(thrown instanceof GatewayError)) {
    refuse(services, exchange, thrown, answer.passed);
    return;
  }
  if (noteFailure(services, exchange, thrown, answer.status)) {
    exchange.pursue!();
    return;
  }
  refuse(services, exchange, attempts.told(thrown), answer.passed);
}

/** Who is given up sooner may be well: its health is everybody's. */
const FAIR_MS = 9_000;

/**
 * Counts a failure and moves on to the next way, if there is one.
 * @returns true when there is another way.
 */
export function noteFailure(
  services: Failing,
  exchange: Exchange,
  error: GatewayError,
  status: number | undefined,
): boolean {
  const { attempts, target, route } = exchange;
  const fault = faultOf(error, status);
  if (!attempts || !target) return false;
  const { upstream, offer } = target;
  if (fault === undefined) {
    // a refusal of the request is an answer: the credential is good
    if (route && status !== undefined) upstream.answered(route.id);
    return false;
  }
  const { began } = exchange;
  const retryAfterS = error.retryAfterS ?? undefined;
  const impatient = fault === 'timeout' && status === undefined && performance.now() - exchange.attemptedMs < FAIR_MS;
  if (impatient) {
    // what callers or projects allow no time for says nothing of the provider to all the others
  } else if (fault === 'credential') {
    if (route) upstream.failed(route.id, keyFailureOf(status ?? 401) ?? 'unauthorized', retryAfterS);
  } else {
    const failure = began ? 'broken_stream' : fault;
    if (route) upstream.failed(route.id, failure, retryAfterS);
    // A limit is the key's: while there is another, the target is not held out for it.
    if (fault !== 'rate_limited' || !upstream.hasAnother([], { region: offer.region, home: target.home }))
      services.health.failed(target.id, failure, retryAfterS);
  }
  services.rankings.forget();
  const how = { statusCode: status ?? 0, errorType: errorTypeOf(fault) };
  attempts.last = how;
  // What was sent cannot be taken back, and time that is over is over.
  if (began || performance.now() >= exchange.startedMs + attempts.timeouts.gatewayMs) return false;
  const goesOn = attempts.goOn(fault, route?.id, (tried) =>
    upstream.hasAnother(tried, { region: offer.region, home: target.home }),
  );
  if (!goesOn) return false;
  const failed = {
    target,
    provider: offer.provider,
    model: offer.providerModel,
    region: offer.region ?? target.home,
    ...how,
    latencyMs: Math.round(performance.now() - exchange.attemptedMs),
    error,
  };
  attempts.failed.push(failed);
  attempts.last = undefined;
  services.log.warn(
    { request: exchange.id, provider: failed.provider, model: failed.model, status, reason: error.message },
    'an attempt failed: the request goes on elsewhere',
  );
  recordAttempt(services, exchange, failed);
  exchange.beginAgain();
  return true;
}
