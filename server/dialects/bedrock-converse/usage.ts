import { isObject } from '../lossless.ts';
import { tokenCount as count, type TokenUsage } from '../neutral.ts';

/** Converse's counts into ours: `inputTokens` leaves out what was read from or written to the cache. */
export function converseUsage(value: unknown): TokenUsage | undefined {
  if (!isObject(value)) return undefined;
  if (typeof value.inputTokens !== 'number' && typeof value.outputTokens !== 'number') return undefined;
  const details = Array.isArray(value.cacheDetails) ? value.cacheDetails.filter(isObject) : [];
  const detailed = (ttl: string) =>
    details.filter((row) => row.ttl === ttl).reduce((sum, row) => sum + count(row.inputTokens), 0);
  const hour = detailed('1h');
  const written = Math.max(count(value.cacheWriteInputTokens), hour + detailed('5m'));
  return {
    input: count(value.inputTokens),
    cached: count(value.cacheReadInputTokens),
    cacheWrite: written - hour,
    cacheWrite1h: hour,
    output: count(value.outputTokens),
    reasoning: 0,
  };
}
