import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the Inception Platform documentation. */
export const inception = openaiCompatible('inception', 'Inception', 'https://api.inceptionlabs.ai/v1', {
  anyModel: true,
});
