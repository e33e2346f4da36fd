import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the Novita AI documentation. */
export const novita = openaiCompatible('novita', 'NovitaAI', 'https://api.novita.ai/v3/openai');
