import { describe, expect, test } from 'vitest';
import { fromNow, readable } from '../../cli/when.ts';

const NOW = Date.parse('2026-01-31T12:00:00.000Z');

describe('a time for people', () => {
  test.each([
    ['2026-03-01T12:00:00.000Z', 'in 29 days'],
    ['2026-01-31T11:57:00.000Z', '3 minutes ago'],
    ['2026-01-31T12:00:01.000Z', 'in 1 second'],
    ['2026-01-31T12:00:00.400Z', 'just now'],
    ['2026-01-30T13:00:00.000Z', '23 hours ago'],
  ])('%s is %s', (instant, words) => {
    expect(fromNow(instant, NOW)).toBe(words);
  });

  test('on a terminal stands in words beside it, on a pipe as it is', () => {
    expect(readable('2026-03-01T12:34:56.000Z', 80, NOW)).toBe('2026-03-01 12:34 UTC, in 29 days');
    expect(readable('2026-03-01T12:34:56.000Z', undefined, NOW)).toBe('2026-03-01T12:34:56.000Z');
  });

  test('is not made of a text that only has one in it', () => {
    for (const text of ['never', '2026-03-01', 'at 2026-03-01T12:34:56.000Z', ''])
      expect(readable(text, 80, NOW)).toBe(text);
  });
});
