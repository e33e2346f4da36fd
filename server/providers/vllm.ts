import { ownServer } from './own-server.ts';

/** Source: the vLLM documentation, "OpenAI-Compatible Server". */
export const vllm = ownServer('vllm', 'vLLM', 8000);
