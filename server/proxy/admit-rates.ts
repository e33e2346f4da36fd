import { GatewayError } from '../../shared/errors.ts';
import { USUAL_BYTES_PER_TOKEN } from '../billing/estimate.ts';
import type { KeyEntry } from '../identity/key-ring.ts';
import type { Target } from '../routing/plan.ts';
import type { Services } from '../services.ts';
import type { Attempts } from './attempts.ts';
import type { Exchange } from './exchange.ts';

/** Lets the request through the limits of its key and organisation, at once where nobody must be asked. Throws `rate_limit_exceeded`. */
export function admitRates(
  { limits }: Pick<Services, 'limits'>,
  exchange: Exchange,
  key: KeyEntry,
): Promise<void> | undefined {
  const inputTokens = Math.ceil(exchange.facts!.textBytes / USUAL_BYTES_PER_TOKEN);
  const admitted = limits.admit(key, { inputTokens });
  if (admitted instanceof Promise) {
    return admitted.then((admission) => {
      exchange.admission = admission;
      // Nobody ends what its caller left while others were asked.
      if (exchange.gone) admission.done(0);
    });
  }
  exchange.admission = admitted;
  return undefined;
}

/** Lets it through the limit on free models, where this target is one. Throws `rate_limit_exceeded`. */
export async function admitFree(
  { limits }: Pick<Services, 'limits'>,
  exchange: Exchange,
  key: KeyEntry,
  target: Target,
): Promise<void> {
  // a refusal's record names what was asked for
  exchange.target = target;
  const admitted = limits.admitTarget(key, target, exchange.admission!);
  exchange.admission = admitted instanceof Promise ? await admitted : admitted;
}

/**
 * The same for the first target, and for those after it where that limit is used up: that is no failure of the target, and
 * a request that may go elsewhere does.
 */
export async function admitTarget(
  services: Pick<Services, 'limits'>,
  exchange: Exchange,
  key: KeyEntry,
  attempts: Attempts,
): Promise<void> {
  for (;;) {
    try {
      await admitFree(services, exchange, key, attempts.target!);
      return;
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'rate_limit_exceeded') throw error;
      attempts.passOver(error);
    }
  }
}
