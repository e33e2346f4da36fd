import { type Counter, resetOfConcurrency } from '../counter.ts';
import type { Rate } from '../rates.ts';
import type { Link } from './link.ts';
import { leastLeft } from './low.ts';

/**
 * A limit on what is under way, exact across processes: each holds so many places in Redis, and lets nothing through
 * beyond them. The places of a process that dies are free when it was not heard of for 20 s. While Redis does not
 * answer, each process has its share of the limit.
 */
export class SharedConcurrency implements Counter {
  private underWay = 0;
  private held = 0;
  /** Places that nobody holds, as Redis told it last. */
  private free: number;
  private waiting: ((got: boolean) => void)[] = [];
  private asking = false;
  private again = false;
  private readonly key: string;

  constructor(
    private readonly link: Link,
    id: string,
    readonly rate: Rate,
    public limit: number,
  ) {
    this.key = link.listen(`${rate.name}:${id}`, this);
    this.free = limit;
  }

  has(): boolean {
    return this.underWay < (this.link.usable ? this.held : this.share());
  }

  take(amount: number): void {
    this.underWay += amount;
  }

  acquire(amount: number): boolean | Promise<boolean> {
    if (this.has()) {
      this.take(amount);
      return true;
    }
    if (!this.link.usable) return false;
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.sync();
    });
  }

  settle(amount: number): void {
    this.underWay += amount;
    if (this.held > this.underWay + 2 * this.spare()) this.sync();
  }

  remaining(): number {
    const room = this.link.usable ? this.held + this.free : this.share();
    return Math.max(0, Math.min(room, this.limit) - this.underWay);
  }

  resetAtMs(nowMs: number): number {
    return resetOfConcurrency(this.remaining(), nowMs);
  }

  recalled(): void {
    if (this.held > this.underWay) this.sync();
  }

  back(): void {
    this.sync();
  }

  private share(): number {
    return Math.max(1, Math.floor(this.limit / this.link.processes));
  }

  /** How many places are held ahead, where there are many. */
  private spare(): number {
    return leastLeft(this.limit) < this.limit ? Math.max(4, Math.ceil(this.underWay / 4)) : 0;
  }

  /** Tells Redis what is needed, one question at a time. */
  private sync(): void {
    this.again = true;
    if (!this.asking && this.link.usable) void this.ask();
  }

  private async ask(): Promise<void> {
    this.asking = true;
    while (this.again) {
      // all who ask in this turn are asked for together
      await Promise.resolve();
      this.again = false;
      const waiting = this.waiting.splice(0);
      const need = this.underWay + waiting.length;
      const spare = this.spare();
      // What is given back must not serve any more, even before Redis has it.
      this.held = Math.min(this.held, need + spare);
      const low = leastLeft(this.limit);
      const answer = await this.link.hold(this.key, [this.limit, need, spare, low, this.link.processes]);
      if (answer) [, this.held, this.free] = answer as [number, number, number];
      for (const resolve of waiting) {
        const has = this.has();
        if (has) this.take(1);
        resolve(has);
      }
    }
    this.asking = false;
  }
}
