import pino from 'pino';
import { afterEach, expect, test } from 'vitest';
import { readConfig } from '../../../server/config.ts';
import { createHealth } from '../../../server/routing/health/create-health.ts';
import { DEFAULTS } from '../../../server/routing/settings.ts';
import { openSharedMemory, REDIS_PREFIX, type SharedMemory } from '../../../server/store/redis.ts';
import { startRedis } from '../../helpers/redis.ts';

const { history } = DEFAULTS;
const log = pino({ level: 'silent' });
const WAIT = { timeout: 15_000, interval: 50 };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function redisOnce() {
  const redis = await startRedis();
  closers.push(() => redis.stop());
  return redis;
}

/** A process's health, with a connection of its own. */
function started(url: string) {
  const shared = openSharedMemory({ config: readConfig({ REDIS_URL: url }, '/nowhere'), log })!;
  closers.push(() => shared.close());
  const messages: string[] = [];
  shared.subscribe('health:1', (message) => messages.push(message));
  const health = createHealth({ now: () => performance.now(), shared });
  const uptime = (id: string) => health.vitals(id, history).uptime;
  return { health, shared, messages, uptime };
}

/** What is published before somebody listens is lost. */
async function listened({ shared }: { shared: SharedMemory }, processes: number) {
  const heard = async () =>
    shared.redis.status === 'ready' ? await shared.redis.call('PUBSUB', 'NUMSUB', `${REDIS_PREFIX}health:1`) : [];
  await expect.poll(heard, WAIT).toEqual([`${REDIS_PREFIX}health:1`, processes]);
}

test('what one process measures counts in the other once, and not twice at home', async () => {
  const { url } = await redisOnce();
  const [one, other] = [started(url), started(url)];
  await listened(one, 2);
  one.health.succeeded('a', { firstTokenMs: 200, outputTokens: 30, generationMs: 1000 });
  one.health.failed('a', 'server_error');
  one.health.failed('b', 'timeout');
  await expect.poll(() => other.uptime('b'), WAIT).toBeCloseTo(83.33, 2);
  const same = { uptime: expect.closeTo((100 * 60) / 70, 5), latencyMs: 200, throughput: 30 };
  expect(other.health.vitals('a', history)).toEqual(same);
  await expect.poll(() => one.messages.length, WAIT).toBe(1);
  expect(one.health.vitals('a', history)).toEqual(same);
  // The other has told nothing: it had nothing of its own.
  expect(other.messages).toHaveLength(1);
});

test('failures in a row and rate limits that one process sees hold a target out of all', async () => {
  const { url } = await redisOnce();
  const [one, other] = [started(url), started(url)];
  await listened(one, 2);
  for (let i = 0; i < 5; i++) one.health.failed('a', 'connection');
  one.health.failed('b', 'rate_limited', 30);
  await expect.poll(() => other.health.isDown('a'), WAIT).toBe(true);
  expect(other.health.isDown('b')).toBe(true);
  expect(other.uptime('b')).toBeUndefined();
  one.health.succeeded('a', {});
  await expect.poll(() => other.health.isDown('a'), WAIT).toBe(false);
});

test('what else is published there is not counted and does no harm', async () => {
  const { url } = await redisOnce();
  const [one, other] = [started(url), started(url)];
  await listened(one, 2);
  for (const message of ['', 'null', '[]', '{"from":"x"}', '{"targets":{"a":[1],"b":["1",2,3,4,5,6,7],"c":null}}'])
    one.shared.publish('health:1', message);
  one.health.failed('d', 'timeout');
  await expect.poll(() => other.uptime('d'), WAIT).toBeCloseTo(83.33, 2);
  expect(['a', 'b', 'c'].map(other.uptime)).toEqual([undefined, undefined, undefined]);
});

test('without Redis each goes on by itself, and they share again when it is back', async () => {
  const redis = await redisOnce();
  const [one, other] = [started(redis.url), started(redis.url)];
  await listened(one, 2);
  await redis.stop();
  one.health.failed('a', 'server_error');
  expect(one.uptime('a')).toBeCloseTo(83.33, 2);
  await expect.poll(() => one.shared.redis.status, WAIT).not.toBe('ready');
  const again = await startRedis(Number(new URL(redis.url).port));
  closers.push(() => again.stop());
  await listened(one, 2);
  one.health.failed('b', 'server_error');
  await expect.poll(() => other.uptime('b'), WAIT).toBeCloseTo(83.33, 2);
});
