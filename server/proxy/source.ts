import type { IncomingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';
import { AGENTS, type Agent, LIBRARIES } from '../../shared/coding-agents.ts';

const LONGEST = 100;
const DOMAIN = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;
/** Any program of this family; it keeps its own name. */
const CLAW = /(?:^|[^a-z0-9])([a-z0-9][a-z0-9_-]*claw[a-z0-9_-]*|claw[a-z0-9_-]*)/i;

const BY_SPELLING: ReadonlyMap<string, string> = new Map(
  [...AGENTS, ...LIBRARIES].flatMap(({ id, spellings = [] }) => [id, ...spellings].map((name) => [name, id])),
);
/** What was found for headers that were seen; '' for nothing. */
const seen = new LRUCache<string, string>({ max: 1000 });

/**
 * Which program a request comes from; null when nothing tells. The first of: an `x-source` that is known or is a domain; the
 * agent that the user agent, the title or the referer tells of; what else `x-source` says; a library.
 */
export function sourceOf(headers: IncomingHttpHeaders): string | null {
  const given = headers['x-source'];
  const agent = headers['user-agent'];
  const title = headers['x-title'] ?? headers['x-openrouter-title'];
  const referer = headers.referer ?? headers['http-referer'];
  if (given === undefined && title === undefined && referer === undefined && agent === undefined) return null;
  const key = `${short(given)}\n${short(title)}\n${short(referer)}\n${short(agent)}`;
  let found = seen.get(key);
  if (found === undefined) {
    const named = normalized(short(given));
    const [byAgent, byTitle, byReferer] = [short(agent), short(title), short(referer)];
    found =
      recognized(named) ??
      agentIn(AGENTS, byAgent) ??
      clawIn(byAgent) ??
      titled(byTitle) ??
      AGENTS.find(({ referers }) => referers?.some((pattern) => pattern.test(byReferer)))?.id ??
      (named || (agentIn(LIBRARIES, byAgent) ?? ''));
    seen.set(key, found);
  }
  return found === '' ? null : found;
}

/** Headers are as long as callers like: what is told stands at their beginning. */
function short(header: string | string[] | undefined): string {
  const text = typeof header === 'string' ? header : (header?.[0] ?? '');
  return text.length > 4 * LONGEST ? text.slice(0, 4 * LONGEST) : text;
}

/** `https://www.Example.com/` and `example.com` are one. */
function normalized(source: string): string {
  const bare = source
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/^www\./, '')
    .replace(/\/+$/, '');
  if (BY_SPELLING.has(bare)) return bare;
  const [host = ''] = bare.split(/[/?#:]/);
  return (DOMAIN.test(host) ? host : bare).slice(0, LONGEST);
}

/** An `x-source` that needs no more to go by. */
function recognized(named: string): string | undefined {
  return BY_SPELLING.get(named) ?? (named.includes('claw') || DOMAIN.test(named) ? named : undefined);
}

function agentIn(agents: readonly Agent[], userAgent: string): string | undefined {
  return agents.find(({ userAgents }) => userAgents.some((pattern) => pattern.test(userAgent)))?.id;
}

/** `NanoClaw/1.2` → `nanoclaw`. */
function clawIn(userAgent: string): string | undefined {
  return CLAW.exec(userAgent)?.[1]?.toLowerCase().slice(0, LONGEST);
}

function titled(title: string): string | undefined {
  const small = title.toLowerCase();
  return AGENTS.find(({ titles }) => titles?.some((each) => small.includes(each)))?.id;
}
