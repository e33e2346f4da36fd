import { isObject } from '../lossless.ts';
import type { CacheMark, Message, NeutralRequest, Tool, ToolResult, UserPart } from './request.ts';

/** Anthropic takes no more. */
export const MOST_MARKS = 4;
/** Of ours, on user messages: the newest, and the one that the turn before could have written. */
export const MOST_USER_MARKS = 2;
/** The usual length of a token, for judging what is long. */
const CHARACTERS_PER_TOKEN = 4;

/** Shortest prompts that are cached, in tokens, by model. Source: Anthropic, "Prompt caching", "Cache limitations". */
const LEAST_TOKENS: readonly (readonly [RegExp, number])[] = [
  [/opus-4-[567]|haiku-4-5|mythos-preview/, 4096],
  [/sonnet-4-6|haiku-3|3-(?:5-)?haiku/, 2048],
];
const USUAL_LEAST_TOKENS = 1024;

/** How many characters of text are long enough to be cached by this Claude model, by whatever name a provider has for it. */
export function leastCachedLength(model: string): number {
  const name = model.replaceAll('.', '-');
  const tokens = LEAST_TOKENS.find(([pattern]) => pattern.test(name))?.[1] ?? USUAL_LEAST_TOKENS;
  return tokens * CHARACTERS_PER_TOKEN;
}

export interface CacheRules {
  /** False: the project wants no marks, the caller's own included. */
  enabled: boolean;
  /** Characters from which a message is long. */
  leastLength: number;
}

/**
 * The request with prompt-cache marks on its long system prompt and its last long user messages, five minutes each, where
 * the caller has set none. The caller's own count towards the four that a provider takes; after a one-hour mark among the
 * messages no mark of five minutes may stand before it, so then none is added. The request itself is left as it is.
 */
export function withCacheMarks(request: NeutralRequest, { enabled, leastLength }: CacheRules): NeutralRequest {
  if (!enabled) return withoutMarks(request);
  const head = headLength(request.messages);
  const own = marksOf(request, head);
  let room = MOST_MARKS - own.length;
  if (room <= 0 || own.some(({ ttl, inMessages }) => inMessages && ttl === '1h')) return request;
  const messages = [...request.messages];
  const system = messages.slice(0, head);
  if (textLength(system) >= leastLength && !own.some(({ inSystem }) => inSystem)) {
    messages[head - 1] = marked(messages[head - 1]!);
    room--;
  }
  const long = userTurns(messages, head).filter((turn) => textLength(messages.slice(...turn)) >= leastLength);
  for (const [from, to] of long.slice(Math.max(0, long.length - Math.min(room, MOST_USER_MARKS)))) {
    if (messages.slice(from, to).some((message) => marksIn(message).length > 0)) continue;
    messages[to - 1] = marked(messages[to - 1]!);
  }
  return { ...request, messages };
}

/** How many messages at the beginning are the system prompt. */
function headLength(messages: readonly Message[]): number {
  const first = messages.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  return first < 0 ? messages.length : first;
}

/** What stands between two answers of the model: user messages and tool results, from and to (exclusive). */
function userTurns(messages: readonly Message[], head: number): [number, number][] {
  const turns: [number, number][] = [];
  let from = -1;
  messages.forEach(({ role }, at) => {
    const user = at >= head && (role === 'user' || role === 'tool');
    if (user && from < 0) from = at;
    if (!user && from >= 0) turns.push([from, at]);
    if (!user) from = -1;
  });
  if (from >= 0) turns.push([from, messages.length]);
  return turns;
}

function textLength(messages: readonly Message[]): number {
  let length = 0;
  for (const { content } of messages) for (const part of content) length += lengthOf(part);
  return length;
}

function lengthOf(part: Message['content'][number]): number {
  if (part.type === 'text') return part.text.length;
  if (part.type === 'document' && part.source.kind === 'text') return part.source.text.length;
  return 0;
}

/** The message with a mark on its last part that can bear one; as it is when there is none. */
function marked(message: Message): Message {
  const cache: CacheMark = { ttl: '5m' };
  if (message.role === 'tool') return { ...message, cache };
  if (message.role === 'assistant') return message;
  const at = message.content.findLastIndex(canBear);
  if (at < 0) return message;
  const content = message.content.map((part, index) => (index === at ? { ...part, cache } : part));
  return { ...message, content } as Message;
}

function canBear(part: UserPart): boolean {
  if (part.type === 'text') return part.text.trim() !== '';
  return part.type === 'image' || part.type === 'document';
}

interface OwnMark extends CacheMark {
  inMessages: boolean;
  inSystem: boolean;
}

/** The caller's marks; one at the top of a Messages body stands for the end of the conversation. */
function marksOf({ tools, messages, extras }: NeutralRequest, head: number): OwnMark[] {
  const own: OwnMark[] = [];
  for (const tool of tools)
    if ('cache' in tool && tool.cache) own.push({ ...tool.cache, inMessages: false, inSystem: false });
  messages.forEach((message, at) => {
    for (const mark of marksIn(message)) own.push({ ...mark, inMessages: at >= head, inSystem: at < head });
  });
  const top = extras.cache_control;
  if (isObject(top)) own.push({ ttl: top.ttl === '1h' ? '1h' : '5m', inMessages: true, inSystem: false });
  return own;
}

function marksIn(message: Message): CacheMark[] {
  const marks: CacheMark[] = [];
  if (message.role === 'tool' && message.cache) marks.push(message.cache);
  for (const part of message.content) if ('cache' in part && part.cache) marks.push(part.cache);
  return marks;
}

function withoutMarks(request: NeutralRequest): NeutralRequest {
  const { cache_control: _mark, ...extras } = request.extras;
  return {
    ...request,
    extras,
    tools: request.tools.map((tool) => bare(tool) as Tool),
    messages: request.messages.map((message) => {
      const content = message.content.map((part) => bare(part));
      return { ...(message.role === 'tool' ? (bare(message) as ToolResult) : message), content } as Message;
    }),
  };
}

function bare<T extends object>(value: T): T {
  if (!('cache' in value)) return value;
  const { cache: _cache, ...rest } = value;
  return rest as T;
}
