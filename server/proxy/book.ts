import { GatewayError } from '../../shared/errors.ts';
import { type Cost, costMembers, costOf, NO_COST } from '../billing/price.ts';
import { billedTier } from '../catalog/tiers.ts';
import { type TokenUsage, totalInput } from '../dialects/neutral.ts';
import type { Services } from '../services.ts';
import { newRequestId } from '../store/ids.ts';
import type { Exchange } from './exchange.ts';
import type { FailedAttempt } from './failure.ts';
import { type Outcome, usageRecord } from './usage-record.ts';

/**
 * Tokens become money: one record, which is usage and ledger movement alike, durable before anybody is told. Exactly once
 * for each request. Throws `service_unavailable` when it cannot be made durable; the hold is then given back.
 */
export function book({ accounting }: Pick<Services, 'accounting'>, exchange: Exchange, outcome: Outcome): Cost {
  const { key, target, hold } = exchange;
  if (exchange.booked || !key) return NO_COST;
  exchange.booked = true;
  // What was guessed of one answer is not told of others.
  if (outcome.estimated && outcome.statusCode === 200) exchange.capture?.drop();
  exchange.admission?.done(outcome.usage ? totalInput(outcome.usage) + outcome.usage.output : 0);
  const tier = tierFor(exchange, outcome.tier);
  const cost = target && outcome.usage ? costFor(exchange, outcome.usage, tier) : NO_COST;
  try {
    accounting.record(usageRecord(exchange, key, { ...outcome, tier }, cost.totalNano), hold?.accounts ?? []);
  } catch (cause) {
    hold?.release();
    throw new GatewayError('service_unavailable', 'The request cannot be accounted for now.', {
      cause,
      retryAfterS: 5,
    });
  }
  hold?.settle(cost.totalNano);
  return cost;
}

/** Records an attempt that failed while its request goes on elsewhere. It cost nothing. */
export function recordAttempt(
  { accounting, log }: Pick<Services, 'accounting' | 'log'>,
  exchange: Exchange,
  { error, statusCode, latencyMs }: FailedAttempt,
): void {
  const outcome = {
    statusCode: statusCode >= 300 ? statusCode : (error.status ?? 502),
    errorCode: error.code,
    usage: undefined,
    estimated: false,
  };
  try {
    accounting.record({
      ...usageRecord(exchange, exchange.key!, outcome, 0n),
      id: newRequestId(Date.now()),
      retried_by: exchange.id,
      routing: null,
      latency_ms: latencyMs,
      first_token_ms: null,
    });
  } catch (cause) {
    log.error({ request: exchange.id, error: String(cause) }, 'a failed attempt could not be recorded');
  }
}

function tierFor({ facts, servedTier }: Exchange, told: string | undefined): string | undefined {
  return billedTier(facts?.serviceTier, told ?? servedTier);
}

/** At the place that the provider tells of, else the one that was asked for. */
function costFor({ facts, target }: Exchange, usage: TokenUsage, tier: string | undefined): Cost {
  const asked = usage.place === undefined && facts?.place;
  return costOf(target!.offer, asked ? { ...usage, place: asked } : usage, tier);
}

/** The same members before anything is booked. */
export function costBefore(exchange: Exchange, usage: TokenUsage, estimated: boolean, tier?: string): string {
  return costMembers(costFor(exchange, usage, tierFor(exchange, tier)), estimated);
}

/** Books an answer that is whole, and returns the JSON members of its cost, to be told with it. */
export function bookAnswer(
  services: Pick<Services, 'accounting' | 'health'>,
  exchange: Exchange,
  usage: TokenUsage,
  estimated: boolean,
  tier?: string,
): string {
  const cost = book(services, exchange, { statusCode: 200, errorCode: null, usage, estimated, tier });
  noteAnswer(services, exchange, usage);
  return costMembers(cost, estimated);
}

/** What an answer tells of the health of its target and credential. */
function noteAnswer({ health }: Pick<Services, 'health'>, exchange: Exchange, usage: TokenUsage): void {
  const { target, route, facts, firstTokenMs, attemptedMs } = exchange;
  if (!target || !route) return;
  target.upstream.answered(route.id);
  if (facts!.stream && firstTokenMs > 0) {
    health.succeeded(target.id, {
      firstTokenMs: firstTokenMs - attemptedMs,
      outputTokens: usage.output,
      generationMs: performance.now() - firstTokenMs,
    });
  } else {
    health.succeeded(target.id, { outputTokens: usage.output, generationMs: performance.now() - attemptedMs });
  }
}
