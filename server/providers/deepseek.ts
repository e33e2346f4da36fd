import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the DeepSeek API documentation. */
export const deepseek = openaiCompatible('deepseek', 'DeepSeek', 'https://api.deepseek.com/v1');
