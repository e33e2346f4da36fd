import type { Format } from '../../../server/dialects/dialect.ts';
import type { Caller } from './caller.ts';
import { chat } from './callers/chat.ts';
import { gemini } from './callers/gemini.ts';
import { messages } from './callers/messages.ts';
import { responses } from './callers/responses.ts';

/** Every caller format by its official SDK. */
export const CALLERS: Readonly<Record<Format, Caller>> = {
  'openai-chat': chat,
  'openai-responses': responses,
  'anthropic-messages': messages,
  gemini,
};

/** What the issue of the matrix asks of each pair. */
export const SCENARIOS = [
  'text',
  'tools',
  'parallel',
  'image',
  'reasoning',
  'structured',
  'long',
  'refusal',
  'length',
] as const;

export const FORMATS = Object.keys(CALLERS) as Format[];
