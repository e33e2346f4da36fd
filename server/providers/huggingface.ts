import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the Hugging Face documentation, "Inference Providers". */
export const huggingface = openaiCompatible('huggingface', 'Hugging Face', 'https://router.huggingface.co/v1', {
  anyModel: true,
  // The list of models is public.
  modelsPath: null,
});
