import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the Nebius AI Studio documentation. */
export const nebius = openaiCompatible('nebius', 'Nebius', 'https://api.studio.nebius.com/v1');
