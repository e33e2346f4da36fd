/** The server's clock in milliseconds, as an answer tells it; ours where that cannot be read. */
export function serverClock(told: string, oursMs: number): number {
  const ms = Date.parse(told);
  return Number.isNaN(ms) ? oursMs : ms;
}
