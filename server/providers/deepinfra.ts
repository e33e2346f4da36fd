import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the DeepInfra documentation, "OpenAI API". */
export const deepinfra = openaiCompatible('deepinfra', 'DeepInfra', 'https://api.deepinfra.com/v1/openai', {
  anyModel: true,
  // The list of models is public.
  modelsPath: null,
});
