import { openaiCompatible } from './provider.ts';

/** Source: the Perplexity API reference, "Chat Completions". Only deep research is told how hard to think. */
export const perplexity = openaiCompatible('perplexity', 'Perplexity', 'https://api.perplexity.ai', {
  modelsPath: null,
  chat: {
    reasoning: 'none',
    developerRole: false,
    models: [
      { startsWith: ['sonar-deep-research'], reasoning: 'reasoning_effort', efforts: ['low', 'medium', 'high'] },
    ],
  },
});
