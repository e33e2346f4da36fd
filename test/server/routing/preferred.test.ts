import { describe, expect, test } from 'vitest';
import { type Asked, choose } from '../../../server/routing/choose.ts';
import type { Vitals } from '../../../server/routing/health.ts';
import type { Target } from '../../../server/routing/plan.ts';
import { createPreferences } from '../../../server/routing/preferred.ts';
import { createRankings } from '../../../server/routing/rankings.ts';
import { asking, health, settings, target } from './targets.ts';

const a = target('a');
const b = target('b');
const HOUR_MS = 3_600_000;

/** A gateway whose targets and clock change between requests. */
function gateway() {
  const world = { vitals: {} as Record<string, Partial<Vitals>>, down: [] as string[], nowMs: 0 };
  const preferences = createPreferences(() => world.nowMs);
  const ask = (more: Partial<Asked> = {}, targets: readonly Target[] = [a, b]) => {
    const { targets: chosen, reason } = choose(
      { rankings: createRankings({ health: health(world.vitals, world.down) }), preferences },
      asking(targets, more),
    );
    return `${chosen[0]!.offer.provider} ${reason}`;
  };
  return { world, ask };
}

/** What makes b's score better than a's by so much: a is b's equal but for its priority. */
const ahead = (margin: number) => ({ settings: settings({ priorities: { b: 1 + margin } }) });

describe('the target that was chosen last', () => {
  test.each([
    [0.14, 'a stable-preferred'],
    [0.16, 'b weighted-score'],
  ])('is left for one that is better by more than 0.15: by %d, the next is %s', (margin, next) => {
    const { ask } = gateway();
    expect(ask()).toBe('a weighted-score');
    expect(ask(ahead(margin))).toBe(next);
  });

  test('is not preferred any more once it was left', () => {
    const { ask } = gateway();
    ask();
    expect(ask(ahead(0.16))).toBe('b weighted-score');
    expect(ask(ahead(-0.1))).toBe('b stable-preferred');
  });

  test('is left by the margin that the project says', () => {
    const { ask } = gateway();
    ask();
    expect(ask({ settings: settings({ priorities: { b: 1.3 }, sticky: { scoreMargin: 0.4 } }) })).toBe(
      'a stable-preferred',
    );
  });

  test.each([
    [85, 'a stable-preferred'],
    [84.9, 'b weighted-score'],
  ])('is left below 85 %% uptime, whatever the margin: at %d %%, the next is %s', (uptime, next) => {
    const { world, ask } = gateway();
    ask();
    world.vitals = { a: { uptime } };
    expect(ask({ settings: settings({ sticky: { scoreMargin: 9 } }) })).toBe(next);
  });

  test('is left while it is down', () => {
    const { world, ask } = gateway();
    ask();
    world.down = ['a'];
    expect(ask()).toBe('b weighted-score');
  });

  test.each([
    [HOUR_MS - 1, 'a stable-preferred'],
    [HOUR_MS, 'b weighted-score'],
  ])('is kept for an hour: after %d ms, the next is %s', (laterMs, next) => {
    const { world, ask } = gateway();
    ask();
    world.nowMs = laterMs / 2;
    ask(ahead(0.1));
    world.nowMs = laterMs;
    expect(ask(ahead(0.1))).toBe(next);
  });

  test('is kept for as long as the project says', () => {
    const { world, ask } = gateway();
    const asked = { settings: settings({ priorities: { b: 1.1 }, sticky: { ttlSeconds: 60 } }) };
    ask();
    world.nowMs = 59_999;
    expect(ask(asked)).toBe('a stable-preferred');
    world.nowMs = 60_000;
    expect(ask(asked)).toBe('b weighted-score');
  });

  test('is not kept where the project wants none', () => {
    const { ask } = gateway();
    ask();
    expect(ask({ settings: settings({ priorities: { b: 1.01 }, sticky: { enabled: false } }) })).toBe(
      'b weighted-score',
    );
  });

  test('is left for one that costs no credit', () => {
    const { world, ask } = gateway();
    const own = target('own', '1 1', { own: true });
    world.down = ['own'];
    ask({}, [own, a]);
    world.down = [];
    expect(ask({}, [own, a])).toBe('own weighted-score');
  });
});

describe('what one prefers', () => {
  const better = ahead(0.1);

  test.each<[string, Partial<Asked>]>([
    ['another project', { scope: 'prj_2' }],
    ['another strategy', { strategy: 'throughput' }],
    ['streams', { stream: true }],
    ['prompts so large that caching counts', { promptTokens: 5_000 }],
  ])('is no matter of %s', (_whose, other) => {
    const { ask } = gateway();
    ask();
    expect(ask({ ...better, ...other })).toMatch(/^b (?:weighted-score|strategy-throughput)$/);
    expect(ask(better)).toBe('a stable-preferred');
  });

  test('is no matter of those who may ask for other targets', () => {
    const { ask } = gateway();
    const c = target('c');
    ask();
    expect(ask({}, [b, c])).toBe('b weighted-score');
    expect(ask(better)).toBe('a stable-preferred');
    expect(ask(better, [a, b, c])).toBe('b weighted-score');
  });

  test('is no matter of an organisation with a key of its own', () => {
    const { ask } = gateway();
    ask({}, [target('a', '1 1', { own: true }), target('b', '1 1', { own: true })]);
    expect(ask(better)).toBe('b weighted-score');
  });
});

test('of preferences beyond bounds, those that nobody asks for are forgotten', () => {
  const preferences = createPreferences(() => 0);
  for (let i = 0; i < 30_000; i++) {
    preferences.set(`choice ${i}`, 'a/m');
    preferences.get('choice 0', 60);
  }
  expect(preferences.get('choice 0', 60)).toBe('a/m');
  expect(preferences.get('choice 1', 60)).toBeUndefined();
});
