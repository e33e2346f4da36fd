import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../../server/config.ts';
import { createPins, type PinnedSession, type Pins } from '../../../server/routing/pins.ts';
import { openSharedMemory, REDIS_PREFIX, type SharedMemory } from '../../../server/store/redis.ts';
import { type RedisServer, startRedis } from '../../helpers/redis.ts';

const TTL = 3600;
const of: PinnedSession = { projectId: 'prj_1', model: 'gpt-5', session: 's' };
const openai = { targetId: 'openai/gpt-5', credentialId: 'a' };
const azure = { targetId: 'azure/gpt-5', credentialId: 'b' };
const alone = (clock = { ms: 0 }) => createPins({ shared: undefined }, () => clock.ms);

describe('a session', () => {
  it('stays where it was answered, and goes where it is answered next', () => {
    const pins = alone();
    expect(pins.get(of, TTL)).toBeUndefined();
    pins.keep(of, openai, TTL);
    expect(pins.get(of, TTL)).toMatchObject(openai);
    pins.keep(of, azure, TTL);
    expect(pins.get(of, TTL)).toMatchObject(azure);
    pins.drop(of);
    expect(pins.get(of, TTL)).toBeUndefined();
  });

  it('is one of its project and its model', () => {
    const pins = alone();
    pins.keep(of, openai, TTL);
    for (const other of [{ projectId: 'prj_2' }, { model: 'gpt-4o' }, { session: 't' }])
      expect(pins.get({ ...of, ...other }, TTL)).toBeUndefined();
  });

  it('is forgotten when it was not used for so long, and is used by asking', () => {
    const clock = { ms: 0 };
    const pins = alone(clock);
    pins.keep(of, openai, TTL);
    for (const seconds of [3600, 7200]) {
      clock.ms = seconds * 1000;
      expect(pins.get(of, TTL)).toMatchObject(openai);
    }
    clock.ms += 3_600_001;
    expect(pins.get(of, TTL)).toBeUndefined();
  });

  it('that was not used the longest is forgotten first when there are too many', () => {
    const pins = alone();
    pins.keep(of, openai, TTL);
    for (let i = 0; i < 100_000; i++) {
      if (i === 50_000) expect(pins.get(of, TTL)).toMatchObject(openai);
      pins.keep({ ...of, session: `s${i}` }, openai, TTL);
    }
    expect(pins.get(of, TTL)).toMatchObject(openai);
    expect(pins.get({ ...of, session: 's0' }, TTL)).toBeUndefined();
    expect(pins.get({ ...of, session: 's1' }, TTL)).toMatchObject(openai);
  });
});

describe('processes with a Redis', () => {
  let redis: RedisServer;
  const memories: SharedMemory[] = [];
  const clock = { ms: 1000 };
  let here: Pins;
  let there: Pins;
  /** What was published, with who published it. */
  let told: { from: string; pins: unknown[][] }[] = [];

  const memory = async () => {
    const config = readConfig({ REDIS_URL: redis.url, GATEWAY_DATA_DIR: '/nowhere' }, '/');
    const shared = openSharedMemory({ config, log: pino({ level: 'silent' }) })!;
    memories.push(shared);
    return shared;
  };

  beforeAll(async () => {
    redis = await startRedis();
    here = createPins({ shared: await memory() }, () => clock.ms);
    there = createPins({ shared: await memory() }, () => clock.ms);
    const listener = await memory();
    listener.subscribe('pins', (message) => told.push(JSON.parse(message) as (typeof told)[number]));
    await vi.waitFor(async () => {
      const [, listening] = (await listener.redis.pubsub('NUMSUB', `${REDIS_PREFIX}pins`)) as [string, number];
      expect(listening).toBe(3);
      for (const { redis } of memories) expect(redis.status).toBe('ready');
    });
  });

  afterAll(async () => {
    here?.close();
    there?.close();
    for (const shared of memories) await shared.close();
    await redis?.stop();
  });

  it('follow each other: a session pinned in one is pinned in the other, and so is its change', async () => {
    here.keep(of, openai, TTL);
    await vi.waitFor(() => expect(there.get(of, TTL)).toMatchObject(openai));
    clock.ms++;
    there.keep(of, azure, TTL);
    await vi.waitFor(() => expect(here.get(of, TTL)).toMatchObject(azure));
    expect(there.get(of, TTL)).toMatchObject(azure);
  });

  it('are told of new pins together, and of old ones before they are forgotten', async () => {
    told = [];
    const session = (name: string) => ({ ...of, session: name });
    for (const name of ['x', 'y', 'z']) here.keep(session(name), openai, TTL);
    here.keep(session('x'), openai, TTL);
    await vi.waitFor(() => expect(there.get(session('z'), TTL)).toMatchObject(openai));
    expect(told.map(({ pins }) => pins.length)).toEqual([3]);
    clock.ms += (TTL * 1000) / 2;
    here.keep(session('x'), openai, TTL);
    here.keep(session('x'), openai, TTL);
    await vi.waitFor(() => expect(told).toHaveLength(2));
    for (const name of ['x', 'new']) here.keep(session(name), openai, TTL);
    await vi.waitFor(() => expect(told.map(({ pins }) => pins.length)).toEqual([3, 1, 1]));
    clock.ms += (TTL * 1000) / 2 + 1;
    await vi.waitFor(() => expect(there.get(session('x'), TTL)).toMatchObject(openai));
    expect(there.get(session('y'), TTL)).toBeUndefined();
  });

  it('come to the same where both pinned a session at once', async () => {
    const both = { ...of, session: 'both' };
    told = [];
    here.keep(both, openai, TTL);
    there.keep(both, azure, TTL);
    await vi.waitFor(() => expect(told).toHaveLength(2));
    await vi.waitFor(() => expect(there.get(both, TTL)).toMatchObject(here.get(both, TTL)!));
  });

  it('take no harm from what else is said there', async () => {
    const shared = memories[2]!;
    told = [];
    for (const odd of ['{}', '[]', 'null', '{"pins":1}', '{"pins":[null,["k"],["k",1,2,3]]}'])
      shared.publish('pins', odd);
    const after = { ...of, session: 'after' };
    here.keep(after, openai, TTL);
    await vi.waitFor(() => expect(there.get(after, TTL)).toMatchObject(openai));
  });
});
