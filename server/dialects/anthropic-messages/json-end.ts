/** Tells when a JSON object that comes in pieces is whole, without parsing it. */
export class JsonEnd {
  private depth = 0;
  private inString = false;
  private escaped = false;
  /** The outermost bracket has been closed. */
  whole = false;

  /** Takes a piece; what is behind the end is not looked at. */
  add(piece: string): void {
    for (let at = 0; at < piece.length && !this.whole; at++) this.step(piece.charCodeAt(at));
  }

  private step(code: number): void {
    if (this.inString) {
      if (this.escaped) this.escaped = false;
      else if (code === 0x5c) this.escaped = true;
      else if (code === 0x22) this.inString = false;
    } else if (code === 0x22) this.inString = true;
    else if (code === 0x7b || code === 0x5b) this.depth++;
    else if (code === 0x7d || code === 0x5d) {
      this.depth--;
      if (this.depth <= 0) this.whole = true;
    }
  }
}
