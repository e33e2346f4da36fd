import { ANTHROPIC_HEADERS, openaiCompatible } from './provider.ts';

/**
 * Source: the MiniMax API documentation, "OpenAI API Compatible" and "Anthropic API Compatible". Without `reasoning_split`
 * the thoughts stand in the text. M2 models always think.
 */
export const minimax = openaiCompatible('minimax', 'MiniMax', 'https://api.minimax.io/v1', {
  formats: { 'openai-chat': '/chat/completions', 'anthropic-messages': '^/anthropic/v1/messages' },
  forward: ANTHROPIC_HEADERS,
  outputLimitField: 'max_completion_tokens',
  chat: {
    reasoning: 'thinking',
    thinkingOn: 'adaptive',
    reasoningBack: 'reasoning_details',
    adds: { reasoning_split: true },
    jsonSchema: false,
    developerRole: false,
    models: [{ startsWith: ['MiniMax-M2'], reasoning: 'none' }],
  },
});
