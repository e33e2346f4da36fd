import type { RateLimits } from '../../../shared/contracts/limits.ts';

/** One kind of limit. */
export interface Rate {
  /** What it is called in the API, in Redis and to people: `requests_per_minute`. */
  name: string;
  of: 'requests' | 'tokens' | 'concurrent';
  /** How long what was taken counts, and in how many pieces that time is looked at; 0: until it is given back. */
  windowMs: number;
  pieces: number;
  /** What is refused, in words: `may make 60 requests a minute`. */
  words: readonly [may: string, unit: string, when: string];
}

/** The limits that keys and organisations may have, in the order in which a refusal names them. */
export const RATES: Readonly<Record<keyof RateLimits, Rate>> = {
  concurrent_requests: {
    name: 'concurrent_requests',
    of: 'concurrent',
    windowMs: 0,
    pieces: 0,
    words: ['may have', 'request', 'under way at a time'],
  },
  requests_per_second: {
    name: 'requests_per_second',
    of: 'requests',
    windowMs: 1000,
    pieces: 10,
    words: ['may make', 'request', 'a second'],
  },
  requests_per_minute: {
    name: 'requests_per_minute',
    of: 'requests',
    windowMs: 60_000,
    pieces: 12,
    words: ['may make', 'request', 'a minute'],
  },
  requests_per_day: {
    name: 'requests_per_day',
    of: 'requests',
    windowMs: 86_400_000,
    pieces: 48,
    words: ['may make', 'request', 'a day'],
  },
  tokens_per_minute: {
    name: 'tokens_per_minute',
    of: 'tokens',
    windowMs: 60_000,
    pieces: 12,
    words: ['may use', 'token', 'a minute'],
  },
};

/** The limit of requests to free models, where one is set. */
export function freeRate({ windowMs }: Allowance): Rate {
  const minutes = windowMs / 60_000;
  const time = minutes === 1 ? 'a minute' : `in ${minutes} minutes`;
  return {
    name: 'free_requests',
    of: 'requests',
    windowMs,
    pieces: 20,
    words: ['may make', 'request', `to free models ${time}`],
  };
}

/** `60 requests a minute`. */
export function inWords({ words: [, unit, when] }: Rate, limit: number): string {
  return `${limit} ${unit}${limit === 1 ? '' : 's'} ${when}`;
}

/** So many requests in so much time. */
export interface Allowance {
  requests: number;
  windowMs: number;
}
