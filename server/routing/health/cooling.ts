/** So many failures in a row, and it is left alone for a while. */
const MOST_FAILURES = 5;
const REST_MS = 30_000;
const LONGEST_REST_MS = 5 * 60_000;
/** A call that tries whether it is well again is waited for so long. */
const PROBE_MS = 30_000;

const LIMITED_MS = 1000;
const LONGEST_LIMITED_MS = 60_000;
/** However long it asks for. */
const LONGEST_ASKED_MS = 60 * 60_000;

/** How long a rate limit holds: as long as the answer says, else a second, twice as long each time, up to a minute. */
export function limitedMs(retryAfterS: number | undefined, times: number): number {
  if (retryAfterS !== undefined && retryAfterS > 0) return Math.min(retryAfterS * 1000, LONGEST_ASKED_MS);
  return Math.min(LIMITED_MS * 2 ** Math.min(times, 10), LONGEST_LIMITED_MS);
}

/**
 * Whether a target is better left alone. After five failures in a row it rests for 30 seconds; then one call at a time
 * tries it: a success ends the matter, a failure doubles the rest, up to five minutes.
 */
export class Cooling {
  private failures = 0;
  private restMs = 0;
  private restUntilMs = 0;
  private probeUntilMs = 0;
  private limits = 0;
  private limitedUntilMs = 0;

  isDown(nowMs: number): boolean {
    return nowMs < this.limitedUntilMs || nowMs < this.restUntilMs || nowMs < this.probeUntilMs;
  }

  /** A call begins. */
  trying(nowMs: number): void {
    if (this.restMs > 0 && nowMs >= this.restUntilMs) this.probeUntilMs = nowMs + PROBE_MS;
  }

  succeeded(): void {
    this.failures = 0;
    this.restMs = 0;
    this.restUntilMs = 0;
    this.probeUntilMs = 0;
    this.limits = 0;
  }

  failed(nowMs: number, times = 1): void {
    this.failures += times;
    this.probeUntilMs = 0;
    // Those that were under way when the rest began do not make it longer.
    if (this.failures < MOST_FAILURES || nowMs < this.restUntilMs) return;
    this.restMs = this.restMs === 0 ? REST_MS : Math.min(this.restMs * 2, LONGEST_REST_MS);
    this.restUntilMs = nowMs + this.restMs;
  }

  /** Returns until when it is left alone. */
  limited(nowMs: number, retryAfterS: number | undefined): number {
    this.probeUntilMs = 0;
    // Of many calls that are refused at once, one counts.
    if (retryAfterS !== undefined || nowMs >= this.limitedUntilMs)
      this.hold(nowMs + limitedMs(retryAfterS, this.limits++));
    return this.limitedUntilMs;
  }

  hold(untilMs: number): void {
    this.limitedUntilMs = Math.max(this.limitedUntilMs, untilMs);
  }
}
