import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createResponseCache, type ResponseCache } from '../../../server/cache/response-cache.ts';
import type { Config } from '../../../server/config.ts';
import { createSecrets } from '../../../server/identity/secrets.ts';
import { openSharedMemory, type SharedMemory } from '../../../server/store/redis.ts';
import { type RedisServer, startRedis } from '../../helpers/redis.ts';

const SECRET = 'a-secret-for-tests-that-is-long-enough';
const DAY_MS = 86_400_000;
let nowMs: number;
beforeEach(() => {
  nowMs = 1_000_000;
});

function cacheOf(shared?: SharedMemory, options: { bytes?: number; secret?: string } = {}): ResponseCache {
  const { bytes = 1024 * 1024, secret = SECRET } = options;
  const config = { responseCacheBytes: bytes } as Config;
  return createResponseCache({ config, shared, secrets: createSecrets(secret) }, () => nowMs);
}

const answer = (text = 'hi', target = 'openai/gpt') => ({
  target,
  whole: true,
  body: Buffer.from(text, 'latin1'),
  dropped: ['seed'],
  responseId: undefined,
});

describe('in memory', () => {
  test('an answer is there for as long as whoever asks says, and no longer', () => {
    const cache = cacheOf();
    cache.keep('d', answer(), 60_000);
    nowMs += 59_999;
    expect(cache.recall('d', 60_000)).toMatchObject({ ...answer(), atMs: 1_000_000 });
    expect(cache.recall('d', 10_000)).toBeUndefined();
    nowMs += 1;
    expect(cache.recall('d', 60_000)).toBeUndefined();
    expect(cache.recall('d', 365 * DAY_MS)).toBeDefined();
    expect(cache.recall('e', 365 * DAY_MS)).toBeUndefined();
  });

  test('only the last used ones stay where there is no room for all', () => {
    const cache = cacheOf(undefined, { bytes: 10_000 });
    for (const digest of ['a', 'b', 'c']) {
      cache.keep(digest, answer('x'.repeat(4000)), 60_000);
      cache.recall('a', 60_000);
    }
    expect(['a', 'b', 'c'].map((digest) => cache.recall(digest, 60_000) !== undefined)).toEqual([true, false, true]);
  });

  test('its bytes are its own: what was given may be used again', () => {
    const cache = cacheOf();
    const given = answer('first');
    cache.keep('d', given, 60_000);
    given.body.fill('z');
    expect(cache.recall('d', 60_000)!.body.toString()).toBe('first');
  });

  test('nobody else is asked where there is no Redis', async () => {
    const cache = cacheOf();
    cache.keep('d', answer(), 60_000);
    expect(await cache.fetch('d', 60_000)).toBeUndefined();
  });
});

describe('in Redis', () => {
  let redis: RedisServer;
  const open: SharedMemory[] = [];
  const connect = () => {
    const shared = openSharedMemory({ config: { redisUrl: redis.url } as Config, log: pino({ level: 'silent' }) })!;
    open.push(shared);
    return shared;
  };
  const ready = async ({ redis: client }: SharedMemory) =>
    client.status === 'ready' ? undefined : new Promise((resolve) => client.once('ready', resolve));

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await Promise.all(open.map((shared) => shared.close()));
    await redis.stop();
  });

  test('another process finds it, byte for byte, and remembers it', async () => {
    const [one, two] = [connect(), connect()];
    await Promise.all([ready(one), ready(two)]);
    const every = Array.from({ length: 256 }, (_, at) => String.fromCharCode(at)).join('');
    cacheOf(one).keep('bytes', answer(every), 60_000);
    const other = cacheOf(two);
    await vi.waitFor(async () => expect(await other.fetch('bytes', 60_000)).toBeDefined());
    expect(other.recall('bytes', 60_000)).toEqual({ ...answer(every), atMs: nowMs });
    nowMs += 60_000;
    expect(await other.fetch('bytes', 60_000)).toBeUndefined();
  });

  test('it lies there encrypted, for as long as it may be used, and under no name that could be guessed', async () => {
    const shared = connect();
    await ready(shared);
    cacheOf(shared).keep('told', answer('a very secret answer'), 60_000);
    const keys = await vi.waitFor(async () => {
      const found = await shared.redis.keys('gateway:answer:*');
      expect(found.length).toBeGreaterThan(0);
      return found;
    });
    for (const key of keys) {
      expect(key).not.toContain('told');
      const held = Buffer.from((await shared.redis.get(key))!, 'base64').toString('latin1');
      expect(held).not.toContain('secret answer');
      expect(await shared.redis.pttl(key)).toBeGreaterThan(50_000);
    }
  });

  test('what another secret sealed, or what was put under another name, is nothing', async () => {
    const shared = connect();
    await ready(shared);
    const cache = cacheOf(shared);
    cacheOf(shared, { secret: `${SECRET}-other` }).keep('mine', answer(), 60_000);
    cache.keep('yours', answer(), 60_000);
    const secrets = createSecrets(SECRET);
    const name = (digest: string) => `gateway:answer:${secrets.hash('response-cache', digest)}`;
    const sealed = await vi.waitFor(async () => {
      const found = await shared.redis.get(name('yours'));
      expect(found).not.toBeNull();
      return found!;
    });
    await shared.redis.set(name('mine'), sealed);
    await shared.redis.set(name('broken'), 'no such thing');
    for (const digest of ['mine', 'broken']) expect(await cache.fetch(digest, 60_000)).toBeUndefined();
    expect(await cache.fetch('yours', 60_000)).toBeDefined();
  });
});
