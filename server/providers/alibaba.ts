import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: Alibaba Cloud Model Studio, "OpenAI compatible" (international region). */
export const alibaba = openaiCompatible(
  'alibaba',
  'Alibaba Cloud',
  'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
);
