import { openaiCompatible } from './provider.ts';

/** Source: the Cerebras Inference documentation, "OpenAI Compatibility" and "Reasoning". It answers the penalties with 400. */
export const cerebras = openaiCompatible('cerebras', 'Cerebras', 'https://api.cerebras.ai/v1', {
  outputLimitField: 'max_completion_tokens',
  chat: {
    drops: ['frequency_penalty', 'presence_penalty', 'logit_bias'],
    developerRole: false,
    models: [
      { startsWith: ['gpt-oss'], efforts: ['low', 'medium', 'high'] },
      { startsWith: ['qwen'], efforts: ['none', 'low', 'medium', 'high'] },
    ],
  },
});
