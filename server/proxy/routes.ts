import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';

/** What the data plane does at a path. */
export type Route = { kind: 'completion'; dialect: Dialect } | { kind: 'models'; id: string | undefined };

/** By path below the version: `/v1/chat/completions` is `chat/completions`. */
const COMPLETIONS: ReadonlyMap<string, Dialect> = new Map([
  ['chat/completions', openaiChat],
  ['messages', anthropicMessages],
]);
const DIALECT_PREFIXES = new Set(['openai', 'anthropic']);
const VERSION = /^v1(beta)?$/;
/** The scheme and host of a request target in absolute form (RFC 9112, 3.2.2). */
const ABSOLUTE = /^https?:\/\/[^/]*/;

/** The paths that well-behaved clients ask for, found without looking at their parts. */
const DIRECT: ReadonlyMap<string, Route> = new Map(
  [...COMPLETIONS].map(([path, dialect]) => [`/v1/${path}`, { kind: 'completion', dialect }]),
);

/**
 * The data plane's route of a request path, or undefined when it is not the data plane's. Every path works below
 * `/v1`, `/openai/v1`, `/anthropic/v1` and bare, with a version doubled or missing: any base URL that is pasted works.
 */
export function routeOf(url: string): Route | undefined {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const direct = DIRECT.get(path);
  if (direct) return direct;
  const parts = path.replace(ABSOLUTE, '').split('/').filter(Boolean);
  while (DIALECT_PREFIXES.has(parts[0] ?? '') || VERSION.test(parts[0] ?? '')) parts.shift();
  const dialect = COMPLETIONS.get(parts.join('/'));
  if (dialect) return { kind: 'completion', dialect };
  if (parts[0] !== 'models' || parts.length > 3) return undefined;
  const id = parts.slice(1).map(decode).join('/');
  return { kind: 'models', id: id === '' ? undefined : id };
}

/** True for paths that only clients of the data plane ask for, so that an unknown one is answered in their terms. */
export function isDataPath(url: string): boolean {
  return /^\/(v1|v1beta|openai|anthropic)(\/|\?|$)/.test(url);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
