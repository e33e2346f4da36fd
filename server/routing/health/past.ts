import type { History } from '../settings.ts';
import { addCounts, type Counts, noCounts } from './counts.ts';

const MINUTE_MS = 60_000;
/** The longest window that a project may ask for. */
const LONGEST_MINUTES = 120;

/** A minute of the clock. */
interface Minute extends Counts {
  startMs: number;
}

/** What was counted in the last two hours, minute by minute. Quiet minutes take no room. */
export class Past {
  /** Those in which something was counted, oldest first. */
  private readonly minutes: Minute[] = [];

  /** Where to count what happens now. */
  at(nowMs: number): Counts {
    const startMs = nowMs - (nowMs % MINUTE_MS);
    const newest = this.minutes.at(-1);
    if (newest && newest.startMs >= startMs) return newest;
    const old = startMs - LONGEST_MINUTES * MINUTE_MS;
    while (this.minutes.length > 0 && this.minutes[0]!.startMs < old) this.minutes.shift();
    const minute = { startMs, ...noCounts() };
    this.minutes.push(minute);
    return minute;
  }

  /** All of it, each minute by its weight in that history. */
  weighed(nowMs: number, history: History): Counts {
    const sum = noCounts();
    for (let i = this.minutes.length - 1; i >= 0; i--) {
      const minute = this.minutes[i]!;
      const weight = weightOf(nowMs - minute.startMs, history);
      if (weight > 0) addCounts(sum, minute, weight);
    }
    return sum;
  }
}

/**
 * The mean weight of a minute that began so long ago: one that a boundary runs through has a share of both sides, so that
 * nothing jumps when a minute is over.
 */
function weightOf(ageMs: number, history: History): number {
  const oldest = ageMs / MINUTE_MS;
  const newest = Math.max(0, oldest - 1);
  if (oldest <= newest) return history.tier1Weight;
  return (weightUntil(oldest, history) - weightUntil(newest, history)) / (oldest - newest);
}

/** The weights of all ages from now to that one, added up. */
function weightUntil(age: number, history: History): number {
  const { windowMinutes, tier1Weight, tier2Weight, tier3Weight } = history;
  const tier1 = Math.min(history.tier1Minutes, windowMinutes);
  const tier2 = Math.min(Math.max(history.tier2Minutes, tier1), windowMinutes);
  const first = Math.min(age, tier1);
  const second = Math.min(age, tier2) - first;
  const third = Math.min(age, windowMinutes) - first - second;
  return first * tier1Weight + second * tier2Weight + third * tier3Weight;
}
