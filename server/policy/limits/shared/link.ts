import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { REDIS_PREFIX, type SharedMemory } from '../../../store/redis.ts';
import { steadyNow } from '../steady-now.ts';
import { BEAT, HOLD, TAKE } from './scripts.ts';

/** What another process has to say of a limit, or Redis when it is back. */
export interface Listener {
  /** Little is left: what is held ahead is to be given back. */
  recalled(): void;
  /** Redis answers again. */
  back(): void;
}

export type Arguments = (string | number)[];
type Script = (...given: Arguments) => Promise<(string | number)[]>;
type Scripted = Redis & Record<'gatewayBeat' | 'gatewayTake' | 'gatewayHold', Script>;

const PROCESSES = `${REDIS_PREFIX}limits:processes`;
const KEPT = `${REDIS_PREFIX}limits:kept`;
const RECALL = 'limits:recall';
const BEAT_MS = 500;
/** How often it is looked whether an answer is there, and how long each time: a little less than 200 ms in all. */
const ANSWER_LOOKS = 9;
const LOOK_MS = 20;
/** A process that was not heard of for so long is dead: what it holds is free again. */
const LIFE_MS = 20_000;

/**
 * Redis as the limits of this process use it: whether it answers now, what time it is there, and how many processes
 * there are. While it does not answer nobody asks, but every half second it is tried, and nobody waits for that.
 */
export class Link {
  readonly process = randomUUID();
  /** How many processes share the limits, as far as is known. */
  processes = 1;
  /** How often Redis lost everything while we knew it. */
  losses = 0;
  private answers = false;
  private offsetMs = 0;
  private kept: string | undefined;
  private readonly redis: Scripted;
  private readonly listeners = new Map<string, Listener>();
  private readonly timer: NodeJS.Timeout;
  private trying = false;
  private wasLost = false;

  constructor(
    shared: SharedMemory,
    private readonly log: Logger,
    private readonly lifeMs = LIFE_MS,
  ) {
    // Of its own, without a time limit: see `inTime`.
    const redis = shared.redis.duplicate({ commandTimeout: undefined }) as Scripted;
    this.redis = redis;
    redis.on('error', () => {});
    redis.defineCommand('gatewayBeat', { lua: BEAT, numberOfKeys: 2 });
    redis.defineCommand('gatewayTake', { lua: TAKE, numberOfKeys: 1 });
    redis.defineCommand('gatewayHold', { lua: HOLD, numberOfKeys: 2 });
    shared.subscribe(RECALL, (key) => this.listeners.get(key)?.recalled());
    redis.on('ready', this.beat);
    redis.on('close', this.lost);
    this.timer = setInterval(this.beat, BEAT_MS);
    this.timer.unref();
    if (redis.status === 'ready') this.beat();
  }

  /** True when it can be asked. */
  get usable(): boolean {
    return this.answers;
  }

  /** An instant of this process' clock on that of Redis. It may be a little late there, never early. */
  there(atMs: number): number {
    return atMs + this.offsetMs;
  }

  /** The other way. */
  here(atMs: number): number {
    return atMs - this.offsetMs;
  }

  /** The full name of a limit's key, which is told to whoever counts it. */
  listen(name: string, listener: Listener): string {
    const key = `${REDIS_PREFIX}limits:${name}`;
    this.listeners.set(key, listener);
    return key;
  }

  /** Takes of a limit: the answer of `TAKE`; undefined when Redis does not answer within 200 ms. */
  take(key: string, given: Arguments): Promise<number[] | undefined> {
    return this.ask(() => this.redis.gatewayTake(key, this.process, ...given));
  }

  /** Holds places among those under way: the answer of `HOLD`, or undefined. */
  hold(key: string, given: Arguments): Promise<number[] | undefined> {
    const recall = REDIS_PREFIX + RECALL;
    return this.ask(() => this.redis.gatewayHold(key, PROCESSES, this.process, ...given, this.lifeMs, recall));
  }

  /** The channel where it is said that little is left of a limit. */
  readonly recallChannel = REDIS_PREFIX + RECALL;

  /** Until it can be asked, or it took too long: then each process counts alone at first. */
  async opened(maxWaitMs = 1000): Promise<this> {
    const until = steadyNow() + maxWaitMs;
    while (!this.answers && steadyNow() < until) await new Promise((resolve) => setTimeout(resolve, 5));
    return this;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    this.redis.off('ready', this.beat);
    this.redis.off('close', this.lost);
    if (this.answers) await inTime(this.redis.zrem(PROCESSES, this.process)).catch(() => {});
    this.answers = false;
    this.redis.disconnect();
  }

  private async ask(call: () => Promise<(string | number)[]>): Promise<number[] | undefined> {
    if (!this.answers) return undefined;
    const sentMs = steadyNow();
    try {
      const answer = (await inTime(call())).map(Number);
      this.offsetMs = answer[0]! - sentMs;
      return answer;
    } catch (error) {
      this.lost();
      this.log.debug({ error: String(error) }, 'the shared limits could not be asked');
      return undefined;
    }
  }

  private readonly lost = () => {
    if (!this.answers) return;
    this.log.warn('limits are counted by each process alone: Redis does not answer');
    this.answers = false;
    this.wasLost = true;
  };

  /** Says that we live; finds Redis back. */
  private readonly beat = () => {
    if (this.trying || this.redis.status !== 'ready') return;
    this.trying = true;
    const sentMs = steadyNow();
    const answer = this.redis.gatewayBeat(PROCESSES, KEPT, this.process, this.lifeMs, this.process + sentMs);
    // not tried again before this one is answered, however late
    const over = () => {
      this.trying = false;
    };
    answer.then(over, over);
    inTime(answer).then(
      ([processes, kept, now]) => {
        this.offsetMs = Number(now) - sentMs;
        const empty = this.kept !== undefined && this.kept !== kept;
        // the others may not have said yet that they live
        this.processes = Math.max(empty ? this.processes : 1, Number(processes));
        if (empty) this.losses++;
        this.kept = String(kept);
        if (this.answers) return;
        this.answers = true;
        if (this.wasLost) this.log.info('limits are counted by all processes together again: Redis answers');
        for (const listener of this.listeners.values()) listener.back();
      },
      () => this.lost(),
    );
  };
}

/**
 * The answer, or a rejection after 200 ms. Time in which this process could not read an answer does not count: a timer of
 * 200 ms would take a process that is busy for a Redis that is down.
 */
function inTime<T>(answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let left = ANSWER_LOOKS;
    let timer = setTimeout(function look() {
      if (--left === 0) reject(new Error('no answer in time'));
      else timer = setTimeout(look, LOOK_MS);
    }, LOOK_MS);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
