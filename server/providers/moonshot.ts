import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the Moonshot platform documentation. */
export const moonshot = openaiCompatible('moonshot', 'https://api.moonshot.ai/v1');
