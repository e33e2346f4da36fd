import { ANTHROPIC_HEADERS, openaiCompatible } from './provider.ts';

/**
 * Source: the Kimi Open Platform documentation, "Using Thinking Models", "Parameter Comparison" and "Agent Support". The
 * sampling of the newer models is fixed: another temperature is refused.
 */
export const moonshot = openaiCompatible('moonshot', 'Moonshot AI', 'https://api.moonshot.ai/v1', {
  formats: { 'openai-chat': '/chat/completions', 'anthropic-messages': '^/anthropic/v1/messages' },
  forward: ANTHROPIC_HEADERS,
  outputLimitField: 'max_completion_tokens',
  chat: {
    reasoning: 'none',
    reasoningBack: 'reasoning_content',
    developerRole: false,
    models: [
      {
        startsWith: ['kimi-k3'],
        reasoning: 'reasoning_effort',
        efforts: ['low', 'high', 'max'],
        drops: ['temperature', 'top_p', 'presence_penalty', 'frequency_penalty'],
      },
      {
        startsWith: ['kimi-k2.5', 'kimi-k2.6'],
        reasoning: 'thinking',
        drops: ['temperature', 'top_p', 'presence_penalty', 'frequency_penalty'],
      },
      { startsWith: ['kimi-k2.7'], drops: ['temperature', 'top_p', 'presence_penalty', 'frequency_penalty'] },
    ],
  },
});
