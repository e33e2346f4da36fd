import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the Nebius Token Factory documentation (once AI Studio). */
export const nebius = openaiCompatible('nebius', 'Nebius', 'https://api.tokenfactory.nebius.com/v1');
