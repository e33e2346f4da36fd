import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the Together AI documentation, "OpenAI compatibility" and "Reasoning". */
export const togetherAi = openaiCompatible('together-ai', 'Together AI', 'https://api.together.ai/v1', {
  chat: { developerRole: false },
});
