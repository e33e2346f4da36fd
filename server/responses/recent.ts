import { type Kept, sizeOf } from './kept.ts';

/** Ids are made by providers: two projects may well have the same one. */
type Owned = Pick<Kept, 'projectId' | 'id'>;
const keyOf = ({ projectId, id }: Owned) => `${projectId} ${id}`;

/** Answers in memory, the last used ones, up to so many bytes. Those that are not in the store yet stay whatever comes. */
export class Recent {
  private readonly entries = new Map<string, Kept>();
  private readonly unwritten = new Map<string, Kept>();
  private bytes = 0;
  private unwrittenBytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** Whether there is any that only this process has. */
  get isWaiting(): boolean {
    return this.unwritten.size > 0;
  }

  /** Bytes that only this process has. */
  get waitingBytes(): number {
    return this.unwrittenBytes;
  }

  get(projectId: string, id: string): Kept | undefined {
    const key = keyOf({ projectId, id });
    const waiting = this.unwritten.get(key);
    if (waiting) return waiting;
    const found = this.entries.get(key);
    if (!found) return undefined;
    this.entries.delete(key);
    this.entries.set(key, found);
    return found;
  }

  /** Takes an answer that the store does not have yet. */
  addUnwritten(kept: Kept): void {
    this.forgetUnwritten(kept);
    this.unwritten.set(keyOf(kept), kept);
    this.unwrittenBytes += sizeOf(kept);
  }

  /** Takes one that the store has. */
  add(kept: Kept): void {
    const key = keyOf(kept);
    this.drop(key);
    this.entries.set(key, kept);
    this.bytes += sizeOf(kept);
    for (const oldest of this.entries.keys()) {
      if (this.bytes <= this.maxBytes) return;
      this.drop(oldest);
    }
  }

  /** Some that are to be written, the oldest first. */
  waiting(count: number): Kept[] {
    const some: Kept[] = [];
    for (const kept of this.unwritten.values()) if (some.push(kept) >= count) break;
    return some;
  }

  /** This very one is in the store; another of the same id that came meanwhile is not. */
  written(kept: Kept): void {
    if (this.unwritten.get(keyOf(kept)) !== kept) return;
    this.forgetUnwritten(kept);
    this.add(kept);
  }

  /** Gives one up that cannot be written, or that was removed. */
  remove(owned: Owned): void {
    this.forgetUnwritten(owned);
    this.drop(keyOf(owned));
  }

  /** Forgets what the store has: some of it may not be there any more. */
  forgetWritten(): void {
    this.entries.clear();
    this.bytes = 0;
  }

  private forgetUnwritten(owned: Owned): void {
    const key = keyOf(owned);
    const kept = this.unwritten.get(key);
    if (!kept) return;
    this.unwritten.delete(key);
    this.unwrittenBytes -= sizeOf(kept);
  }

  private drop(key: string): void {
    const kept = this.entries.get(key);
    if (!kept) return;
    this.entries.delete(key);
    this.bytes -= sizeOf(kept);
  }
}
