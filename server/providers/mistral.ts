import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the Mistral API reference. */
export const mistral = openaiCompatible('mistral', 'Mistral AI', 'https://api.mistral.ai/v1');
