import { openaiCompatible } from './provider.ts';

/**
 * Source: the Mistral API reference and its page "Reasoning". It refuses members that it does not know with 422, and tells
 * the usage of a stream unasked.
 */
export const mistral = openaiCompatible('mistral', 'Mistral AI', 'https://api.mistral.ai/v1', {
  chat: {
    drops: [
      'logit_bias',
      'logprobs',
      'top_logprobs',
      'user',
      'store',
      'service_tier',
      'verbosity',
      'safety_identifier',
    ],
    renames: { seed: 'random_seed' },
    reasoning: 'none',
    streamOptions: false,
    developerRole: false,
    models: [
      { startsWith: ['mistral-small', 'mistral-medium'], reasoning: 'reasoning_effort', efforts: ['none', 'high'] },
    ],
  },
});
