import { LRUCache } from 'lru-cache';
import type { Services } from '../services.ts';
import { REDIS_PREFIX } from '../store/redis.ts';
import { type Cached, fromText, toText } from './cached.ts';
import { Flights } from './flights.ts';

/**
 * Answers that serve requests which are the same byte for byte, by digest (`digestOf`). In memory up to so many bytes,
 * the last used ones; encrypted in Redis, where there is one, for other processes. Whoever asks says how old one may be.
 */
export interface ResponseCache {
  /** What this process remembers. */
  recall(digest: string, ttlMs: number): Cached | undefined;
  /** What others have kept, remembered from now on. Never throws: without Redis there is nothing. */
  fetch(digest: string, ttlMs: number): Promise<Cached | undefined>;
  keep(digest: string, answer: Omit<Cached, 'atMs'>, ttlMs: number): Cached;
  /** Those that are being asked for. */
  flights: Flights;
}

const PURPOSE = 'response-cache';
/** What an entry takes besides its body. */
const OVERHEAD_BYTES = 500;

/** @param now the wall clock, as processes compare the age of answers by it. */
export function createResponseCache(
  { config, shared, secrets }: Pick<Services, 'config' | 'shared' | 'secrets'>,
  now: () => number = Date.now,
): ResponseCache {
  const memory = new LRUCache<string, Cached>({
    maxSize: config.responseCacheBytes,
    sizeCalculation: ({ body }) => body.length + OVERHEAD_BYTES,
  });
  const fresh = (cached: Cached | undefined, ttlMs: number) =>
    cached && now() - cached.atMs < ttlMs ? cached : undefined;
  // What was asked can be guessed: its plain digest would confirm it.
  const keyOf = (digest: string) => `${REDIS_PREFIX}answer:${secrets.hash(PURPOSE, digest)}`;

  return {
    recall: (digest, ttlMs) => fresh(memory.get(digest), ttlMs),

    async fetch(digest, ttlMs) {
      if (!shared) return undefined;
      try {
        const sealed = await shared.redis.get(keyOf(digest));
        const found = sealed === null ? undefined : fromText(digest, secrets.decrypt(PURPOSE, sealed));
        if (found) memory.set(digest, found);
        return fresh(found, ttlMs);
      } catch {
        return undefined;
      }
    },

    keep(digest, answer, ttlMs) {
      const body = Buffer.allocUnsafeSlow(answer.body.length);
      answer.body.copy(body);
      const cached = { ...answer, body, atMs: now() };
      memory.set(digest, cached);
      if (shared?.redis.status === 'ready') {
        const sealed = secrets.encrypt(PURPOSE, toText(digest, cached));
        shared.redis.set(keyOf(digest), sealed, 'PX', ttlMs).catch(() => {});
      }
      return cached;
    },

    flights: new Flights(),
  };
}
