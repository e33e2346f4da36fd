import type { Counter } from './counter.ts';
import { limitHeaders } from './headers.ts';

/** A request that its limits let through. */
export interface Admission {
  /** For the answer, as the flat list that node takes; empty where nothing is limited. */
  readonly headers: readonly string[];
  /**
   * Ends it, whatever became of the request: what was under way is not any more, and the tokens that it used replace the
   * estimate. Repeating it changes nothing.
   */
  done(tokens: number): void;
}

/** Of a request that nothing limits. */
export const UNLIMITED: Admission = Object.freeze({ headers: Object.freeze([]), done() {} });

/** What a request takes of every limit at once: one request, its estimate of tokens, one place among those under way. */
export class Admitted implements Admission {
  private ended = false;

  constructor(
    private counters: readonly Counter[],
    private readonly tokens: number,
    private readonly takenAtMs: number,
    private readonly now: () => number,
  ) {}

  get headers(): readonly string[] {
    return limitHeaders(this.counters, this.now());
  }

  /** Another's limits on requests let it through, too. */
  with({ counters }: Admitted): this {
    this.counters = [...counters, ...this.counters];
    return this;
  }

  done(tokens: number): void {
    if (this.ended) return;
    this.ended = true;
    for (const counter of this.counters) {
      const { of } = counter.rate;
      if (of === 'concurrent') counter.settle(-1, this.takenAtMs, this.now());
      else if (of === 'tokens' && tokens !== this.tokens)
        counter.settle(tokens - this.tokens, this.takenAtMs, this.now());
    }
  }
}

/** How much a request takes of a limit. */
export function amountOf({ rate }: Counter, tokens: number): number {
  return rate.of === 'tokens' ? tokens : 1;
}
