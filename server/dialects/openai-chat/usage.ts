import type { ProviderFailure } from '../dialect.ts';
import type { JsonObject } from '../lossless.ts';
import { tokenCount as count, type TokenUsage, totalInput } from '../neutral.ts';

type Details = Record<string, unknown> | null | undefined;

interface ChatUsage extends Record<string, unknown> {
  prompt_tokens?: unknown;
  completion_tokens?: unknown;
  total_tokens?: unknown;
  prompt_tokens_details?: Details;
  completion_tokens_details?: Details;
}

/**
 * OpenAI's counts into ours: `prompt_tokens` includes what was cached, `completion_tokens` includes reasoning. Compatible
 * providers have other names for cached tokens (DeepSeek, Moonshot), and some (xAI, Gemini) leave the reasoning out of
 * `completion_tokens`: their total tells.
 */
export function chatUsage(value: unknown): TokenUsage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const usage = value as ChatUsage;
  if (typeof usage.prompt_tokens !== 'number' && typeof usage.completion_tokens !== 'number') return undefined;
  const into = usage.prompt_tokens_details ?? {};
  const out = usage.completion_tokens_details ?? {};
  const prompt = count(usage.prompt_tokens);
  const completion = count(usage.completion_tokens);
  const cached = Math.min(
    prompt,
    count(into.cached_tokens ?? usage.prompt_cache_hit_tokens ?? usage.cached_tokens ?? usage.num_cached_tokens),
  );
  const written = Math.min(prompt - cached, count(into.cache_write_tokens ?? into.cache_creation_tokens));
  const cacheWrite1h = Math.min(written, count(into.cache_write_1h_tokens));
  const told = count(out.reasoning_tokens ?? usage.reasoning_tokens);
  const beyond = count(count(usage.total_tokens) - prompt - completion);
  const apart = beyond > 0 && (told === 0 || told === beyond) ? beyond : 0;
  return {
    input: prompt - cached - written,
    cached,
    cacheWrite: written - cacheWrite1h,
    cacheWrite1h,
    output: completion + apart,
    reasoning: told || apart,
    ...counted('audioInput', into.audio_tokens),
    ...counted('imageInput', into.image_tokens),
    ...counted('audioOutput', out.audio_tokens),
    ...counted('imageOutput', out.image_tokens),
    ...counted('searches', searchesOf(usage)),
  };
}

function counted(key: keyof TokenUsage, value: unknown): Partial<TokenUsage> {
  const tokens = count(value);
  return tokens > 0 ? { [key]: tokens } : {};
}

/** Perplexity's name, and OpenRouter's, which is Anthropic's. */
function searchesOf(usage: ChatUsage): unknown {
  return usage.num_search_queries ?? (usage.server_tool_use as Details)?.web_search_requests;
}

/** A usage object of our own making, in OpenAI's terms and in full detail; the cost is spread into it. */
export function chatUsageObject(usage: TokenUsage, cost: JsonObject = {}): JsonObject {
  const prompt = totalInput(usage);
  return {
    prompt_tokens: prompt,
    completion_tokens: usage.output,
    total_tokens: prompt + usage.output,
    prompt_tokens_details: {
      cached_tokens: usage.cached,
      cache_write_tokens: usage.cacheWrite + usage.cacheWrite1h,
      ...(usage.cacheWrite1h > 0 && { cache_write_1h_tokens: usage.cacheWrite1h }),
      audio_tokens: usage.audioInput ?? 0,
      ...(usage.imageInput && { image_tokens: usage.imageInput }),
      video_tokens: 0,
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      image_tokens: usage.imageOutput ?? 0,
      audio_tokens: usage.audioOutput ?? 0,
    },
    ...(usage.searches && { server_tool_use: { web_search_requests: usage.searches } }),
    ...cost,
  };
}

/**
 * `{"error":{"message","type","code"}}`, the bare string of some compatible providers, or the error that is the body
 * itself (vLLM, Mistral: `{"object":"error","message",…}`).
 */
export function chatFailure(value: unknown): ProviderFailure | undefined {
  const body = value as { error?: unknown; object?: unknown } | null;
  const error = body?.object === 'error' ? body : body?.error;
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
