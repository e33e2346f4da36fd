import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the EmberCloud documentation. */
export const embercloud = openaiCompatible('embercloud', 'EmberCloud', 'https://api.embercloud.ai/v1', {
  anyModel: true,
});
