import type { ProviderFailure } from '../dialect.ts';
import type { JsonObject } from '../lossless.ts';
import { tokenCount as count, type TokenUsage } from '../neutral.ts';

interface MessagesUsage {
  input_tokens?: unknown;
  output_tokens?: unknown;
  output_tokens_details?: { thinking_tokens?: unknown } | null;
  cache_read_input_tokens?: unknown;
  cache_creation_input_tokens?: unknown;
  cache_creation?: { ephemeral_5m_input_tokens?: unknown; ephemeral_1h_input_tokens?: unknown } | null;
  server_tool_use?: { web_search_requests?: unknown } | null;
  inference_geo?: unknown;
}

/** Anthropic's counts into ours: `input_tokens` leaves out what was read from or written to the cache. */
export function messagesUsage(value: unknown): TokenUsage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const usage = value as MessagesUsage;
  if (typeof usage.input_tokens !== 'number' && typeof usage.output_tokens !== 'number') return undefined;
  const written = count(usage.cache_creation_input_tokens);
  const hour = Math.min(written, count(usage.cache_creation?.ephemeral_1h_input_tokens));
  const output = count(usage.output_tokens);
  const searches = count(usage.server_tool_use?.web_search_requests);
  const place = usage.inference_geo;
  return {
    input: count(usage.input_tokens),
    cached: count(usage.cache_read_input_tokens),
    cacheWrite: written - hour,
    cacheWrite1h: hour,
    output,
    reasoning: Math.min(output, count(usage.output_tokens_details?.thinking_tokens)),
    ...(searches > 0 && { searches }),
    ...(typeof place === 'string' && { place }),
  };
}

/** Our counts as Anthropic's usage object; the details only where there is something to tell. */
export function writeUsage(usage: TokenUsage): JsonObject {
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: usage.cacheWrite + usage.cacheWrite1h,
    cache_read_input_tokens: usage.cached,
    cache_creation: {
      ephemeral_5m_input_tokens: usage.cacheWrite,
      ephemeral_1h_input_tokens: usage.cacheWrite1h,
    },
    output_tokens: usage.output,
    ...(usage.reasoning > 0 && { output_tokens_details: { thinking_tokens: usage.reasoning } }),
    ...(usage.searches !== undefined && {
      server_tool_use: { web_search_requests: usage.searches, web_fetch_requests: 0 },
    }),
    ...(usage.place !== undefined && { inference_geo: usage.place }),
  };
}

/** `{"type":"error","error":{"type","message"}}`, as a body and as an event. */
export function messagesFailure(value: unknown): ProviderFailure | undefined {
  const error = (value as { error?: { type?: unknown; message?: unknown } | null } | null)?.error;
  if (typeof error !== 'object' || error === null) return undefined;
  const type = typeof error.type === 'string' ? error.type : 'api_error';
  return {
    message: typeof error.message === 'string' ? error.message : 'The provider reported an error.',
    type,
    code: type,
  };
}
