import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the Perplexity API reference. */
export const perplexity = openaiCompatible('perplexity', 'Perplexity', 'https://api.perplexity.ai');
