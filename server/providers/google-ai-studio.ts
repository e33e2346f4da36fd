import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the Gemini API documentation, "OpenAI compatibility". */
export const googleAiStudio = openaiCompatible(
  'google-ai-studio',
  'Google AI Studio',
  'https://generativelanguage.googleapis.com/v1beta/openai',
);
