import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the Fireworks documentation, "OpenAI compatibility". */
export const fireworks = openaiCompatible('fireworks', 'Fireworks AI', 'https://api.fireworks.ai/inference/v1');
