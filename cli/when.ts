const UNITS = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** A length of time in its largest unit that is at least two, or one second: `24 hours`, `5 minutes`. */
export function inWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [size, name] = UNITS.find(([unit]) => seconds >= 2 * unit) ?? UNITS[3];
  const count = Math.round(seconds / size);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

/** `in 29 days`, `3 minutes ago`, `just now`. */
export function fromNow(instant: string, nowMs: number): string {
  const ms = Date.parse(instant) - nowMs;
  if (Math.abs(ms) < 1000) return 'just now';
  return ms > 0 ? `in ${inWords(ms)}` : `${inWords(-ms)} ago`;
}

/** An instant for a person at a terminal, `2026-01-31 12:34 UTC, in 29 days`; on a pipe (no width) and for anything else the text as it is. */
export function readable(text: string, width: number | undefined, nowMs: number): string {
  if (width === undefined || !INSTANT.test(text)) return text;
  return `${text.slice(0, 16).replace('T', ' ')} UTC, ${fromNow(text, nowMs)}`;
}
