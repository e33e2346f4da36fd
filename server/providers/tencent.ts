import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the Tencent Hunyuan documentation, "OpenAI compatible interface". */
export const tencent = openaiCompatible('tencent', 'Tencent Hunyuan', 'https://api.hunyuan.cloud.tencent.com/v1', {
  anyModel: true,
  chat: { reasoning: 'none', developerRole: false },
});
