import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the xAI API reference. */
export const xai = openaiCompatible('xai', 'https://api.x.ai/v1');
