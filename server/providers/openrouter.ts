import { ANTHROPIC_HEADERS, openaiCompatible } from './provider.ts';

/** Source: the OpenRouter API reference, "Reasoning Tokens", "Responses API" and "Anthropic Messages". */
export const openrouter = openaiCompatible('openrouter', 'OpenRouter', 'https://openrouter.ai/api/v1', {
  formats: {
    'openai-chat': '/chat/completions',
    'openai-responses': '/responses',
    'anthropic-messages': '/messages',
  },
  forward: ['http-referer', 'x-title', ...ANTHROPIC_HEADERS],
  anyModel: true,
  // The list of models is public.
  modelsPath: '/key',
  chat: { reasoning: 'reasoning', reasoningBack: 'reasoning_details' },
});
