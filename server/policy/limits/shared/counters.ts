import type { MakeCounter } from '../limits.ts';
import type { Link } from './link.ts';
import { SharedConcurrency } from './shared-concurrency.ts';
import { SharedRate } from './shared-rate.ts';

/** Makes limits that all processes with this Redis count together. */
export function sharedCounters(link: Link): MakeCounter {
  return (id, rate, limit) =>
    rate.of === 'concurrent' ? new SharedConcurrency(link, id, rate, limit) : new SharedRate(link, id, rate, limit);
}
