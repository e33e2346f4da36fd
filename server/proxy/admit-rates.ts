import { USUAL_BYTES_PER_TOKEN } from '../billing/estimate.ts';
import type { KeyEntry } from '../identity/key-ring.ts';
import type { Target } from '../routing/plan.ts';
import type { Services } from '../services.ts';
import type { Exchange } from './exchange.ts';

/** Lets the request through the limits of its key and organisation. Throws `rate_limit_exceeded`. */
export async function admitRates(
  { limits }: Pick<Services, 'limits'>,
  exchange: Exchange,
  key: KeyEntry,
): Promise<void> {
  const inputTokens = Math.ceil(exchange.facts!.textBytes / USUAL_BYTES_PER_TOKEN);
  const admitted = limits.admit(key, { inputTokens });
  exchange.admission = admitted instanceof Promise ? await admitted : admitted;
  // Nobody ends what its caller left while others were asked.
  if (exchange.gone) exchange.admission.done(0);
}

/**
 * Lets it through the limit on free models, where its first target is one; also where that answers from the cache, and is
 * not tried. That the limit is used up is no failure of the target.
 */
export async function admitTarget(
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
