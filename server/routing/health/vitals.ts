import type { Vitals } from '../health.ts';
import type { History } from '../settings.ts';
import type { Counts } from './counts.ts';

/** As if so many fresh requests had been answered besides: one failure alone condemns nobody. */
const TRUSTED_REQUESTS = 5;

/** Of a target that nothing is known of. */
export const UNKNOWN: Vitals = { uptime: undefined, latencyMs: undefined, throughput: undefined };

/** What weighed counts tell. */
export function vitalsOf(counts: Counts, { tier1Weight, tier2Weight, tier3Weight }: History): Vitals {
  const { answered, failed, firstTokenMs, firstTokens, outputTokens, generationMs } = counts;
  const trust = TRUSTED_REQUESTS * Math.max(tier1Weight, tier2Weight, tier3Weight);
  const attempts = answered + failed;
  return {
    uptime: attempts > 0 ? (100 * (answered + trust)) / (attempts + trust) : undefined,
    latencyMs: firstTokens > 0 ? firstTokenMs / firstTokens : undefined,
    throughput: outputTokens > 0 && generationMs > 0 ? (outputTokens / generationMs) * 1000 : undefined,
  };
}
