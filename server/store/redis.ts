import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';

/** What processes share besides the database, in Redis. Absent without `REDIS_URL`. */
export interface SharedMemory {
  /**
   * For commands and scripts. While Redis is down a command fails at once, and in 200 ms when it is frozen: whoever asks
   * goes on with what the process knows by itself.
   */
  redis: Redis;
  /** Tells every process that listens, the own one included; lost while Redis is down. */
  publish(channel: string, message: string): void;
  /** Calls back for what is published on the channel from now on. */
  subscribe(channel: string, heard: (message: string) => void): void;
  close(): Promise<void>;
}

/** Every key and channel in Redis begins so: others may use the same server. */
export const REDIS_PREFIX = 'gateway:';
const COMMAND_TIMEOUT_MS = 200;
const MOST_RETRY_DELAY_MS = 1000;

/** Connects to Redis, and again whenever the connection is lost. Never throws: a Redis that is down is a warning. */
export function openSharedMemory({ config, log }: { config: Config; log: Logger }): SharedMemory | undefined {
  if (config.redisUrl === undefined) return undefined;
  const options = {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: 2000,
    enableAutoPipelining: true,
    retryStrategy: (times: number) => Math.min(times * 50, MOST_RETRY_DELAY_MS),
  };
  const redis = new Redis(config.redisUrl, options);
  // A connection that listens can ask for nothing else; its subscriptions are made anew when it is back.
  const listener = new Redis(config.redisUrl, { ...options, enableAutoPipelining: false });
  const channels = new Map<string, ((message: string) => void)[]>();
  warnOnce(redis, log);
  listener.on('error', () => {});
  listener.on('ready', () => {
    if (channels.size > 0) listener.subscribe(...channels.keys()).catch(() => {});
  });
  listener.on('message', (channel: string, message: string) => {
    for (const heard of channels.get(channel) ?? []) heard(message);
  });
  return {
    redis,
    publish(channel, message) {
      if (redis.status === 'ready') redis.publish(REDIS_PREFIX + channel, message).catch(() => {});
    },
    subscribe(channel, heard) {
      const name = REDIS_PREFIX + channel;
      const there = channels.get(name);
      if (there) there.push(heard);
      else {
        channels.set(name, [heard]);
        if (listener.status === 'ready') listener.subscribe(name).catch(() => {});
      }
    },
    async close() {
      redis.disconnect();
      listener.disconnect();
    },
  };
}

/** One line when it is lost and one when it is back, however often it is tried in between. */
function warnOnce(redis: Redis, log: Logger): void {
  let lost = false;
  redis.on('error', (error: Error) => {
    if (!lost) log.warn({ error: error.message }, 'Redis cannot be reached: each process goes on by itself');
    lost = true;
  });
  redis.on('ready', () => {
    if (lost) log.info('Redis is back');
    lost = false;
  });
}
