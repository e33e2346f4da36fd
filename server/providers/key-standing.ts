import type { KEY_FAILURES } from '../../shared/contracts/provider-keys.ts';
import { limitedMs } from '../routing/health/cooling.ts';

/** How a credential failed. */
export type KeyFailure = (typeof KEY_FAILURES)[number];

/** How a credential stands: `cooling` is left alone for a while, `set_aside` until it is known to be good again. */
export interface KeyHealth {
  health: 'ok' | 'cooling' | 'set_aside';
  /** Why, unless it is `ok`. */
  reason: KeyFailure | undefined;
  since: Date | undefined;
}

/** By the status of an answer that failed by the credential's or the provider's fault. */
const BY_STATUS: ReadonlyMap<number, KeyFailure> = new Map([
  [401, 'unauthorized'],
  [402, 'payment_required'],
  [403, 'forbidden'],
  [429, 'rate_limited'],
]);
const SETS_ASIDE: ReadonlySet<KeyFailure> = new Set(['unauthorized', 'payment_required', 'forbidden']);

const MOST_FAILURES = 3;
const REST_MS = 30_000;
/** One that is set aside serves one call in so long, to find out. */
const PROBE_EVERY_MS = 5 * 60_000;

/** What an answer's status says of the credential; undefined when it says nothing against it. */
export function keyFailureOf(status: number): KeyFailure | undefined {
  return BY_STATUS.get(status) ?? (status >= 500 ? 'server_error' : undefined);
}

/** How one credential fared lately. Clocks are milliseconds of the epoch. */
export class KeyStanding {
  /** Until then others are taken. */
  outUntilMs = 0;
  private failures = 0;
  private limits = 0;
  private reason: KeyFailure | undefined;
  private sinceMs = 0;
  private toldMs = Number.NEGATIVE_INFINITY;
  private isTold = false;

  get isSetAside(): boolean {
    return this.reason !== undefined && SETS_ASIDE.has(this.reason);
  }

  /** It is about to be used: of one that is set aside, nobody else tries the same at the same time. */
  taken(nowMs: number): void {
    if (this.isSetAside) this.outUntilMs = nowMs + PROBE_EVERY_MS;
  }

  /** The provider took it. Returns true when its being set aside was told. */
  answered(): boolean {
    this.failures = 0;
    this.limits = 0;
    // A call that began before a rate limit does not end it.
    if (this.reason === 'rate_limited') return false;
    const wasTold = this.isSetAside && this.isTold;
    this.outUntilMs = 0;
    this.reason = undefined;
    this.isTold = false;
    return wasTold;
  }

  /**
   * @param retryAfterS of a rate limit.
   * Returns true when it is set aside now and that is worth telling: of one that is refused now and then, not each time.
   */
  failed(failure: KeyFailure, nowMs: number, retryAfterS: number | undefined): boolean {
    const wasSetAside = this.isSetAside;
    if (SETS_ASIDE.has(failure)) {
      this.out(failure, nowMs, PROBE_EVERY_MS);
    } else if (failure === 'rate_limited') {
      // Of many calls that are refused at once, one counts.
      if (retryAfterS === undefined && nowMs < this.outUntilMs) return false;
      this.out(failure, nowMs, limitedMs(retryAfterS, this.limits++));
    } else if (++this.failures >= MOST_FAILURES) {
      this.out(failure, nowMs, REST_MS);
    }
    if (wasSetAside || !this.isSetAside || nowMs - this.toldMs < PROBE_EVERY_MS) return false;
    this.toldMs = nowMs;
    this.isTold = true;
    return true;
  }

  health(nowMs: number): KeyHealth {
    const { reason } = this;
    if (reason === undefined || (!this.isSetAside && nowMs >= this.outUntilMs))
      return { health: 'ok', reason: undefined, since: undefined };
    return { health: this.isSetAside ? 'set_aside' : 'cooling', reason, since: new Date(this.sinceMs) };
  }

  /** It is left alone for so long. */
  out(failure: KeyFailure, nowMs: number, forMs: number): void {
    // What set it aside is not made less by a rate limit or a failure of its probe.
    const stays = this.isSetAside;
    if (!stays && (this.reason === undefined || nowMs >= this.outUntilMs)) this.sinceMs = nowMs;
    if (!stays || SETS_ASIDE.has(failure)) this.reason = failure;
    this.outUntilMs = Math.max(this.outUntilMs, nowMs + forMs);
  }
}
