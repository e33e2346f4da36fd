import { ownServer } from './own-server.ts';

/** Source: the llama.cpp server's README. */
export const llamaCpp = ownServer('llama-cpp', 'llama.cpp', 8080);
