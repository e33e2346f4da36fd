import type { History } from './settings.ts';

/** Why an attempt failed by its provider's fault. `rate_limited` says nothing of its uptime. */
export type Failure = 'server_error' | 'timeout' | 'connection' | 'broken_stream' | 'rate_limited';

/** What is measured of a target; a member is undefined while nothing is known of it. */
export interface Vitals {
  /** Percent of attempts that did not fail by the provider's fault. */
  uptime: number | undefined;
  /** Milliseconds to the first token of a stream. */
  latencyMs: number | undefined;
  /** Generated tokens a second. */
  throughput: number | undefined;
}

/** What the answers of the last hour tell of each target, by the target's id (`Target.id`). */
export interface Health {
  /** As it stands now, at most a fraction of a second old. */
  vitals(id: string, history: History): Vitals;
  /** True while it must be expected to fail (nothing but failures lately, or a rate limit's time is not over): exploration leaves it alone. */
  isDown(id: string): boolean;
  /** An attempt begins: of a target that rested, one at a time finds out whether it is well again. */
  trying(id: string): void;
  /** An attempt was answered. `firstTokenMs` of streams alone; `outputTokens` in `generationMs` milliseconds. */
  succeeded(id: string, answer: { firstTokenMs?: number; outputTokens?: number; generationMs?: number }): void;
  /** An attempt failed by the provider's fault. `retryAfterS`: it asks to be left alone for so long. */
  failed(id: string, failure: Failure, retryAfterS?: number): void;
}
