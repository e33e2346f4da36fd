import type { Offer } from '../../catalog/types.ts';
import { invalid } from '../body-checks.ts';

/**
 * Fast mode costs several times the listed price, each model's its own: where the price is known it is refused, as it would
 * be billed too low. Source: the Anthropic documentation, "Fast mode".
 */
export function refuseFastMode(speed: unknown, { priceUnknown, id }: Offer): void {
  if (speed === undefined || speed === null || speed === 'standard' || priceUnknown) return;
  throw invalid('speed', `${id} is served at standard speed only: leave speed out.`);
}
