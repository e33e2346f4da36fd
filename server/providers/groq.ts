import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the Groq API reference. */
export const groq = openaiCompatible('groq', 'Groq', 'https://api.groq.com/openai/v1');
