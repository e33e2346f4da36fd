import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Deadline } from '../../../server/proxy/deadline.ts';

let told: string[];
let hints: (string | null)[];
let busy: boolean;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  told = [];
  hints = [];
  busy = false;
});
afterEach(() => vi.useRealTimers());

function deadline(endMs = 1_000_000): Deadline {
  const times = { connectMs: 100, firstByteMs: 1000, idleMs: 300, endMs: performance.now() + endMs };
  return new Deadline(
    times,
    'acme',
    () => busy,
    (error) => {
      told.push(error.message);
      hints.push(error.hint);
    },
  );
}

test('a connection that does not come about is given up', () => {
  deadline();
  vi.advanceTimersByTime(99);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(2);
  expect(told).toEqual(['acme did not answer in time: no connection came about.']);
});

test('who was given up too early is told the setting and the header that allow more', () => {
  deadline();
  vi.advanceTimersByTime(101);
  expect(hints).toEqual([
    "Retry, or raise the project's timeouts.connect_ms; x-connect-timeout-ms of a request can only lower that.",
  ]);
});

test('the first byte has a time of its own, from the connection on', () => {
  const clock = deadline();
  vi.advanceTimersByTime(50);
  clock.connected();
  vi.advanceTimersByTime(999);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(2);
  expect(told).toEqual(['acme did not answer in time: nothing came.']);
});

test('every byte begins the time between two anew', () => {
  const clock = deadline();
  clock.connected();
  for (let i = 0; i < 20; i++) {
    clock.progressed();
    vi.advanceTimersByTime(299);
  }
  expect(told).toEqual([]);
  vi.advanceTimersByTime(2000);
  expect(told).toEqual(['acme did not answer in time: it stopped in the middle.']);
});

test('a shorter time between bytes than to the first one is kept at once', () => {
  const clock = deadline();
  clock.connected();
  vi.advanceTimersByTime(10);
  clock.progressed();
  vi.advanceTimersByTime(302);
  expect(told).toHaveLength(1);
});

test('a caller that is too slow is not held against the provider', () => {
  const clock = deadline();
  clock.connected();
  clock.progressed();
  busy = true;
  vi.advanceTimersByTime(3000);
  expect(told).toEqual([]);
  busy = false;
  vi.advanceTimersByTime(1400);
  expect(told).toHaveLength(1);
});

test('the end of the whole comes whatever arrives, and to a slow caller, too', () => {
  const clock = deadline(500);
  busy = true;
  clock.connected();
  for (let i = 0; i < 4; i++) {
    vi.advanceTimersByTime(120);
    clock.progressed();
  }
  vi.advanceTimersByTime(30);
  expect(told).toEqual(['acme did not answer in time: the time for the whole request is over.']);
});

test('what has been stopped tells nothing', () => {
  const clock = deadline();
  clock.stop();
  vi.advanceTimersByTime(1_000_000);
  expect(told).toEqual([]);
});
