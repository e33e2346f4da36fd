import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the SiliconFlow API reference, "Chat Completions". */
export const siliconflow = openaiCompatible('siliconflow', 'SiliconFlow', 'https://api.siliconflow.com/v1', {
  anyModel: true,
  chat: { reasoning: 'enable_thinking', developerRole: false },
});
