import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayError } from '../../shared/errors.ts';
import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import type { Dialect, PathFacts } from '../dialects/dialect.ts';
import { gemini } from '../dialects/gemini/index.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiResponses } from '../dialects/openai-responses/index.ts';
import type { Services } from '../services.ts';
import { type Counting, countTokens, GEMINI_COUNT, MESSAGES_COUNT } from './count-tokens.ts';
import { geminiEmbeddings, openAiEmbeddings } from './embeddings.ts';
import { answerError } from './error-answer.ts';
import { handle } from './handle.ts';
import { models } from './models.ts';
import { moderations } from './moderations.ts';
import { cancelResponse, storedInput, storedResponse } from './stored-responses.ts';
import { handleUnary, type Unary } from './unary.ts';

/** What the data plane does at a path. */
export interface Route {
  /** GET answers HEAD, too. */
  methods: readonly ('GET' | 'POST' | 'DELETE')[];
  /** Answers, failures included. A promise that rejects is our own fault. */
  run(services: Services, request: IncomingMessage, response: ServerResponse): void | Promise<void>;
}

const NO_FACTS: PathFacts = Object.freeze({});

/** A completion in this dialect. */
const completion = (dialect: Dialect, path: PathFacts = NO_FACTS): Route => ({
  methods: ['POST'],
  run: (services, request, response) => handle(services, request, response, dialect, path),
});

/** A call with one whole answer that generates no text. */
const unary = (kind: Unary): Route => ({
  methods: ['POST'],
  run: (services, request, response) => handleUnary(services, request, response, kind),
});

/** The number of tokens in a request of this format. */
const counting = (of: Counting, path: PathFacts = NO_FACTS): Route => ({
  methods: ['POST'],
  run: (services, request, response) => countTokens(services, request, response, of, path),
});

const modelsAt = (id: string | undefined): Route => ({
  // A name may have a colon in it, and what follows the colon of a POST is a method.
  methods: id?.includes(':') ? ['GET', 'POST'] : ['GET'],
  run: (services, request, response) =>
    request.method === 'POST' ? noSuchMethod(request, response, id!) : models(services, request, response, id),
});

function noSuchMethod(request: IncomingMessage, response: ServerResponse, id: string): void {
  const method = id.slice(id.lastIndexOf(':') + 1).slice(0, 100);
  const message = `A model has no method ${method}. There are ${[...OF_A_MODEL.keys()].join(', ')}.`;
  answerError(request, response, new GatewayError('not_found', message));
}

/** By path below the version: `/v1/chat/completions` is `chat/completions`. */
const FIXED: ReadonlyMap<string, Route> = new Map([
  ['chat/completions', completion(openaiChat)],
  ['responses', completion(openaiResponses)],
  ['messages', completion(anthropicMessages)],
  ['embeddings', unary(openAiEmbeddings)],
  ['moderations', unary(moderations)],
  ['messages/count_tokens', counting(MESSAGES_COUNT)],
]);

/** What may be asked of one model, by what stands behind the colon: `models/<model>:generateContent`. */
const OF_A_MODEL: ReadonlyMap<string, (model: string, query: string) => Route> = new Map([
  ['countTokens', (model) => counting(GEMINI_COUNT, { model })],
  ['generateContent', (model) => completion(gemini, { model, stream: false })],
  [
    'streamGenerateContent',
    (model, query) => completion(gemini, { model, stream: true, sse: new URLSearchParams(query).get('alt') === 'sse' }),
  ],
  ['embedContent', (model) => unary(geminiEmbeddings(model, 'embedContent'))],
  ['batchEmbedContents', (model) => unary(geminiEmbeddings(model, 'batchEmbedContents'))],
]);

/** What may be asked of a kept response. */
function ofAResponse([id = '', act, ...more]: readonly string[]): Route | undefined {
  if (id === '' || more.length > 0) return undefined;
  if (act === undefined)
    return {
      methods: ['GET', 'DELETE'],
      run: (services, request, response) => storedResponse(services, request, response, id),
    };
  if (act === 'input_items')
    return { methods: ['GET'], run: (services, request, response) => storedInput(services, request, response, id) };
  return act === 'cancel' ? { methods: ['POST'], run: cancelResponse } : undefined;
}

/** Paths with an id in them, by their first part. */
const BY_FIRST_PART: ReadonlyMap<string, (rest: readonly string[]) => Route | undefined> = new Map([
  ['responses', ofAResponse],
]);

const DIALECT_PREFIXES = new Set(['openai', 'anthropic', 'gemini']);
const VERSION = /^v1(alpha|beta)?$/;
/** The scheme and host of a request target in absolute form (RFC 9112, 3.2.2). */
const ABSOLUTE = /^https?:\/\/[^/]*/;

/** The paths that well-behaved clients ask for, found without looking at their parts. */
const DIRECT: ReadonlyMap<string, Route> = new Map([...FIXED].map(([path, route]) => [`/v1/${path}`, route]));

/**
 * The data plane's route of a request path, or undefined when it is not the data plane's. Every path works below
 * `/v1`, `/v1beta`, `/openai/v1`, `/anthropic/v1`, `/gemini/v1beta` and bare, with a version doubled or missing: any base URL that is pasted works.
 */
export function routeOf(url: string): Route | undefined {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const direct = DIRECT.get(path);
  if (direct) return direct;
  const all = path.replace(ABSOLUTE, '').split('/').filter(Boolean);
  const parts = [...all];
  while (DIALECT_PREFIXES.has(parts[0] ?? '') || VERSION.test(parts[0] ?? '')) parts.shift();
  const fixed = FIXED.get(parts.join('/'));
  if (fixed) return fixed;
  const query = mark < 0 ? '' : url.slice(mark + 1);
  if (parts[0] !== 'models') {
    return BY_FIRST_PART.get(parts[0] ?? '')?.(parts.slice(1).map(decode)) ?? actOn(unprefixed(all), query);
  }
  if (parts.length > 4) return undefined;
  const id = parts.slice(1).map(decode).join('/');
  return actOn(id, query) ?? modelsAt(id === '' ? undefined : id);
}

/** `<model>:generateContent` and its like. */
function actOn(id: string, query: string): Route | undefined {
  const colon = id.lastIndexOf(':');
  const act = colon > 0 ? OF_A_MODEL.get(id.slice(colon + 1)) : undefined;
  return act?.(id.slice(0, colon), query);
}

/** The `ai` package takes a name with a slash for a whole path: `/v1beta/openai/gpt-5:generateContent`, without `models/`. */
function unprefixed(parts: readonly string[]): string {
  const rest = parts.slice(parts.findLastIndex((part) => VERSION.test(part)) + 1);
  return rest.length > 3 ? '' : rest.map(decode).join('/');
}

/** True for paths that only clients of the data plane ask for, so that an unknown one is answered in their terms. */
export function isDataPath(url: string): boolean {
  return /^\/(v1|v1alpha|v1beta|openai|anthropic|gemini)(\/|\?|$)/.test(url);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
