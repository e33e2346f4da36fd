import { openaiCompatible } from './provider.ts';

/**
 * Source: the Groq API reference, "OpenAI compatibility" and "Reasoning". Its Responses API is a beta that refuses what
 * agents send (`store`, `include`, `prompt_cache_key`), so it is asked in chat completions alone.
 */
export const groq = openaiCompatible('groq', 'Groq', 'https://api.groq.com/openai/v1', {
  outputLimitField: 'max_completion_tokens',
  chat: {
    drops: ['logprobs', 'logit_bias', 'top_logprobs'],
    reasoning: 'none',
    models: [
      {
        startsWith: ['openai/gpt-oss'],
        reasoning: 'reasoning_effort',
        efforts: ['low', 'medium', 'high'],
        reasoningBack: 'reasoning',
      },
      { startsWith: ['qwen/'], adds: { reasoning_format: 'parsed' } },
    ],
  },
});
