/**
 * How much was taken in the last window of time. Time is looked at in pieces, and a piece counts until all of it is
 * older than the window: in no window, wherever it begins, is more taken than the limit, and what was taken comes back
 * at most one piece late. (Counting whole windows would let twice the limit through around the edge of two; a bucket
 * that refills lets twice the limit through in the first window.)
 */
export class SlidingWindow {
  readonly pieceMs: number;
  /** By piece at `piece % counts.length`; up to the piece after the one that is now, where what is granted ahead counts. */
  private readonly counts: number[];
  private newest = 0;
  private sum = 0;

  constructor(windowMs: number, pieces: number) {
    this.pieceMs = windowMs / pieces;
    this.counts = Array<number>(pieces + 2).fill(0);
  }

  /** The piece that an instant is in. */
  pieceAt(atMs: number): number {
    return Math.floor(atMs / this.pieceMs);
  }

  /** What counts now. */
  taken(nowMs: number): number {
    this.advance(this.pieceAt(nowMs) + 1);
    return this.sum;
  }

  /** Takes so much in a piece, or gives it back with a negative amount; what counts no more is not changed. */
  add(amount: number, piece: number): void {
    this.advance(piece);
    const { length } = this.counts;
    if (piece <= this.newest - length) return;
    const at = piece % length;
    const before = this.counts[at]!;
    const after = Math.max(0, before + amount);
    this.counts[at] = after;
    this.sum += after - before;
  }

  /** What was taken, by piece. */
  entries(): [piece: number, amount: number][] {
    const { length } = this.counts;
    const found: [number, number][] = [];
    for (let piece = this.newest - length + 1; piece <= this.newest; piece++) {
      const amount = this.counts[piece % length]!;
      if (amount > 0) found.push([piece, amount]);
    }
    return found;
  }

  /** Counts this instead, given as pieces and amounts in turn. */
  replace(taken: readonly number[]): void {
    this.counts.fill(0);
    this.sum = 0;
    for (let at = 0; at < taken.length; at += 2) this.add(taken[at + 1]!, taken[at]!);
  }

  /** When less than `limit` will count; when it already does, when the first of it comes back. */
  backAtMs(limit: number, nowMs: number): number {
    let left = this.taken(nowMs);
    const { length } = this.counts;
    for (let piece = this.newest - length + 1; left > 0 && piece <= this.newest; piece++) {
      const count = this.counts[piece % length]!;
      left -= count;
      if (count > 0 && left < limit) return (piece + length - 1) * this.pieceMs;
    }
    return nowMs;
  }

  /** Forgets what is older than the window when this piece is the newest. */
  private advance(piece: number): void {
    const { length } = this.counts;
    const steps = Math.min(piece - this.newest, length);
    for (let step = 0; step < steps; step++) {
      const at = (piece - step) % length;
      this.sum -= this.counts[at]!;
      this.counts[at] = 0;
    }
    if (piece > this.newest) this.newest = piece;
  }
}
