import { LRUCache } from 'lru-cache';
import type { Scored } from './score.ts';
import type { RoutingSettings } from './settings.ts';

/** Which target was chosen last for the same choice, so that targets that are much alike do not take turns. */
export interface Preferences {
  /** The target's id, while it is no older than so many seconds. */
  get(choice: string, ttlSeconds: number): string | undefined;
  set(choice: string, id: string): void;
}

/** Remembered; of more, those that nobody asks for are forgotten, which costs a choice made afresh. */
const MOST_CHOICES = 20_000;

/** Preferences in this process's memory. `clock` gives milliseconds that only ever grow. */
export function createPreferences(clock: () => number = () => performance.now()): Preferences {
  const kept = new LRUCache<string, { id: string; sinceMs: number }>({ max: MOST_CHOICES });
  return {
    get(choice, ttlSeconds) {
      const preferred = kept.get(choice);
      return preferred && clock() - preferred.sinceMs < ttlSeconds * 1000 ? preferred.id : undefined;
    },
    set: (choice, id) => void kept.set(choice, { id, sinceMs: clock() }),
  };
}

/** True while the preferred target is good enough to stay with, although another's score is better. */
export function staysPreferred(
  preferred: Scored,
  best: Scored,
  { uptimeThreshold, scoreMargin }: RoutingSettings['sticky'],
): boolean {
  return preferred.uptime >= uptimeThreshold && preferred.score - best.score <= scoreMargin;
}
