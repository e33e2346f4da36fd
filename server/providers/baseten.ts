import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the Baseten documentation, "Model APIs". */
export const baseten = openaiCompatible('baseten', 'Baseten', 'https://inference.baseten.co/v1', {
  anyModel: true,
});
