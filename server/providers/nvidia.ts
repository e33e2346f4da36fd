import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the NVIDIA API catalogue, "LLM APIs". */
export const nvidia = openaiCompatible('nvidia', 'NVIDIA NIM', 'https://integrate.api.nvidia.com/v1', {
  anyModel: true,
  // The list of models is public.
  modelsPath: null,
});
