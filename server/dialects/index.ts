import { anthropicMessages } from './anthropic-messages/index.ts';
import { provider as bedrockConverse } from './bedrock-converse/index.ts';
import type { ProviderFormat } from './dialect.ts';
import { gemini } from './gemini/index.ts';
import { openaiChat } from './openai-chat/index.ts';
import { openaiResponses } from './openai-responses/index.ts';
import type { ProviderSide } from './translation.ts';

/** What providers may speak. */
export const PROVIDER_SIDES: Readonly<Record<ProviderFormat, ProviderSide>> = {
  'openai-chat': openaiChat.provider,
  'openai-responses': openaiResponses.provider,
  'anthropic-messages': anthropicMessages.provider,
  gemini: gemini.provider,
  'bedrock-converse': bedrockConverse,
};
