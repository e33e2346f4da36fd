import type { NeutralRequest } from '../dialects/neutral/request.ts';
import { openaiCompatible } from './provider.ts';

/** Models that answer at `/responses` alone. */
const RESPONSES_ONLY = /codex|-pro(?:-|$)|deep-research|computer-use/;
/** From GPT-5.4 on, chat completions refuses tools together with reasoning. */
const NO_TOOLS_WITH_REASONING = /^gpt-(?:5\.[4-9]|[6-9]|\d\d)/;

/**
 * Source: the OpenAI API reference, and its guides "Migrate to the Responses API" and "Using the latest model". Reasoning
 * models refuse `max_tokens`; all chat models take `max_completion_tokens`.
 */
export const openai = openaiCompatible('openai', 'OpenAI', 'https://api.openai.com/v1', {
  formats: { 'openai-chat': '/chat/completions', 'openai-responses': '/responses' },
  forward: ['openai-beta'],
  outputLimitField: 'max_completion_tokens',
  chat: { strict: true },
  prefers(model, request) {
    return RESPONSES_ONLY.test(model) || searchesTheWeb(request) || reasonsOverTools(model, request)
      ? 'openai-responses'
      : undefined;
  },
});

function searchesTheWeb({ tools }: NeutralRequest): boolean {
  return tools?.some(({ type }) => type === 'web_search') ?? false;
}

function reasonsOverTools(model: string, { tools, reasoning }: NeutralRequest): boolean {
  if (!tools?.length || !NO_TOOLS_WITH_REASONING.test(model)) return false;
  return reasoning !== undefined && reasoning.effort !== 'none';
}
