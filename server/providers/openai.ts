import { openaiCompatible } from './provider.ts';

/** Source: the OpenAI API reference. Reasoning models refuse `max_tokens`; all chat models take `max_completion_tokens`. */
export const openai = openaiCompatible('openai', 'OpenAI', 'https://api.openai.com/v1', {
  forward: ['openai-beta'],
  outputLimitField: 'max_completion_tokens',
});
