import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Cached } from '../../../server/cache/cached.ts';
import { Flights, type Turn } from '../../../server/cache/flights.ts';

const ANSWER = { target: 'a' } as Cached;
const never = () => {};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Joins, and tells what came of it. */
function joined(flights: Flights, digest = 'd', whenGone: (call: () => void) => void = never, waitMs = 1000) {
  const state: { turn: Turn | undefined } = { turn: undefined };
  void Promise.resolve(flights.join(digest, waitMs, whenGone)).then((turn) => {
    state.turn = turn;
  });
  return state;
}

test('one asks, the others get its answer', async () => {
  const flights = new Flights();
  expect(flights.join('d', 1000, never)).toBe('lead');
  const others = [joined(flights), joined(flights)];
  const another = joined(flights, 'another');
  flights.land('d', ANSWER);
  await vi.advanceTimersByTimeAsync(0);
  expect(others.map(({ turn }) => turn)).toEqual([ANSWER, ANSWER]);
  expect(another.turn).toBe('lead');
  expect(flights.join('d', 1000, never)).toBe('lead');
});

test('when it fails the next in line asks, and the others wait for that one', async () => {
  const flights = new Flights();
  void flights.join('d', 1000, never);
  const [second, third] = [joined(flights), joined(flights)];
  flights.land('d', 'failed');
  await vi.advanceTimersByTimeAsync(0);
  expect([second.turn, third.turn]).toEqual(['lead', undefined]);
  flights.land('d', 'failed');
  await vi.advanceTimersByTimeAsync(0);
  expect(third.turn).toBe('lead');
  flights.land('d', 'failed');
  expect(flights.join('d', 1000, never)).toBe('lead');
});

test('an answer that cannot be kept sends all of them to ask by themselves', async () => {
  const flights = new Flights();
  void flights.join('d', 1000, never);
  const others = [joined(flights), joined(flights)];
  flights.land('d', 'unkept');
  await vi.advanceTimersByTimeAsync(0);
  expect(others.map(({ turn }) => turn)).toEqual(['alone', 'alone']);
});

test('nobody waits longer than it may, and who hung up is not the next', async () => {
  const flights = new Flights();
  void flights.join('d', 1000, never);
  let hangUp = never;
  const gone = joined(flights, 'd', (call) => {
    hangUp = call;
  });
  const hasty = joined(flights, 'd', never, 200);
  const patient = joined(flights);
  hangUp();
  await vi.advanceTimersByTimeAsync(199);
  expect([gone.turn, hasty.turn]).toEqual(['alone', undefined]);
  await vi.advanceTimersByTimeAsync(1);
  expect(hasty.turn).toBe('alone');
  flights.land('d', 'failed');
  await vi.advanceTimersByTimeAsync(0);
  expect(patient.turn).toBe('lead');
});
