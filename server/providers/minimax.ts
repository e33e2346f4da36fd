import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the MiniMax API documentation. */
export const minimax = openaiCompatible('minimax', 'https://api.minimax.io/v1');
