import type { ProviderFailure } from '../dialect.ts';
import { isObject, type JsonObject } from '../lossless.ts';
import { tokenCount as count, type TokenUsage, totalInput } from '../neutral.ts';

/** OpenAI's counts into ours: `input_tokens` includes what was cached or written to a cache, `output_tokens` reasoning. */
export function responsesUsage(value: unknown): TokenUsage | undefined {
  if (!isObject(value)) return undefined;
  if (typeof value.input_tokens !== 'number' && typeof value.output_tokens !== 'number') return undefined;
  const before = isObject(value.input_tokens_details) ? value.input_tokens_details : {};
  const after = isObject(value.output_tokens_details) ? value.output_tokens_details : {};
  const input = count(value.input_tokens);
  const cached = Math.min(input, count(before.cached_tokens));
  const written = Math.min(input - cached, count(before.cache_write_tokens));
  const hour = Math.min(written, count(before.cache_write_1h_tokens));
  const usage: TokenUsage = {
    input: input - cached - written,
    cached,
    cacheWrite: written - hour,
    cacheWrite1h: hour,
    output: count(value.output_tokens),
    reasoning: count(after.reasoning_tokens),
  };
  if (count(before.audio_tokens) > 0) usage.audioInput = count(before.audio_tokens);
  if (count(before.image_tokens) > 0) usage.imageInput = count(before.image_tokens);
  if (count(after.audio_tokens) > 0) usage.audioOutput = count(after.audio_tokens);
  if (count(after.image_tokens) > 0) usage.imageOutput = count(after.image_tokens);
  return usage;
}

/** Our counts as OpenAI's usage object. What OpenAI has no name for stands under the nearest one it could have. */
export function responsesUsageObject(usage: TokenUsage): JsonObject {
  const input = totalInput(usage);
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: usage.cached,
      cache_write_tokens: usage.cacheWrite + usage.cacheWrite1h,
      ...(usage.cacheWrite1h > 0 && { cache_write_1h_tokens: usage.cacheWrite1h }),
      ...(usage.audioInput !== undefined && { audio_tokens: usage.audioInput }),
      ...(usage.imageInput !== undefined && { image_tokens: usage.imageInput }),
    },
    output_tokens: usage.output,
    output_tokens_details: {
      reasoning_tokens: usage.reasoning,
      ...(usage.audioOutput !== undefined && { audio_tokens: usage.audioOutput }),
      ...(usage.imageOutput !== undefined && { image_tokens: usage.imageOutput }),
    },
    total_tokens: input + usage.output,
  };
}

/**
 * The error in a body (`{"error":{…}}`), in `response.failed` (`{"response":{"error":{…}}}`) or in an `error` event, whose
 * members stand at the top or, as some servers send it, under `error`.
 */
export function responsesFailure(value: unknown): ProviderFailure | undefined {
  if (!isObject(value)) return undefined;
  const response = isObject(value.response) ? value.response : undefined;
  const found = value.error ?? response?.error ?? (value.type === 'error' ? value : undefined);
  if (typeof found === 'string') return { message: found, type: 'api_error', code: null };
  if (!isObject(found)) return undefined;
  const { message, type, code } = found;
  return {
    message: typeof message === 'string' ? message : 'The provider reported an error.',
    type: typeof type === 'string' && type !== 'error' ? type : 'api_error',
    code: typeof code === 'string' || typeof code === 'number' ? String(code) : null,
  };
}

/** The same of an event that is one, whatever it says. */
export function failureOf(event: unknown): ProviderFailure {
  return responsesFailure(event) ?? { message: 'The provider reported an error.', type: 'api_error', code: null };
}

/** A member that should be a string, as one. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
