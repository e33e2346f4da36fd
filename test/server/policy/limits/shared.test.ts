import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { readConfig } from '../../../../server/config.ts';
import type { Admission } from '../../../../server/policy/limits/admission.ts';
import { createLimits, type Limits } from '../../../../server/policy/limits/limits.ts';
import { sharedCounters } from '../../../../server/policy/limits/shared/counters.ts';
import { Link } from '../../../../server/policy/limits/shared/link.ts';
import { openSharedMemory, type SharedMemory } from '../../../../server/store/redis.ts';
import type { RateLimits } from '../../../../shared/contracts/limits.ts';
import { type RedisServer, startRedis } from '../../../helpers/redis.ts';

const log = pino({ level: 'silent' });
const FREE = { base: null, bought: null };

interface Process {
  limits: Limits;
  link: Link;
  shared: SharedMemory;
  key: { limited: ReturnType<Limits['key']>[] };
}

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function redis(): Promise<RedisServer> {
  const server = await startRedis();
  closers.push(() => server.stop());
  return server;
}

/** What each of several processes has: one key, limited so. */
async function processes(url: string, count: number, rates: RateLimits, lifeMs?: number): Promise<Process[]> {
  const all = await Promise.all(
    Array.from({ length: count }, async () => {
      const config = readConfig({ REDIS_URL: url, HOME: '/nowhere' }, '/nowhere');
      const shared = openSharedMemory({ config, log })!;
      closers.push(() => shared.close());
      const link = await new Link(shared, log, lifeMs).opened(5000);
      closers.push(() => link.close());
      const limits = createLimits(FREE, sharedCounters(link));
      return { limits, link, shared, key: { limited: [limits.key('key_1', 'ci', rates)] } };
    }),
  );
  await expect.poll(() => all.map(({ link }) => link.processes), { timeout: 5000 }).toEqual(all.map(() => count));
  return all;
}

/** Asks once; undefined: refused. Tells how long it took. */
async function ask({ limits, key }: Process, inputTokens = 0): Promise<{ got: Admission | undefined; tookMs: number }> {
  const from = performance.now();
  try {
    const got = await limits.admit(key, { inputTokens });
    return { got, tookMs: performance.now() - from };
  } catch (error) {
    expect(error).toMatchObject({ code: 'rate_limit_exceeded', retryAfterS: expect.any(Number) });
    return { got: undefined, tookMs: performance.now() - from };
  }
}

/** So many callers, over the processes in turn, each until it is refused. */
async function hammer(all: readonly Process[], callers: number): Promise<{ passed: number; slowestMs: number }> {
  let passed = 0;
  let slowestMs = 0;
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      for (;;) {
        const { got, tookMs } = await ask(all[caller % all.length]!);
        slowestMs = Math.max(slowestMs, tookMs);
        if (!got) return;
        passed++;
        // as a request would
        await new Promise((resolve) => setImmediate(resolve));
      }
    }),
  );
  return { passed, slowestMs };
}

async function answers(all: readonly Process[], what: boolean): Promise<void> {
  await expect.poll(() => all.map(({ link }) => link.usable), { timeout: 10_000 }).toEqual(all.map(() => what));
}

test('three processes, 64 callers, room for 100 requests: exactly 100 pass', async () => {
  const all = await processes((await redis()).url, 3, { requests_per_minute: 100, requests_per_day: 1000 });
  expect((await hammer(all, 64)).passed).toBe(100);
});

test('a large limit is exact too, and hardly any of its requests asks Redis first', async () => {
  const all = await processes((await redis()).url, 2, { requests_per_minute: 20_000 });
  expect((await hammer(all, 64)).passed).toBe(20_000);
  const stats = await all[0]!.shared.redis.info('commandstats');
  const asked = Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)![1]);
  expect(asked).toBeLessThan(6000);
}, 60_000);

test('what a process has ahead is used without asking', async () => {
  const all = await processes((await redis()).url, 2, { requests_per_minute: 100_000 });
  await ask(all[0]!);
  const second = all[0]!.limits.admit(all[0]!.key, { inputTokens: 0 });
  expect(second).not.toBeInstanceOf(Promise);
});

