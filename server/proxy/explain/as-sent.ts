import { EventEmitter } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { ExplainAsked } from '../../../shared/contracts/route-explain.ts';
import { anthropicMessages } from '../../dialects/anthropic-messages/index.ts';
import type { Dialect, PathFacts } from '../../dialects/dialect.ts';
import { gemini } from '../../dialects/gemini/index.ts';
import { type Scan, scanObject } from '../../dialects/json-scan.ts';
import { openaiChat } from '../../dialects/openai-chat/index.ts';
import { openaiResponses } from '../../dialects/openai-responses/index.ts';
import { sessionOf } from '../../routing/session.ts';
import { Exchange } from '../exchange.ts';

type Json = Record<string, unknown>;

/** How each format says a prompt and its messages. */
const FORMATS: Readonly<
  Record<
    ExplainAsked['format'],
    { dialect: Dialect; messages: string; usual: Json; prompt: (text: string) => unknown[] }
  >
> = {
  openai: { dialect: openaiChat, messages: 'messages', usual: {}, prompt: userMessage },
  responses: { dialect: openaiResponses, messages: 'input', usual: {}, prompt: userMessage },
  anthropic: { dialect: anthropicMessages, messages: 'messages', usual: { max_tokens: 4096 }, prompt: userMessage },
  gemini: {
    dialect: gemini,
    messages: 'contents',
    usual: {},
    prompt: (text) => [{ role: 'user', parts: [{ text }] }],
  },
};
/** What is asked where nothing is said. */
const USUAL_PROMPT = 'Hello';

/** A request as if it had been sent: an exchange with nobody at the other end. Throws `invalid_request` as for a real one. */
export function asSent(asked: ExplainAsked): { exchange: Exchange; scan: Scan } {
  const { dialect } = FORMATS[asked.format];
  const headers: IncomingHttpHeaders = {};
  for (const [name, value] of Object.entries(asked.headers ?? {})) headers[name.toLowerCase()] = value;
  if (asked.session !== undefined) headers['x-session-id'] = asked.session;
  const request = { headers, url: '/', socket: new EventEmitter() } as unknown as IncomingMessage;
  const exchange = new Exchange(request, new EventEmitter() as unknown as ServerResponse, dialect);
  const scan = scanObject(Buffer.from(JSON.stringify(bodyOf(asked))));
  exchange.facts = dialect.read(scan, pathOf(asked));
  exchange.session = sessionOf(headers, exchange.facts);
  return { exchange, scan };
}

function bodyOf({ format, model, prompt, messages, request, stream, routing }: ExplainAsked): Json {
  const { messages: member, usual, prompt: write } = FORMATS[format];
  const inPath = format === 'gemini';
  const {
    model: named,
    stream: streamed,
    ...rest
  } = request ??
  ({
    ...usual,
    [member]: messages ?? write(prompt ?? USUAL_PROMPT),
  } as Json);
  return {
    ...rest,
    ...(!inPath && { model: model ?? named }),
    ...(!inPath && (stream ?? streamed) !== undefined && { stream: stream ?? streamed }),
    ...(routing !== undefined && { routing }),
  };
}

/** Gemini's paths name the model and the method. */
function pathOf({ format, model, request, stream }: ExplainAsked): PathFacts {
  if (format !== 'gemini') return {};
  return { model: model ?? String(request?.model), stream: stream ?? request?.stream === true, sse: true };
}

function userMessage(content: string): unknown[] {
  return [{ role: 'user', content }];
}
