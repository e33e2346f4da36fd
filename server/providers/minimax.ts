import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the MiniMax API documentation. */
export const minimax = openaiCompatible('minimax', 'MiniMax', 'https://api.minimax.io/v1');
