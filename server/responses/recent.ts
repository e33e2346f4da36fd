import { type Kept, sizeOf } from './kept.ts';

/** Answers in memory, the last used ones, up to so many bytes. Those that are not in the store yet stay whatever comes. */
export class Recent {
  private readonly entries = new Map<string, Kept>();
  private readonly unwritten = new Map<string, Kept>();
  private bytes = 0;
  private unwrittenBytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** Bytes that only this process has. */
  get waitingBytes(): number {
    return this.unwrittenBytes;
  }

  get(id: string): Kept | undefined {
    const waiting = this.unwritten.get(id);
    if (waiting) return waiting;
    const found = this.entries.get(id);
    if (!found) return undefined;
    this.entries.delete(id);
    this.entries.set(id, found);
    return found;
  }

  /** Takes an answer that the store does not have yet. */
  addUnwritten(kept: Kept): void {
    this.unwritten.set(kept.id, kept);
    this.unwrittenBytes += sizeOf(kept);
  }

  /** Takes one that the store has. */
  add(kept: Kept): void {
    this.drop(kept.id);
    this.entries.set(kept.id, kept);
    this.bytes += sizeOf(kept);
    for (const id of this.entries.keys()) {
      if (this.bytes <= this.maxBytes) return;
      this.drop(id);
    }
  }

  /** Some that are to be written, the oldest first. */
  waiting(count: number): Kept[] {
    const some: Kept[] = [];
    for (const kept of this.unwritten.values()) if (some.push(kept) >= count) break;
    return some;
  }

  written(kept: Kept): void {
    if (this.forgetUnwritten(kept.id)) this.add(kept);
  }

  /** Gives one up that cannot be written, or that was removed. */
  remove(id: string): void {
    this.forgetUnwritten(id);
    this.drop(id);
  }

  private forgetUnwritten(id: string): boolean {
    const kept = this.unwritten.get(id);
    if (!kept) return false;
    this.unwritten.delete(id);
    this.unwrittenBytes -= sizeOf(kept);
    return true;
  }

  private drop(id: string): void {
    const kept = this.entries.get(id);
    if (!kept) return;
    this.entries.delete(id);
    this.bytes -= sizeOf(kept);
  }
}
