import { ANTHROPIC_HEADERS, openaiCompatible } from './provider.ts';

/** Source: the Novita AI documentation, "LLM API" and "Anthropic SDK compatibility". */
export const novita = openaiCompatible('novita', 'NovitaAI', 'https://api.novita.ai/v3/openai', {
  formats: { 'openai-chat': '/chat/completions', 'anthropic-messages': '^/anthropic/v1/messages' },
  forward: ANTHROPIC_HEADERS,
  chat: { developerRole: false },
});
