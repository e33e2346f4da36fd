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

/** Lets it through the limits of its first target's being free; also where that answers from the cache, and is not tried. */
export async function admitTarget(
  { limits }: Pick<Services, 'limits'>,
  exchange: Exchange,
  key: KeyEntry,
  target: Target,
): Promise<void> {
  if (exchange.attempts?.first === false) return;
  const admitted = limits.admitTarget(key, target, exchange.admission!);
  exchange.admission = admitted instanceof Promise ? await admitted : admitted;
}
