import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the Cerebras inference documentation. */
export const cerebras = openaiCompatible('cerebras', 'Cerebras', 'https://api.cerebras.ai/v1');