test('tokens of all processes are settled with the real numbers', async () => {
  const all = await processes((await redis()).url, 2, { tokens_per_minute: 100_000 });
  const left = ({ key }: Process) => key.limited[0]!.counters[0]!.remaining(performance.timeOrigin + performance.now());
  const first = await ask(all[0]!, 1000);
  first.got!.done(60_000);
  const second = await ask(all[1]!, 1000);
  second.got!.done(39_000);
  await expect.poll(async () => (await ask(all[0]!, 0)).got?.done(0) ?? left(all[0]!)).toBe(1000);
  (await ask(all[0]!, 50)).got!.done(5000);
  await expect.poll(async () => (await ask(all[1]!)).got).toBeUndefined();
});

test('Redis is frozen in the middle: nobody waits long, no more than the limit passes; back again, it is exact again', async () => {
  const server = await redis();
  const all = await processes(server.url, 2, { requests_per_minute: 100 });
  let passed = 0;
  for (let each = 0; each < 41; each++) if ((await ask(all[each % 2]!)).got) passed++;
  server.process.kill('SIGSTOP');
  const frozen = await hammer(all, 32);
  passed += frozen.passed;
  expect(frozen.slowestMs).toBeLessThan(300);
  expect(passed).toBeGreaterThan(60);
  expect(passed).toBeLessThanOrEqual(100);
  server.process.kill('SIGCONT');
  await answers(all, true);
  passed += (await hammer(all, 32)).passed;
  expect(passed).toBe(100);
});

test('what a frozen Redis granted to nobody, as its answers came too late, is not lost', async () => {
  const server = await redis();
  const all = await processes(server.url, 2, { requests_per_minute: 100 });
  let passed = 0;
  for (let each = 0; each < 40; each++) if ((await ask(all[each % 2]!)).got) passed++;
  server.process.kill('SIGSTOP');
  const late = await Promise.all(Array.from({ length: 20 }, (_, caller) => ask(all[caller % 2]!)));
  passed += late.filter(({ got }) => got).length;
  expect(passed).toBe(60);
  server.process.kill('SIGCONT');
  await answers(all, true);
  passed += (await hammer(all, 16)).passed;
  expect(passed).toBe(100);
});

test('Redis dies and comes back empty: what was taken before still counts', async () => {
  const server = await redis();
  const all = await processes(server.url, 2, { requests_per_minute: 100 });
  let passed = 0;
  for (let each = 0; each < 60; each++) if ((await ask(all[each % 2]!)).got) passed++;
  await server.stop();
  await answers(all, false);
  const alone = await hammer([all[0]!], 8);
  expect(alone.passed).toBeGreaterThanOrEqual(19);
  expect(alone.slowestMs).toBeLessThan(300);
  passed += alone.passed;
  const again = await startRedis(Number(new URL(server.url).port));
  closers.push(() => again.stop());
  await answers(all, true);
  passed += (await hammer(all, 32)).passed;
  expect(passed).toBe(100);
}, 30_000);

test('requests under way are counted by all processes together, and given back', async () => {
  const all = await processes((await redis()).url, 3, { concurrent_requests: 10 });
  const round = async () => {
    const asked = await Promise.all(Array.from({ length: 40 }, (_, caller) => ask(all[caller % 3]!)));
    return asked.flatMap(({ got }) => (got ? [got] : []));
  };
  const first = await round();
  expect(first.length).toBe(10);
  expect((await round()).length).toBe(0);
  for (const admission of first.splice(0, 4)) admission.done(0);
  await expect.poll(async () => first.push(...(await round()))).toBe(10);
  for (const admission of first) admission.done(0);
  await expect.poll(async () => (await round()).map((got) => got.done(0)).length).toBe(10);
});

test('what a dead process had under way is free again after a while', async () => {
  const { url } = await redis();
  const [one, other] = await processes(url, 2, { concurrent_requests: 3 }, 1500);
  for (let each = 0; each < 3; each++) expect((await ask(one!)).got).toBeDefined();
  expect((await ask(other!)).got).toBeUndefined();
  // As kill -9 would: it is not heard of any more.
  (one!.link as unknown as { redis: SharedMemory['redis'] }).redis.disconnect();
  await expect.poll(async () => (await ask(other!)).got, { timeout: 10_000, interval: 100 }).toBeDefined();
}, 20_000);

test('when Redis dies, each process lets through its share of what is under way', async () => {
  const server = await redis();
  const all = await processes(server.url, 2, { concurrent_requests: 10 });
  await server.stop();
  await answers(all, false);
  for (const process of all) {
    const asked = await Promise.all(Array.from({ length: 8 }, () => ask(process)));
    expect(asked.filter(({ got }) => got).length).toBe(5);
  }
});
