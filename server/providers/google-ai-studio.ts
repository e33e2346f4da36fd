import type { Provider } from './provider.ts';

/** Source: the Gemini API reference, "Generating content". What its "OpenAI compatibility" leaves out is to be had here alone. */
export const googleAiStudio: Provider = {
  name: 'google-ai-studio',
  title: 'Google AI Studio',
  formats: {
    gemini: ({ model, stream }) =>
      `/models/${encodeURIComponent(model)}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
  },
  countPath: { gemini: (path) => path.replace(/:[^:]*$/, ':countTokens') },
  baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
  version: '/v1beta',
  otherDoor: '/openai',
  authorize: (key) => ({ 'x-goog-api-key': key }),
  forward: [],
  outputLimitField: 'max_tokens',
  mixesTools: true,
};
