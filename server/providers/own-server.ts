import { ANTHROPIC_HEADERS, type ChatQuirks, openaiCompatible, type Provider } from './provider.ts';

/** A server on one's own machine: at a port of its own, with whatever models were loaded, and no key unless it was given one. */
export function ownServer(name: string, title: string, port: number, chat: ChatQuirks = {}): Provider {
  return openaiCompatible(name, title, `http://127.0.0.1:${port}/v1`, {
    formats: { 'openai-chat': '/chat/completions', 'anthropic-messages': '/messages' },
    forward: ANTHROPIC_HEADERS,
    keyless: true,
    anyModel: true,
    chat: { developerRole: false, ...chat },
  });
}
