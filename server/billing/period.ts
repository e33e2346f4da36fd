/** Time as limits and expiries write it: `12h`, `30d`, `1mo`. Everything is UTC, so no day is 23 or 25 hours long. */
import { GatewayError } from '../../shared/errors.ts';

export interface Period {
  count: number;
  unit: 'h' | 'd' | 'w' | 'mo';
}

/** A recurring limit's window: its number, counted from the anchor, and the instant at which the next one starts. */
export interface Window {
  index: number;
  endsAt: Date;
}

const HOUR_MS = 3_600_000;
const UNIT_MS = { m: 60_000, h: HOUR_MS, d: 24 * HOUR_MS, w: 7 * 24 * HOUR_MS } as const;
const LONGEST_YEARS = 100;

/** `12h`, `1d`, `2w`, `1mo`. Throws `invalid_request` for anything else. */
export function parsePeriod(text: string): Period {
  const match = /^([1-9]\d{0,3})(h|d|w|mo)$/.exec(text);
  if (!match)
    throw invalid(`"${text}" is no period.`, 'period', 'Write a number and h, d, w or mo, such as 12h, 1d, 2w or 1mo.');
  return { count: Number(match[1]), unit: match[2] as Period['unit'] };
}

/**
 * The window that an instant falls into. Windows are fixed: they start at the anchor and every period after it. Months
 * are calendar months and end on the month's last day where the anchor's day does not exist, each counted from the
 * anchor, so that 31 January, 28 February, 31 March follow each other. What is before the anchor is in the first window.
 */
export function windowAt(period: string, anchor: Date, at: Date): Window {
  const { count, unit } = parsePeriod(period);
  if (unit !== 'mo') {
    const lengthMs = count * UNIT_MS[unit];
    const index = Math.max(0, Math.floor((at.getTime() - anchor.getTime()) / lengthMs));
    return { index, endsAt: new Date(anchor.getTime() + (index + 1) * lengthMs) };
  }
  const months = (at.getUTCFullYear() - anchor.getUTCFullYear()) * 12 + at.getUTCMonth() - anchor.getUTCMonth();
  let index = Math.max(0, Math.floor(months / count));
  if (index > 0 && at < addMonths(anchor, index * count)) index -= 1;
  return { index, endsAt: addMonths(anchor, (index + 1) * count) };
}

/**
 * When something ends: a duration from now (`30m`, `12h`, `30d`, `2w`, `6mo`, `1y`) or an ISO date or instant. A date
 * without a time is its first moment in UTC. Throws `invalid_request` for what is over already or is no time at all.
 * @param param the parameter to name in the refusal.
 */
export function expiryToDate(text: string, now: Date, param = 'expires_in'): Date {
  const end = durationFrom(text, now) ?? isoDate(text);
  if (!end || Number.isNaN(end.getTime())) {
    throw invalid(`"${text}" is no time.`, param, 'Write a duration such as 30d or a date such as 2027-01-31.');
  }
  if (end <= now)
    throw invalid(`${end.toISOString()} is in the past.`, param, 'Name a time in the future, such as 30d.');
  if (end > addMonths(now, LONGEST_YEARS * 12)) {
    throw invalid(
      `"${text}" is more than ${LONGEST_YEARS} years away.`,
      param,
      'Leave the expiry out for a key that never expires.',
    );
  }
  return end;
}

function durationFrom(text: string, now: Date): Date | undefined {
  const match = /^([1-9]\d{0,5})(m|h|d|w|mo|y)$/.exec(text);
  if (!match) return undefined;
  const count = Number(match[1]);
  const unit = match[2]!;
  if (unit === 'mo' || unit === 'y') return addMonths(now, unit === 'y' ? count * 12 : count);
  return new Date(now.getTime() + count * UNIT_MS[unit as keyof typeof UNIT_MS]);
}

function isoDate(text: string): Date | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/.exec(text);
  if (!match) return undefined;
  // Date.parse makes 2 March of 30 February: a day that does not exist is a typing error here.
  if (Number(match[3]) > daysIn(Number(match[1]), Number(match[2]) - 1)) return undefined;
  return new Date(Date.parse(text));
}

function addMonths(from: Date, months: number): Date {
  const at = from.getUTCFullYear() * 12 + from.getUTCMonth() + months;
  const year = Math.floor(at / 12);
  const month = at % 12;
  const moved = new Date(from);
  moved.setUTCFullYear(year, month, Math.min(from.getUTCDate(), daysIn(year, month)));
  return moved;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
}

function invalid(message: string, param: string, hint: string): GatewayError {
  return new GatewayError('invalid_request', message, { param, hint });
}
