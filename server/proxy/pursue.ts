import { GatewayError } from '../../shared/errors.ts';
import type { Target } from '../routing/plan.ts';
import type { Attempts } from './attempts.ts';
import type { Exchange } from './exchange.ts';
import { type Failing, noteFailure } from './fail.ts';
import { refuse } from './refuse.ts';

/** Statuses of what is wrong with a request at one target, and may not be at another: what it cannot do, or costs. */
const ELSEWHERE = new Set([400, 402, 404, 413]);

/**
 * Sends the request to the target that is next, and arranges that it goes on to others when that fails before its first
 * content (`fail`). Throws when no target can be called at all.
 * @param send calls one target; resolves once the call is on its way, or over. Throws for what was wrong before.
 */
export async function pursue(
  services: Failing,
  exchange: Exchange,
  attempts: Attempts,
  send: (target: Target) => Promise<void>,
): Promise<void> {
  exchange.attempts = attempts;
  const next = () => overTargets(services, exchange, attempts, send);
  exchange.pursue = () => {
    next().catch((error: unknown) => refuse(services, exchange, error));
  };
  await next();
}

async function overTargets(
  services: Failing,
  exchange: Exchange,
  attempts: Attempts,
  send: (target: Target) => Promise<void>,
): Promise<void> {
  for (;;) {
    const target = attempts.target!;
    exchange.target = target;
    try {
      await send(target);
      return;
    } catch (error) {
      if (exchange.gone || exchange.booked || !(error instanceof GatewayError)) throw error;
      const called = exchange.route !== undefined;
      if (called && noteFailure(services, exchange, error, undefined)) continue;
      if (called || !ELSEWHERE.has(error.status ?? 0)) throw attempts.told(error);
      exchange.beginAgain();
      // Where nobody takes it any more, the record is of the one that was called last.
      exchange.target = attempts.failed.at(-1)?.target ?? target;
      attempts.passOver(error);
    }
  }
}
