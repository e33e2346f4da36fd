import { expect, test } from 'vitest';
import { createTail } from '../../cli/commands/logs/tail.ts';
import { pauseMs } from '../../cli/steady.ts';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const at = (ms: number) => new Date(START + ms).toISOString();
const row = (id: string, ms: number) => ({ id, created_at: at(ms) });

test('what was there is not told, what comes is told once', () => {
  const tail = createTail([row('b', -10), row('a', -20)], at(0));
  expect(tail.fresh([row('a', -20), row('b', -10), row('c', 5)])).toEqual([row('c', 5)]);
  tail.looked(at(1000));
  expect(tail.fresh([row('c', 5), row('d', 900)])).toEqual([row('d', 900)]);
});

test('what appears late is told, as a look goes back a minute in a quiet log', () => {
  const tail = createTail([row('b', -10)], at(0));
  tail.looked(at(1000));
  expect(tail.from).toBe(at(1000 - 60_000));
  expect(tail.fresh([row('late', -5_000), row('b', -10)])).toEqual([row('late', -5_000)]);
});

test('in a busy log a look goes back a hundred rows, but three seconds at least', () => {
  const busy = Array.from({ length: 100 }, (_, n) => row(`r${n}`, -n * 100));
  expect(createTail(busy, at(0)).from).toBe(at(-9_900));
  const dense = Array.from({ length: 100 }, (_, n) => row(`r${n}`, -n));
  expect(createTail(dense, at(0)).from).toBe(at(-3_000));
});

test('rows before the first look are never told, however many there are', () => {
  const dense = Array.from({ length: 100 }, (_, n) => row(`r${n}`, -n));
  const tail = createTail(dense, at(0));
  expect(tail.fresh([row('old', -2_000), row('new', 1)])).toEqual([row('new', 1)]);
});

test('a clock that is set back brings nothing back', () => {
  const tail = createTail([row('a', -50_000)], at(0));
  tail.looked(at(30_000));
  tail.looked(at(-20_000));
  expect(tail.from).toBe(at(30_000 - 60_000));
});

test('memory of what was told does not grow with the log', () => {
  const tail = createTail<{ id: string; created_at: string }>([], at(0));
  for (let n = 0; n < 5_000; n++) {
    expect(tail.fresh([row(`r${n}`, n * 1000)])).toHaveLength(1);
    tail.looked(at(n * 1000));
  }
  // one that was forgotten would be told again, were it asked for again: it is before `from`
  expect(tail.from > at(4_900_000)).toBe(true);
  expect(tail.fresh([row('r10', 10_000)])).toHaveLength(1);
});

test('pauses double while it fails, and are never shorter than the server asks for', () => {
  expect([0, 1, 2, 3, 4, 5, 50].map((failures) => pauseMs(1000, failures, null))).toEqual([
    1000, 1000, 2000, 4000, 8000, 15_000, 15_000,
  ]);
  expect([pauseMs(1000, 1, 30), pauseMs(1000, 5, 2), pauseMs(1000, 0, 2)]).toEqual([30_000, 15_000, 2000]);
});
