/** A call that waits for its result. */
interface Pending {
  id: string;
  /** The id that the caller sent, if it did. */
  given: string | undefined;
  name: string;
}

/**
 * Gemini's calls and results need no ids: a result belongs to the first call of its name that has none yet. The ids made
 * here depend on the order of the calls alone, so that the same conversation is the same bytes in every turn.
 */
export class CallIds {
  private pending: Pending[] = [];
  private count = 0;
  /** Names and ids of all the calls there were. */
  private readonly seen = new Set<string>();

  call(name: string, given: string | undefined): string {
    const id = given ?? `call_${this.count}`;
    this.count++;
    this.pending.push({ id, given, name });
    this.seen.add(name).add(id);
    return id;
  }

  /** Whether there was a call that such a result may answer, though it may have been answered before. */
  knows(name: string | undefined, given: string | undefined): boolean {
    return [name, given].some((word) => word !== undefined && this.seen.has(word));
  }

  /** The call that a result answers. */
  result(name: string | undefined, given: string | undefined): { id: string; name: string | undefined } {
    let at = given === undefined ? -1 : this.pending.findIndex((call) => call.given === given);
    if (at < 0) at = this.pending.findIndex((call) => call.name === name);
    if (at < 0) return { id: given ?? `call_${this.count++}`, name };
    const [call] = this.pending.splice(at, 1);
    return { id: call!.id, name: call!.name };
  }
}
