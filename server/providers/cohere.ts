import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the Cohere documentation, "Compatibility API". */
export const cohere = openaiCompatible('cohere', 'Cohere', 'https://api.cohere.ai/compatibility/v1', {
  anyModel: true,
  chat: { efforts: ['none', 'high'] },
});
