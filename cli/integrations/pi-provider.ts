import type { Json } from '../documents/document.ts';
import type { Model } from '../offered-models.ts';
import type { Wiring } from './integration.ts';
import { has, perMillion, speaksMessages } from './model-facts.ts';

/**
 * The gateway as a provider of Pi, and of OpenClaw, which took its shape over. Claude models go through Anthropic's own
 * format, whose path the client puts `/v1` before.
 */
export function piProvider({ apiUrl, models }: Wiring, apiKey: Json) {
  return {
    baseUrl: `${apiUrl}/v1`,
    api: 'openai-completions',
    apiKey,
    models: models.map((model) => ({
      ...facts(model),
      ...(speaksMessages(model) ? { api: 'anthropic-messages', baseUrl: apiUrl } : {}),
    })),
  };
}

/** Prices are USD per million tokens; all four must be there. */
function facts(model: Model) {
  const { id, name, context_window, max_output_tokens, pricing } = model;
  return {
    id,
    name,
    reasoning: has(model, 'reasoning'),
    input: has(model, 'vision') ? ['text', 'image'] : ['text'],
    ...(context_window === null ? {} : { contextWindow: context_window }),
    ...(max_output_tokens === null ? {} : { maxTokens: max_output_tokens }),
    cost: {
      input: perMillion(pricing?.input) ?? 0,
      output: perMillion(pricing?.output) ?? 0,
      cacheRead: perMillion(pricing?.cached_input ?? pricing?.input) ?? 0,
      cacheWrite: perMillion(pricing?.cache_write) ?? 0,
    },
  };
}
