import { z } from 'zod';
import { formatUsd, parseUsd } from '../money.ts';

/** A positive amount in USD, given as a decimal string or a JSON number; at most nine decimal places. Reads as a string. */
export const usdInput = z
  .union([z.string(), z.number()], 'must be an amount in USD, such as "5" or "0.25"')
  .transform((value) => (typeof value === 'number' ? numberText(value) : value.trim()))
  .refine((text) => (parseUsd(text) ?? 0n) > 0n, 'must be a positive amount in USD, such as "5" or "0.25"')
  .refine((text) => (parseUsd(text) ?? 0n) <= 1_000_000_000n * 1_000_000_000n, 'must be at most 1000000000')
  .transform((text) => formatUsd(parseUsd(text)!))
  .meta({ description: 'A positive amount in USD as a decimal string, such as "5.00".', examples: ['5.00'] });

function numberText(value: number): string {
  return Number.isFinite(value) ? value.toFixed(9) : '';
}

/** One line of text, trimmed. Control characters, and those that turn text around, are refused: it will be printed. */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !UNPRINTABLE.test(text), 'must not contain control characters or line breaks');

const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;

/** Money in answers: a decimal string in USD. */
export const usd = z.string().meta({ description: 'USD as a decimal string.', examples: ['5.00'] });

/** An instant in answers: ISO 8601, UTC. */
export const instant = z.string().meta({ description: 'ISO 8601, UTC.', examples: ['2026-01-01T00:00:00.000Z'] });

/** A budget window: a whole number and a unit, one hour to twelve months: `12h`, `1d`, `2w`, `1mo`. */
export const period = z
  .string()
  .regex(/^[1-9]\d{0,3}(h|d|w|mo)$/, 'must be a number and h, d, w or mo, such as 12h, 1d, 2w or 1mo')
  .refine(
    (text) => Number.parseInt(text, 10) * PERIOD_HOURS[text.replace(/^\d+/, '')]! <= 366 * 24,
    'must be at most 12mo',
  );

const PERIOD_HOURS: Record<string, number> = { h: 1, d: 24, w: 168, mo: 30 * 24 };

/** When something ends: a duration (`30m`, `12h`, `30d`, `2w`, `6mo`) or an ISO 8601 date or instant. */
export const expiry = z
  .string()
  .refine(
    (text) => /^[1-9]\d{0,5}(m|h|d|w|mo|y)$/.test(text) || isDate(text),
    'must be a duration such as 30d or a date such as 2027-01-31',
  )
  .meta({ description: 'A duration from now (30m, 12h, 30d, 2w, 6mo, 1y) or an ISO 8601 date.', examples: ['30d'] });

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** Adds list paging to a query: `limit` (1 to 100) and `cursor` (from `next_cursor`). */
export const paging = {
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(500).optional(),
};

/** A page of a list. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), next_cursor: z.string().nullable() });
