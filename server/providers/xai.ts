import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the xAI API reference. */
export const xai = openaiCompatible('xai', 'xAI', 'https://api.x.ai/v1');
