import { ownServer } from './own-server.ts';

/** Source: the Ollama documentation, "OpenAI compatibility" and "Anthropic compatibility". */
export const ollama = ownServer('ollama', 'Ollama', 11434, { reasoning: 'reasoning_effort' });
