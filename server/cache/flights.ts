import type { Cached } from './cached.ts';

/** What a request gets that asks what another one has asked already: the turn to ask, the answer, or neither. */
export type Turn = 'lead' | 'alone' | Cached;

/** Requests that are the same and run at the same time: one asks the provider, the others wait for its answer. */
export class Flights {
  private readonly lines = new Map<string, Set<(turn: Turn) => void>>();

  /**
   * Takes part. Who gets `lead` asks, and must call `land` whatever becomes of it.
   * @param waitMs how long it waits at most before it asks by itself (`alone`).
   * @param whenGone calls back when nobody waits for it any more.
   */
  join(digest: string, waitMs: number, whenGone: (call: () => void) => void): 'lead' | Promise<Turn> {
    const line = this.lines.get(digest);
    if (!line) {
      this.lines.set(digest, new Set());
      return 'lead';
    }
    return new Promise((resolve) => {
      const end = (turn: Turn) => {
        clearTimeout(timer);
        line.delete(end);
        resolve(turn);
      };
      const timer = setTimeout(() => end('alone'), Math.ceil(waitMs));
      line.add(end);
      whenGone(() => end('alone'));
    });
  }

  /**
   * Ends the turn of the one that asked. A failure may be its own: the next in line asks. An answer that cannot be kept
   * is of no use to the others: all of them ask.
   */
  land(digest: string, outcome: Cached | 'failed' | 'unkept'): void {
    const line = this.lines.get(digest);
    if (!line) return;
    if (outcome === 'failed') {
      const [next] = line;
      if (next) next('lead');
      else this.lines.delete(digest);
      return;
    }
    this.lines.delete(digest);
    for (const end of line) end(outcome === 'unkept' ? 'alone' : outcome);
  }
}
