import { LRUCache } from 'lru-cache';
import type { SharedMemory } from '../../store/redis.ts';
import type { Failure, Health, Vitals } from '../health.ts';
import { DEFAULTS, type History } from '../settings.ts';
import { Cooling } from './cooling.ts';
import { addCounts, type Counts } from './counts.ts';
import { Past } from './past.ts';
import { type News, openShare } from './share.ts';
import { UNKNOWN, vitalsOf } from './vitals.ts';

/** Vitals are worked out anew after so long; a failure is seen at once. */
const FRESH_MS = 250;
/** A provider of one's own answers to any name: those asked for least recently are forgotten. */
const MOST_TARGETS = 10_000;

type Answer = Parameters<Health['succeeded']>[1];

interface HealthOptions {
  /** Milliseconds that only ever grow. */
  now: () => number;
  shared?: SharedMemory | undefined;
}

/** What is known of one target. */
class Measured {
  readonly past = new Past();
  readonly cooling = new Cooling();
  /** As last worked out: for the usual history, and for another one. */
  readonly usual = new Reading();
  readonly other = new Reading();

  readAnew(): void {
    this.usual.untilMs = 0;
    this.other.untilMs = 0;
  }

  /** Counts what another process told; of how its answers and failures followed one another nothing is known. */
  heard(news: News, nowMs: number): void {
    addCounts(this.past.at(nowMs), news);
    if (news.answered > 0) this.cooling.succeeded();
    else if (news.failed > 0) this.cooling.failed(nowMs, news.failed);
    this.cooling.hold(news.heldUntilMs);
    if (news.failed > 0) this.readAnew();
  }
}

class Reading {
  vitals: Vitals = UNKNOWN;
  history: History | undefined;
  untilMs = 0;
}

/** Measures targets in this process and, with what they share, in all. */
export function createHealth({ now, shared }: HealthOptions): Health {
  const targets = new LRUCache<string, Measured>({ max: MOST_TARGETS });
  const measured = (id: string): Measured => {
    let target = targets.get(id);
    if (!target) {
      target = new Measured();
      targets.set(id, target);
    }
    return target;
  };
  const share = shared && openShare({ shared, now, heard: (id, news) => measured(id).heard(news, now()) });
  return {
    vitals(id, history) {
      const target = targets.get(id);
      return target ? read(target, now(), history) : UNKNOWN;
    },
    isDown: (id) => targets.get(id)?.cooling.isDown(now()) ?? false,
    trying(id) {
      targets.get(id)?.cooling.trying(now());
    },
    succeeded(id, answer) {
      const target = measured(id);
      countAnswer(target.past.at(now()), answer);
      target.cooling.succeeded();
      if (share) countAnswer(share.of(id), answer);
    },
    failed(id, failure: Failure, retryAfterS) {
      const target = measured(id);
      const nowMs = now();
      if (failure === 'rate_limited') {
        const heldUntilMs = target.cooling.limited(nowMs, retryAfterS);
        if (share) share.of(id).heldUntilMs = heldUntilMs;
        return;
      }
      target.past.at(nowMs).failed++;
      target.cooling.failed(nowMs);
      target.readAnew();
      if (share) share.of(id).failed++;
    },
  };
}

function countAnswer(counts: Counts, { firstTokenMs, outputTokens, generationMs }: Answer): void {
  counts.answered++;
  if (firstTokenMs !== undefined) {
    counts.firstTokenMs += firstTokenMs;
    counts.firstTokens++;
  }
  if (outputTokens !== undefined && generationMs !== undefined && generationMs > 0) {
    counts.outputTokens += outputTokens;
    counts.generationMs += generationMs;
  }
}

function read(target: Measured, nowMs: number, history: History): Vitals {
  const reading = history === DEFAULTS.history ? target.usual : target.other;
  if (nowMs >= reading.untilMs || reading.history !== history) {
    reading.vitals = vitalsOf(target.past.weighed(nowMs, history), history);
    reading.history = history;
    reading.untilMs = nowMs + FRESH_MS;
  }
  return reading.vitals;
}
