import type { Counter } from '../counter.ts';
import type { Rate } from '../rates.ts';
import { SlidingWindow } from '../sliding-window.ts';
import { steadyNow } from '../steady-now.ts';
import type { Arguments, Link } from './link.ts';
import { leastLeft } from './low.ts';

/** Amounts by piece of time. */
type ByPiece = Map<number, number>;

interface Waiter {
  amount: number;
  resolve: (got: boolean) => void;
}

/**
 * A limit on what is taken in a time, exact across processes. What Redis gave ahead serves without asking; when that is
 * used up, or little is left of the limit, Redis is asked, once for all who wait. While Redis does not answer, each
 * process lets through its share of what was left when it was heard last, and tells of that afterwards.
 */
export class SharedRate implements Counter {
  /** What was taken by all, as Redis told it last. */
  private readonly known: SlidingWindow;
  /** What Redis does not know yet: taken without it, used beyond the estimate, or given back. */
  private untold: ByPiece = new Map();
  /** What was told in questions whose answers did not arrive. */
  private unsure: ByPiece = new Map();
  /** What was given ahead: how much is left of it, the piece that it counts in, and when that ends, by Redis' clock. */
  private ahead = { left: 0, piece: 0, endsAtMs: 0 };
  private takenSinceAsked = 0;
  private waiting: Waiter[] = [];
  private asking = false;
  private asked = 0;
  private arrived = 0;
  private losses: number;
  private readonly key: string;
  private expiry: NodeJS.Timeout | undefined;

  constructor(
    private readonly link: Link,
    id: string,
    readonly rate: Rate,
    public limit: number,
  ) {
    this.known = new SlidingWindow(rate.windowMs, rate.pieces);
    this.key = link.listen(`${rate.name}:${rate.windowMs}:${id}`, this);
    this.losses = link.losses;
  }

  has(nowMs: number): boolean {
    const now = this.link.there(nowMs);
    if (this.ahead.left > 0 && now < this.ahead.endsAtMs) return true;
    return !this.link.usable && this.share(now) > 0;
  }

  take(amount: number, nowMs: number): void {
    const now = this.link.there(nowMs);
    this.takenSinceAsked += amount;
    const { ahead } = this;
    if (ahead.left <= 0 || now >= ahead.endsAtMs) {
      this.tell(amount, this.known.pieceAt(now));
      return;
    }
    const overdrawn = amount - ahead.left;
    ahead.left = Math.max(0, -overdrawn);
    if (overdrawn > 0) this.tell(overdrawn, ahead.piece);
    const soonOver = ahead.endsAtMs - now < this.known.pieceMs / 4;
    if (this.link.usable && !this.asking && (soonOver || ahead.left < this.takenSinceAsked / 2)) void this.ask();
  }

  acquire(amount: number, nowMs: number): boolean | Promise<boolean> {
    if (this.has(nowMs)) {
      this.take(amount, nowMs);
      return true;
    }
    if (!this.link.usable) return false;
    return new Promise((resolve) => {
      this.waiting.push({ amount, resolve });
      if (!this.asking) void this.ask();
    });
  }

  settle(amount: number, takenAtMs: number, nowMs: number): void {
    this.tell(amount, this.known.pieceAt(this.link.there(amount < 0 ? takenAtMs : nowMs)));
    if (this.link.usable && !this.asking) void this.ask();
  }

  remaining(nowMs: number): number {
    const now = this.link.there(nowMs);
    if (!this.link.usable) return Math.max(0, this.share(now));
    const ahead = now < this.ahead.endsAtMs ? this.ahead.left : 0;
    return Math.max(0, this.limit - this.known.taken(now) - sumOf(this.untold) + ahead);
  }

  resetAtMs(nowMs: number): number {
    return this.link.here(this.known.backAtMs(this.limit, this.link.there(nowMs)));
  }

