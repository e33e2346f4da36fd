import { ANTHROPIC_HEADERS, openaiCompatible } from './provider.ts';

/**
 * Source: the DeepSeek API documentation, "Thinking Mode", "JSON Output" and "Anthropic API". It thinks unless told not to,
 * takes every effort and maps it itself, and wants the thoughts that led to tool calls back.
 */
export const deepseek = openaiCompatible('deepseek', 'DeepSeek', 'https://api.deepseek.com/v1', {
  formats: { 'openai-chat': '/chat/completions', 'anthropic-messages': '^/anthropic/v1/messages' },
  forward: ANTHROPIC_HEADERS,
  chat: {
    reasoning: 'thinking',
    efforts: ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'],
    reasoningBack: 'reasoning_content',
    jsonSchema: false,
    developerRole: false,
  },
});
