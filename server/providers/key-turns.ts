import type { KeyStanding } from './key-standing.ts';

/** Something that a credential stands for. */
interface Keyed {
  id: string;
  standing: KeyStanding;
}

/** Credentials that take turns; those that are out are passed over. */
export class KeyTurns<K extends Keyed> {
  private turn = 0;
  private readonly keys: readonly K[];

  /** @param keys at least one. */
  constructor(keys: readonly K[]) {
    this.keys = keys;
  }

  /**
   * The next one. When all are out, the one that comes back first is taken all the same, and when all are excepted, any.
   * @param except ids of those that are taken only then.
   * @param prefer the id of the one that is taken whenever it is not out.
   */
  next(nowMs: number, except: readonly string[] | undefined, prefer: string | undefined): K {
    const { keys, turn } = this;
    let ready = -1;
    let soonest = -1;
    for (let i = 0; i < keys.length; i++) {
      const at = (turn + i) % keys.length;
      const { id, standing } = keys[at]!;
      if (except?.includes(id)) continue;
      if (standing.outUntilMs <= nowMs) {
        if (id === prefer) return this.taken(at, nowMs);
        if (ready < 0) ready = at;
      } else if (soonest < 0 || standing.outUntilMs < keys[soonest]!.standing.outUntilMs) soonest = at;
    }
    const at = ready >= 0 ? ready : soonest >= 0 ? soonest : turn;
    this.turn = (at + 1) % keys.length;
    return this.taken(at, nowMs);
  }

  /** Whether there is one besides these that is not out. */
  hasAnother(nowMs: number, except: readonly string[]): boolean {
    return this.keys.some(({ id, standing }) => standing.outUntilMs <= nowMs && !except.includes(id));
  }

  private taken(at: number, nowMs: number): K {
    const key = this.keys[at]!;
    key.standing.taken(nowMs);
    return key;
  }
}
