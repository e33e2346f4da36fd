import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the SambaNova Cloud documentation, "OpenAI compatibility". */
export const sambanova = openaiCompatible('sambanova', 'SambaNova', 'https://api.sambanova.ai/v1', {
  anyModel: true,
});
