import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the OpenRouter API reference. */
export const openrouter = openaiCompatible('openrouter', 'OpenRouter', 'https://openrouter.ai/api/v1');
