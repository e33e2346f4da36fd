import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the Fireworks documentation, "OpenAI compatibility" and "Reasoning". */
export const fireworks = openaiCompatible('fireworks', 'Fireworks AI', 'https://api.fireworks.ai/inference/v1', {
  chat: { reasoningBack: 'reasoning_content' },
});
