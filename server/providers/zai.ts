import { ANTHROPIC_HEADERS, openaiCompatible } from './provider.ts';

/**
 * Source: the Z.ai developer documentation, "Thinking Mode", "Structured Output" and "Claude Code". Efforts are told apart
 * from GLM-5.2 on.
 */
export const zai = openaiCompatible('zai', 'Z.ai', 'https://api.z.ai/api/paas/v4', {
  formats: { 'openai-chat': '/chat/completions', 'anthropic-messages': '^/api/anthropic/v1/messages' },
  forward: ANTHROPIC_HEADERS,
  chat: {
    reasoning: 'thinking',
    reasoningBack: 'reasoning_content',
    jsonSchema: false,
    developerRole: false,
    models: [
      { startsWith: ['glm-5.2', 'glm-5.3'], efforts: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] },
    ],
  },
});
