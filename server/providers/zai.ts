import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the Z.ai developer documentation. */
export const zai = openaiCompatible('zai', 'Z.ai', 'https://api.z.ai/api/paas/v4');
