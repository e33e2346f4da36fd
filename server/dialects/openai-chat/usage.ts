import type { ProviderFailure } from '../dialect.ts';
import { tokenCount as count, type TokenUsage } from '../neutral.ts';

interface ChatUsage {
  prompt_tokens?: unknown;
  completion_tokens?: unknown;
  prompt_tokens_details?: { cached_tokens?: unknown; cache_write_tokens?: unknown } | null;
  completion_tokens_details?: { reasoning_tokens?: unknown } | null;
  /** DeepSeek's own name of cached tokens. */
  prompt_cache_hit_tokens?: unknown;
}

/** OpenAI's counts into ours: `prompt_tokens` includes what was cached, `completion_tokens` includes reasoning. */
export function chatUsage(value: unknown): TokenUsage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const usage = value as ChatUsage;
  if (typeof usage.prompt_tokens !== 'number' && typeof usage.completion_tokens !== 'number') return undefined;
  const prompt = count(usage.prompt_tokens);
  const cached = Math.min(prompt, count(usage.prompt_tokens_details?.cached_tokens ?? usage.prompt_cache_hit_tokens));
  const cacheWrite = Math.min(prompt - cached, count(usage.prompt_tokens_details?.cache_write_tokens));
  return {
    input: prompt - cached - cacheWrite,
    cached,
    cacheWrite,
    cacheWrite1h: 0,
    output: count(usage.completion_tokens),
    reasoning: count(usage.completion_tokens_details?.reasoning_tokens),
  };
}

/** `{"error":{"message","type","code"}}`, or the bare string some compatible providers send. */
export function chatFailure(value: unknown): ProviderFailure | undefined {
  const error = (value as { error?: unknown } | null)?.error;
  if (typeof error === 'string') return { message: error, type: 'api_error', code: null };
  if (typeof error !== 'object' || error === null) return undefined;
  const { message, type, code } = error as Record<string, unknown>;
  return {
    message: typeof message === 'string' ? message : 'The provider reported an error.',
    type: typeof type === 'string' ? type : 'api_error',
    code: typeof code === 'string' || typeof code === 'number' ? String(code) : null,
  };
}

/** A usage object of our own making, for a provider that reported none. */
export function chatUsageText({ input, output }: TokenUsage): string {
  return JSON.stringify({ prompt_tokens: input, completion_tokens: output, total_tokens: input + output });
}
