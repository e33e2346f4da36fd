import { describe, expect, test } from 'vitest';
import { expiryToDate, parsePeriod, windowAt } from '../../../server/billing/period.ts';

const at = (text: string) => new Date(text);
const window = (period: string, anchor: string, now: string) => {
  const { index, endsAt } = windowAt(period, at(anchor), at(now));
  return [index, endsAt.toISOString()];
};

describe('parsePeriod', () => {
  test.each([
    ['12h', 12, 'h'],
    ['1d', 1, 'd'],
    ['2w', 2, 'w'],
    ['1mo', 1, 'mo'],
  ])('reads %s', (text, count, unit) => {
    expect(parsePeriod(text)).toEqual({ count, unit });
  });

  test.each(['', '0d', '1', 'd', '1m', '1y', '-1d', '1.5d', ' 1d', '1d ', '1D', '01d', '99999d', '1d1h'])(
    'refuses "%s"',
    (text) => {
      expect(() => parsePeriod(text)).toThrow(expect.objectContaining({ code: 'invalid_request', param: 'period' }));
    },
  );
});

describe('windowAt', () => {
  test.each([
    [
      'the anchor itself is in the first window',
      '1d',
      '2026-01-01T10:00:00Z',
      '2026-01-01T10:00:00Z',
      0,
      '2026-01-02T10:00:00.000Z',
    ],
    [
      'the last millisecond still is',
      '1d',
      '2026-01-01T10:00:00Z',
      '2026-01-02T09:59:59.999Z',
      0,
      '2026-01-02T10:00:00.000Z',
    ],
    [
      'the end belongs to the next window',
      '1d',
      '2026-01-01T10:00:00Z',
      '2026-01-02T10:00:00Z',
      1,
      '2026-01-03T10:00:00.000Z',
    ],
    [
      'what is before the anchor is in the first window',
      '1d',
      '2026-01-01T10:00:00Z',
      '2025-12-30T00:00:00Z',
      0,
      '2026-01-02T10:00:00.000Z',
    ],
    [
      'several hours make one window',
      '12h',
      '2026-01-01T00:00:00Z',
      '2026-01-02T13:00:00Z',
      3,
      '2026-01-03T00:00:00.000Z',
    ],
    [
      'weeks count from the anchor, not from Monday',
      '2w',
      '2026-01-01T00:00:00Z',
      '2026-01-29T00:00:00Z',
      2,
      '2026-02-12T00:00:00.000Z',
    ],
    [
      'a day is 24 hours when clocks go forward in Europe',
      '1d',
      '2026-03-28T12:00:00Z',
      '2026-03-29T11:59:59Z',
      0,
      '2026-03-29T12:00:00.000Z',
    ],
    [
      'a day is 24 hours when clocks go back in America',
      '1d',
      '2026-10-31T12:00:00Z',
      '2026-11-01T12:00:00Z',
      1,
      '2026-11-02T12:00:00.000Z',
    ],
    [
      'a month from the 31st ends on the last of February',
      '1mo',
      '2026-01-31T08:00:00Z',
      '2026-02-28T07:59:59Z',
      0,
      '2026-02-28T08:00:00.000Z',
    ],
    [
      'and the one after it ends on the 31st again',
      '1mo',
      '2026-01-31T08:00:00Z',
      '2026-02-28T08:00:00Z',
      1,
      '2026-03-31T08:00:00.000Z',
    ],
    [
      'February has 29 days in a leap year',
      '1mo',
      '2028-01-31T00:00:00Z',
      '2028-02-28T23:00:00Z',
      0,
      '2028-02-29T00:00:00.000Z',
    ],
    [
      'twelve months from 29 February end on the 28th',
      '12mo',
      '2028-02-29T00:00:00Z',
      '2029-02-27T00:00:00Z',
      0,
      '2029-02-28T00:00:00.000Z',
    ],
    [
      'three months count as one window',
      '3mo',
      '2026-11-15T00:00:00Z',
      '2027-05-15T00:00:00Z',
      2,
      '2027-08-15T00:00:00.000Z',
    ],
    [
      'three months: a moment before',
      '3mo',
      '2026-11-15T00:00:00Z',
      '2027-05-14T23:59:59.999Z',
      1,
      '2027-05-15T00:00:00.000Z',
    ],
    ['years pass', '1mo', '2026-01-15T00:00:00Z', '2036-01-14T00:00:00Z', 119, '2036-01-15T00:00:00.000Z'],
  ])('%s', (_case, period, anchor, now, index, endsAt) => {
    expect(window(period, anchor, now)).toEqual([index, endsAt]);
  });

  test('windows follow each other without a gap, for every anchor day and period', () => {
    for (const period of ['5h', '1d', '2w', '1mo', '5mo', '12mo']) {
      for (const day of ['2027-12-29', '2027-12-30', '2027-12-31', '2028-02-29', '2028-04-30']) {
        const anchor = at(`${day}T23:30:00Z`);
        let { endsAt } = windowAt(period, anchor, anchor);
        for (let index = 1; index < 40; index++) {
          expect(windowAt(period, anchor, new Date(endsAt.getTime() - 1)).index).toBe(index - 1);
          const next = windowAt(period, anchor, endsAt);
          expect(next.index).toBe(index);
          expect(next.endsAt > endsAt).toBe(true);
          endsAt = next.endsAt;
        }
      }
    }
  });
});

describe('expiryToDate', () => {
  const now = at('2028-01-31T12:00:00Z');

  test.each([
    ['30m', '2028-01-31T12:30:00.000Z'],
    ['12h', '2028-02-01T00:00:00.000Z'],
    ['30d', '2028-03-01T12:00:00.000Z'],
    ['2w', '2028-02-14T12:00:00.000Z'],
    ['1mo', '2028-02-29T12:00:00.000Z'],
    ['13mo', '2029-02-28T12:00:00.000Z'],
    ['1y', '2029-01-31T12:00:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
    ['2028-02-01T01:00:00+02:00', '2028-01-31T23:00:00.000Z'],
    ['2028-02-01T01:00Z', '2028-02-01T01:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(expiryToDate(text, now).toISOString()).toBe(expected);
  });

  test.each([
    ['a date in the past', '2028-01-30'],
    ['this very moment', '2028-01-31T12:00:00Z'],
    ['a day that does not exist', '2029-02-29'],
    ['a month that does not exist', '2028-13-01'],
    ['month zero', '2028-00-10'],
    ['an hour that does not exist', '2028-02-01T25:00:00Z'],
    ['a time without a zone', '2028-02-01T10:00:00'],
    ['nothing', ''],
    ['zero', '0d'],
    ['a negative duration', '-1d'],
    ['a word', 'tomorrow'],
    ['a duration beyond all calendars', '999999y'],
    ['a date in another millennium', '9999-01-01'],
  ])('refuses %s', (_case, text) => {
    expect(() => expiryToDate(text, now)).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: 'expires_in', status: 400 }),
    );
  });
});
