import { ANTHROPIC_HEADERS, openaiCompatible } from './provider.ts';

/** Source: the Xiaomi MiMo API documentation, "OpenAI API" and "Anthropic API". */
export const xiaomi = openaiCompatible('xiaomi', 'Xiaomi MiMo', 'https://api.xiaomimimo.com/v1', {
  formats: { 'openai-chat': '/chat/completions', 'anthropic-messages': '^/anthropic/v1/messages' },
  forward: ANTHROPIC_HEADERS,
  outputLimitField: 'max_completion_tokens',
  anyModel: true,
  chat: { reasoning: 'thinking', reasoningBack: 'reasoning_content', developerRole: false },
});