  recalled(): void {
    if (this.ahead.left === 0) return;
    this.giveBack();
    if (this.link.usable && !this.asking) void this.ask();
  }

  back(): void {
    if ((this.untold.size > 0 || this.unsure.size > 0) && !this.asking) void this.ask();
  }

  /** How much this process may let through alone. */
  private share(now: number): number {
    const left = this.limit - this.known.taken(now);
    if (left <= 0) return 0;
    const oldest = this.known.pieceAt(now) - this.rate.pieces;
    const own = sumOf(this.untold, oldest) + sumOf(this.unsure, oldest);
    return Math.max(1, Math.floor(left / this.link.processes)) - own;
  }

  private tell(amount: number, piece: number): void {
    this.untold.set(piece, (this.untold.get(piece) ?? 0) + amount);
  }

  private giveBack(): void {
    if (this.ahead.left > 0) this.tell(-this.ahead.left, this.ahead.piece);
    this.ahead.left = 0;
    clearTimeout(this.expiry);
  }

  /** Asks once for all who wait, and again for those who came meanwhile. */
  private async ask(): Promise<void> {
    this.asking = true;
    do {
      // all who ask in this turn are asked for together
      await Promise.resolve();
      const waiting = this.waiting.splice(0);
      const told = this.untold;
      this.untold = new Map();
      this.asked++;
      const answer = await this.link.take(this.key, this.questionFor(waiting, told));
      if (answer) this.hear(answer, waiting);
      else this.goOnAlone(told, waiting);
    } while (this.waiting.length > 0);
    this.asking = false;
  }

  private questionFor(waiting: readonly Waiter[], told: ByPiece): Arguments {
    const { rate, limit, link } = this;
    const low = leastLeft(limit);
    const needs = waiting.map(({ amount }) => amount);
    const need = needs.reduce((sum, amount) => sum + amount, 0);
    const wanted = low < limit ? Math.ceil(Math.max(8 * need, 2 * this.takenSinceAsked)) : 0;
    const lost = this.losses === link.losses ? [] : this.known.entries();
    const bounds = [this.known.pieceMs, rate.pieces, limit, rate.of === 'tokens' ? 1 : 0];
    const generosity = [wanted, low, link.processes, link.recallChannel];
    const lists = [listed([...this.unsure]), listed([...told]), listed(lost)];
    return [this.asked, this.arrived, ...bounds, ...generosity, ...lists.flat(), needs.length, ...needs];
  }

  private hear([now, met, more, ...taken]: number[], waiting: readonly Waiter[]): void {
    this.losses = this.link.losses;
    this.arrived = this.asked;
    this.unsure = new Map();
    this.known.replace(taken);
    this.takenSinceAsked = waiting.reduce((sum, { amount }, index) => (index < met! ? sum + amount : sum), 0);
    if (more! > 0) {
      this.giveBack();
      const piece = this.known.pieceAt(now!) + 1;
      const endsAtMs = (piece + 1) * this.known.pieceMs;
      this.ahead = { left: more!, piece, endsAtMs };
      this.expiry = setTimeout(() => this.recalled(), endsAtMs - now!);
      this.expiry.unref();
    }
    for (const [index, { resolve }] of waiting.entries()) resolve(index < met!);
  }

  private goOnAlone(told: ByPiece, waiting: readonly Waiter[]): void {
    for (const [piece, amount] of told) this.unsure.set(piece, (this.unsure.get(piece) ?? 0) + amount);
    for (const { amount, resolve } of waiting) {
      const now = steadyNow();
      const has = this.has(now);
      if (has) this.take(amount, now);
      resolve(has);
    }
  }
}

/** As the script takes a list: how many pairs, then the pairs. */
function listed(pairs: readonly [number, number][]): number[] {
  return [pairs.length, ...pairs.flat()];
}

function sumOf(amounts: ByPiece, from = 0): number {
  let sum = 0;
  for (const [piece, amount] of amounts) if (piece >= from) sum += amount;
  return sum;
}
