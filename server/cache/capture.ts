import type { JsonObject } from '../dialects/lossless.ts';

/** The largest answer that is kept. */
const MAX_BYTES = 1024 * 1024;
/** How a kept answer of the Responses API may have ended. */
const ENDED: readonly unknown[] = ['completed', 'incomplete'];

/** An answer on its way to its caller, collected to be kept. */
export class Capture {
  private parts: Buffer[] | undefined = [];
  private size = 0;
  /** The id of an answer of the Responses API. */
  responseId: string | undefined;

  /**
   * @param keep takes the answer once all of it was given.
   * @param give called once when it is clear that it will not be kept, though it may be a good one.
   */
  constructor(
    private readonly keep: (body: Buffer, whole: boolean, responseId: string | undefined) => void,
    private readonly give: () => void,
  ) {}

  /** Takes what the caller gets; text of ours is ASCII. */
  add(piece: Buffer | string): void {
    if (!this.parts) return;
    this.size += piece.length;
    if (this.size > MAX_BYTES) this.drop();
    else this.parts.push(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece);
  }

  /** The answer is not one for others: too large, estimated, cut short for want of money. */
  drop(): void {
    if (!this.parts) return;
    this.parts = undefined;
    this.give();
  }

  /** What an answer of the Responses API says of itself. */
  note({ id, status }: JsonObject): void {
    if (typeof id === 'string') this.responseId = id;
    if (!ENDED.includes(status)) this.drop();
  }

  /** All of it was given. */
  done(whole: boolean): void {
    const { parts } = this;
    if (!parts) return;
    this.parts = undefined;
    this.keep(Buffer.concat(parts, this.size), whole, this.responseId);
  }
}
