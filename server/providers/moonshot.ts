import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the Moonshot platform documentation. */
export const moonshot = openaiCompatible('moonshot', 'Moonshot AI', 'https://api.moonshot.ai/v1');
