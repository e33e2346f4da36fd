import type { Rate } from './rates.ts';
import { SlidingWindow } from './sliding-window.ts';

/** One limit of somebody, and how much of it is in use. */
export interface Counter {
  readonly rate: Rate;
  /** May change while it is in use. */
  limit: number;
  /** Whether a request may go on without asking anybody. Tokens: there is any left, whatever this request will need. */
  has(nowMs: number): boolean;
  /** Takes what `has` said there is. */
  take(amount: number, nowMs: number): void;
  /** Takes it after asking others; false: it is used up. Never waits longer than 200 ms, never throws. */
  acquire(amount: number, nowMs: number): boolean | Promise<boolean>;
  /** Takes so much more than what was taken then; less, with a negative amount. */
  settle(amount: number, takenAtMs: number, nowMs: number): void;
  /** Never less than nothing. */
  remaining(nowMs: number): number;
  /** When something comes back: Unix milliseconds. */
  resetAtMs(nowMs: number): number;
}

/** A limit on what is taken in a time, in this process alone. */
export class LocalRate implements Counter {
  private readonly window: SlidingWindow;

  constructor(
    readonly rate: Rate,
    public limit: number,
  ) {
    this.window = new SlidingWindow(rate.windowMs, rate.pieces);
  }

  has(nowMs: number): boolean {
    return this.window.taken(nowMs) < this.limit;
  }

  take(amount: number, nowMs: number): void {
    this.window.add(amount, this.window.pieceAt(nowMs));
  }

  acquire(amount: number, nowMs: number): boolean {
    if (!this.has(nowMs)) return false;
    this.take(amount, nowMs);
    return true;
  }

  settle(amount: number, takenAtMs: number, nowMs: number): void {
    this.window.add(amount, this.window.pieceAt(amount < 0 ? takenAtMs : nowMs));
  }

  remaining(nowMs: number): number {
    return Math.max(0, this.limit - this.window.taken(nowMs));
  }

  resetAtMs(nowMs: number): number {
    return this.window.backAtMs(this.limit, nowMs);
  }
}

/** A limit on what is under way, in this process alone. */
export class LocalConcurrency implements Counter {
  private underWay = 0;

  constructor(
    readonly rate: Rate,
    public limit: number,
  ) {}

  has(): boolean {
    return this.underWay < this.limit;
  }

  take(amount: number): void {
    this.underWay += amount;
  }

  acquire(amount: number): boolean {
    if (!this.has()) return false;
    this.take(amount);
    return true;
  }

  settle(amount: number): void {
    this.underWay += amount;
  }

  remaining(): number {
    return Math.max(0, this.limit - this.underWay);
  }

  resetAtMs(nowMs: number): number {
    return resetOfConcurrency(this.remaining(), nowMs);
  }
}

/** Nobody knows when a request will end: in a second it is worth asking again. */
export function resetOfConcurrency(remaining: number, nowMs: number): number {
  return remaining > 0 ? nowMs : nowMs + 1000;
}
