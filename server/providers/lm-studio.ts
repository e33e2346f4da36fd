import { ownServer } from './own-server.ts';

/** Source: the LM Studio documentation, "OpenAI compatible endpoints" and "Anthropic compatible endpoints". */
export const lmStudio = ownServer('lm-studio', 'LM Studio', 1234);
