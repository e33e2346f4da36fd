import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the Together AI documentation, "OpenAI compatibility". */
export const togetherAi = openaiCompatible('together-ai', 'Together AI', 'https://api.together.xyz/v1');
