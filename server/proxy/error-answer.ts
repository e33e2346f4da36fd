import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayError } from '../../shared/errors.ts';
import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { gemini } from '../dialects/gemini/index.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { newRequestId } from '../store/ids.ts';
import { drain } from './read-body.ts';

const NO_RETRY = new Set([401, 402, 403, 404]);

/** Google's clients send their key in a header of its own, and their paths have a version or a method of Google's. */
const GOOGLE_PATH =
  /^\/(v1beta|v1alpha|gemini)\b|:(generateContent|streamGenerateContent|countTokens|embedContent|batchEmbedContents)\b/;

/** In whose terms a request that no dialect took is answered: Anthropic's clients say which version they speak. */
function dialectOf(request: IncomingMessage): Dialect {
  if (request.headers['x-goog-api-key'] !== undefined || GOOGLE_PATH.test(request.url ?? '')) return gemini;
  const anthropic =
    request.headers['anthropic-version'] !== undefined || /^\/anthropic\b|\/messages\b/.test(request.url ?? '');
  return anthropic ? anthropicMessages : openaiChat;
}

/** Answers with an error in the caller's terms, outside of any exchange. */
export function answerError(request: IncomingMessage, response: ServerResponse, error: GatewayError): void {
  const dialect = dialectOf(request);
  const id = newRequestId(Date.now());
  sendError(request, response, { dialect, id, status: error.status ?? 500, body: dialect.errorBody(error, id), error });
}

/** Sends an error body, ours or a provider's own, with the headers that every error has. What is still uploaded is read on. */
export function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  answer: {
    dialect: Dialect;
    id: string;
    status: number;
    body: string | Buffer;
    error: GatewayError;
    /** In place of the error's own, as the flat list that node takes. */
    headers?: readonly string[];
  },
): void {
  const { dialect, id, status, body, error } = answer;
  const headers: string[] = [
    'content-type',
    'application/json',
    'content-length',
    String(Buffer.byteLength(body)),
    'x-request-id',
    id,
    // Anthropic's envelope has no place for a code.
    'x-gateway-error-code',
    error.code,
  ];
  if (dialect.format === 'anthropic-messages') headers.push('request-id', id);
  if (NO_RETRY.has(status)) headers.push('x-should-retry', 'false');
  if (error.retryAfterS) headers.push('retry-after', String(Math.ceil(error.retryAfterS)));
  else if (status === 429 || status === 503) headers.push('retry-after', '1');
  headers.push(...(answer.headers ?? error.headers));
  if (status === 405) headers.push('allow', error.param ?? 'POST');
  response.writeHead(status, headers);
  response.end(request.method === 'HEAD' ? undefined : body);
  drain(request);
}
