/** Which time a question about usage means. All of it is UTC. */
import { GatewayError } from '../../shared/errors.ts';

/** From an instant up to, and without, another. */
export interface Window {
  from: Date;
  to: Date;
}

/** The contract has checked each of these, and that they are one way to say it. */
export interface Asked {
  days?: number | undefined;
  range?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

const DEFAULT_DAYS = 30;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A leap year from its first day to its last. */
const LONGEST_DAYS = 366;
const MOST_HOURS = 48;

/** The window that was asked for. Throws `invalid_request` for one that ends before it begins, or is over a year. */
export function windowOf({ days = DEFAULT_DAYS, range, from, to }: Asked, now: Date): Window {
  if (from === undefined) {
    const lengthMs = range === undefined ? days * DAY_MS : Number.parseInt(range, 10) * UNITS_MS[range.at(-1)!]!;
    return { from: new Date(now.getTime() - lengthMs), to: now };
  }
  const asked = { from: startOf(from), to: to === undefined ? now : endOf(to) };
  if (asked.from >= asked.to)
    throw new GatewayError('invalid_request', `from: must be before ${to === undefined ? 'now' : 'to'}.`, {
      param: 'from',
    });
  if (daysIn(asked) > LONGEST_DAYS)
    throw new GatewayError('invalid_request', `from: must be at most ${LONGEST_DAYS} days before to.`, {
      param: 'from',
    });
  return asked;
}

const UNITS_MS: Record<string, number> = { h: HOUR_MS, d: DAY_MS };

/** The first moment of a day, or the instant itself. */
export function startOf(dayOrInstant: string): Date {
  return new Date(dayOrInstant);
}

/** The first moment after a day, or the instant itself. */
export function endOf(dayOrInstant: string): Date {
  const start = new Date(dayOrInstant);
  return dayOrInstant.includes('T') ? start : new Date(start.getTime() + DAY_MS);
}

/** The length in days, to four places. */
export function daysIn({ from, to }: Window): number {
  return Math.round(((to.getTime() - from.getTime()) / DAY_MS) * 10_000) / 10_000;
}

/** The name of every day or hour that a window touches, in order: `2026-01-31`, `2026-01-31T09:00Z`. */
export function buckets({ from, to }: Window, by: 'day' | 'hour'): string[] {
  const stepMs = by === 'day' ? DAY_MS : HOUR_MS;
  const found: string[] = [];
  for (let at = Math.floor(from.getTime() / stepMs) * stepMs; at < to.getTime(); at += stepMs) {
    const name = new Date(at).toISOString();
    found.push(by === 'day' ? name.slice(0, 10) : `${name.slice(0, 16)}Z`);
  }
  return found;
}

/** Throws `invalid_request` when a window is too long to be told hour by hour. */
export function checkHours(window: Window): void {
  if (window.to.getTime() - window.from.getTime() > MOST_HOURS * HOUR_MS)
    throw new GatewayError('invalid_request', `by: hour is for at most ${MOST_HOURS} hours.`, {
      param: 'by',
      hint: 'Ask for a shorter range, or by day.',
    });
}
