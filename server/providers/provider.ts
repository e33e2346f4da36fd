import type { Format } from '../dialects/dialect.ts';

/** One upstream as data: where it is, what it speaks, how it is asked. */
export interface Provider {
  /** Our name of it, in lower case with dashes: `LLM_<NAME>_API_KEY` configures it. */
  name: string;
  /** What it speaks. */
  format: Format;
  /** Without a trailing slash, up to and including the version: the dialect's path is put behind it. */
  baseUrl: string;
  /** The headers that carry a key. */
  authorize(key: string): Record<string, string>;
  /** Headers that every request to it needs. */
  headers?: Record<string, string>;
  /** Request headers of callers that it understands and that travel on. */
  forward: readonly string[];
  /** The field it reads an output limit from when the caller named none. */
  outputLimitField: 'max_tokens' | 'max_completion_tokens';
}

/** An OpenAI-compatible provider: most of them differ in their address alone. */
export function openaiCompatible(name: string, baseUrl: string, quirks: Partial<Provider> = {}): Provider {
  return {
    name,
    format: 'openai-chat',
    baseUrl,
    authorize: (key) => ({ authorization: `Bearer ${key}` }),
    forward: [],
    outputLimitField: 'max_tokens',
    ...quirks,
  };
}
