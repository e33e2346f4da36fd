import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the Hyperbolic documentation, "OpenAI compatibility". */
export const hyperbolic = openaiCompatible('hyperbolic', 'Hyperbolic', 'https://api.hyperbolic.xyz/v1', {
  anyModel: true,
});
