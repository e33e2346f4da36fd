import { openaiCompatible } from './provider.ts';

/**
 * Source: the xAI API reference and its guide "Reasoning". Searches are to be had at `/responses` alone; models that reason
 * refuse the penalties, and of the older ones only Grok 3 Mini takes an effort.
 */
export const xai = openaiCompatible('xai', 'xAI', 'https://api.x.ai/v1', {
  formats: { 'openai-chat': '/chat/completions', 'openai-responses': '/responses' },
  forward: ['x-grok-conv-id'],
  outputLimitField: 'max_completion_tokens',
  prefers: (_model, { tools }) => (tools?.some(({ type }) => type === 'web_search') ? 'openai-responses' : undefined),
  chat: {
    drops: ['presence_penalty', 'frequency_penalty', 'logit_bias'],
    efforts: ['none', 'low', 'medium', 'high'],
    models: [
      { startsWith: ['grok-3-mini'], efforts: ['low', 'high'] },
      { startsWith: ['grok-4.20', 'grok-4-', 'grok-code-', 'grok-3'], reasoning: 'none' },
    ],
  },
});
