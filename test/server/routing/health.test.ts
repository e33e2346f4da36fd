import { expect, test } from 'vitest';
import { createHealth } from '../../../server/routing/health/create-health.ts';
import { DEFAULTS } from '../../../server/routing/settings.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const { history } = DEFAULTS;

/** A health with a clock of its own. */
function measured() {
  let nowMs = 0;
  const health = createHealth({ now: () => nowMs });
  return {
    health,
    to: (ms: number) => {
      nowMs = ms;
    },
    uptime: () => health.vitals('a', history).uptime,
    fail: (times = 1) => {
      for (let i = 0; i < times; i++) health.failed('a', 'server_error');
    },
  };
}

test('nothing is known of a target that was never called', () => {
  expect(measured().health.vitals('a', history)).toEqual({
    uptime: undefined,
    latencyMs: undefined,
    throughput: undefined,
  });
});

test.each([
  ['at once', 0, 83.33],
  ['within the minute', 59 * SECOND, 83.33],
  ['half of the way to the next weight', 90 * SECOND, 88.5],
  ['after two minutes', 2 * MINUTE, 94.34],
  ['after six minutes', 6 * MINUTE, 98.04],
  ['after an hour', 60 * MINUTE, 98.04],
  ['after an hour and a minute', 61 * MINUTE, undefined],
])('one failure of a fresh target costs it little, and less as it ages: %s', (_when, ms, uptime) => {
  const { to, fail, uptime: now } = measured();
  fail();
  to(ms);
  if (uptime === undefined) expect(now()).toBeUndefined();
  else expect(now()).toBeCloseTo(uptime, 2);
});

test('what happened in the last minute outweighs an hour of the opposite', () => {
  const { health, to, fail, uptime } = measured();
  for (let i = 0; i < 100; i++) health.succeeded('a', {});
  to(30 * MINUTE);
  fail(20);
  // (100 × 1 + 50) / (100 × 1 + 20 × 10 + 50)
  expect(uptime()).toBeCloseTo(42.86, 2);
});

test("a project's own history weighs otherwise, beside the usual one", () => {
  const { health, to, fail, uptime } = measured();
  fail();
  to(10 * MINUTE);
  const own = { ...history, tier1Minutes: 20, tier1Weight: 4 };
  expect(health.vitals('a', own).uptime).toBeCloseTo(83.33, 2);
  expect(health.vitals('a', { ...own, windowMinutes: 5 }).uptime).toBeUndefined();
  expect(uptime()).toBeCloseTo(98.04, 2);
});

test('a window of two hours still has what happened two hours ago', () => {
  const { health, to, fail } = measured();
  fail();
  to(119 * MINUTE);
  health.succeeded('a', {});
  expect(health.vitals('a', { ...history, windowMinutes: 120 }).uptime).toBeCloseTo((100 * 60) / 61, 2);
});

test('a failure is seen at once, and successes within a quarter of a second', () => {
  const { health, to, fail, uptime } = measured();
  health.succeeded('a', {});
  expect(uptime()).toBe(100);
  fail();
  expect(uptime()).toBeCloseTo(85.71, 2);
  health.succeeded('a', {});
  expect(uptime()).toBeCloseTo(85.71, 2);
  to(250);
  expect(uptime()).toBeCloseTo(87.5, 2);
});

test('latency and throughput are the means of what was measured, the newest weighing most', () => {
  const { health, to } = measured();
  health.succeeded('a', { firstTokenMs: 100, outputTokens: 100, generationMs: 1000 });
  to(30 * MINUTE);
  health.succeeded('a', { firstTokenMs: 400, outputTokens: 50, generationMs: 2000 });
  health.succeeded('a', {});
  const { latencyMs, throughput } = health.vitals('a', history);
  // (100 + 10 × 400) / 11 and (100 + 10 × 50) tokens in (1 + 10 × 2) seconds
  expect(latencyMs).toBeCloseTo(372.73, 2);
  expect(throughput).toBeCloseTo(28.57, 2);
});

test('a rate limit holds a target out for as long as it asks, and leaves its uptime alone', () => {
  const { health, to, uptime } = measured();
  health.failed('a', 'rate_limited', 7);
  expect(uptime()).toBeUndefined();
  to(6999);
  expect(health.isDown('a')).toBe(true);
  to(7000);
  expect(health.isDown('a')).toBe(false);
});

test('a rate limit that names no time holds for a second, twice as long each time, up to a minute', () => {
  const { health, to } = measured();
  let nowMs = 0;
  const held = [];
  for (let i = 0; i < 8; i++) {
    health.failed('a', 'rate_limited');
    // others that were refused at the same time
    health.failed('a', 'rate_limited');
    const since = nowMs;
    while (health.isDown('a')) {
      nowMs += 500;
      to(nowMs);
    }
    held.push((nowMs - since) / SECOND);
  }
  expect(held).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  health.succeeded('a', {});
  health.failed('a', 'rate_limited');
  to(nowMs + SECOND);
  expect(health.isDown('a')).toBe(false);
});

test('a target is down after five failures in a row, and not while one in five succeeds', () => {
  const { health, fail } = measured();
  fail(4);
  health.succeeded('a', {});
  fail(4);
  expect(health.isDown('a')).toBe(false);
  fail();
  expect(health.isDown('a')).toBe(true);
});

test('failures that were under way when a rest began do not make it longer', () => {
  const { health, to, fail } = measured();
  fail(5);
  to(29_999);
  fail(20);
  expect(health.isDown('a')).toBe(true);
  to(30_000);
  expect(health.isDown('a')).toBe(false);
});

test('after its rest one call at a time tries a target, and each failure doubles the rest up to five minutes', () => {
  const { health, to, fail } = measured();
  let nowMs = 0;
  const rests = [];
  fail(5);
  for (let i = 0; i < 6; i++) {
    const since = nowMs;
    while (health.isDown('a')) {
      nowMs += SECOND;
      to(nowMs);
    }
    rests.push((nowMs - since) / SECOND);
    health.trying('a');
    expect(health.isDown('a')).toBe(true);
    fail();
  }
  expect(rests).toEqual([30, 60, 120, 240, 300, 300]);
});

test('a try that nobody judges is over after 30 seconds, and one that succeeds ends the matter', () => {
  const { health, to, fail } = measured();
  fail(5);
  to(30_000);
  health.trying('a');
  to(59_999);
  expect(health.isDown('a')).toBe(true);
  to(60_000);
  expect(health.isDown('a')).toBe(false);
  health.trying('a');
  health.succeeded('a', {});
  expect(health.isDown('a')).toBe(false);
  fail(4);
  expect(health.isDown('a')).toBe(false);
});

test('of more targets than a catalogue has, those used least recently are forgotten', () => {
  const { health } = measured();
  for (let i = 0; i <= 10_000; i++) health.failed(`t${i}`, 'timeout');
  expect(health.vitals('t0', history).uptime).toBeUndefined();
  expect(health.vitals('t1', history).uptime).toBeCloseTo(83.33, 2);
});
