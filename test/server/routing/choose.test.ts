import { describe, expect, test } from 'vitest';
import { type Asked, choose } from '../../../server/routing/choose.ts';
import type { Vitals } from '../../../server/routing/health.ts';
import type { Target } from '../../../server/routing/plan.ts';
import { createPreferences } from '../../../server/routing/preferred.ts';
import { createRankings } from '../../../server/routing/rankings.ts';
import { GatewayError } from '../../../shared/errors.ts';
import { asking, health, settings, target } from './targets.ts';

interface World {
  vitals?: Record<string, Partial<Vitals>>;
  down?: string[];
}

/** The providers in the order they are to be tried, and why the first of them. */
function choice(targets: readonly Target[], asked: Partial<Asked> = {}, { vitals, down }: World = {}) {
  const services = { rankings: createRankings({ health: health(vitals, down) }), preferences: createPreferences() };
  const chosen = choose(services, asking(targets, asked));
  return { ...chosen, order: chosen.targets.map(({ offer }) => offer.provider) };
}

const a = target('a', '1 1');
const b = target('b', '2 2');
const c = target('c', '3 3');
/** Explores, and takes so much of the way through the others. */
const exploring = (share: number) => {
  const drawn = [0, share];
  return () => drawn.shift() ?? 0;
};

test('the best score goes first and the others follow by score', () => {
  const { order, reason, scores, excluded } = choice([c, a, b]);
  expect(order).toEqual(['a', 'b', 'c']);
  expect(reason).toBe('weighted-score');
  expect(scores.map(({ target: { id } }) => id)).toEqual(['a/m', 'b/m', 'c/m']);
  expect(excluded).toEqual([]);
});

test('equals stay in the order that they were planned in', () => {
  expect(choice([target('y'), target('x'), target('z')]).order).toEqual(['y', 'x', 'z']);
});

test('where there is one there is nothing to choose', () => {
  expect(choice([b])).toMatchObject({ order: ['b'], reason: 'only-target' });
});

test.each(['price', 'throughput', 'latency'] as const)(
  'the strategy %s is the reason where one is asked for',
  (strategy) => {
    expect(choice([a, b], { strategy }).reason).toBe(`strategy-${strategy}`);
  },
);

describe('what costs no credit', () => {
  const own = target('own', '9 9', { own: true });

  test('goes first, whatever its score', () => {
    expect(choice([a, own, b]).order).toEqual(['own', 'a', 'b']);
  });

  test('goes behind what is up while it is down', () => {
    expect(choice([own, a, b], {}, { down: ['own'] }).order).toEqual(['a', 'b', 'own']);
  });

  test('is not left to explore what does', () => {
    expect(choice([own, a], { random: exploring(0) })).toMatchObject({ order: ['own', 'a'], reason: 'weighted-score' });
  });
});

test('what is down is tried last, and all the same', () => {
  expect(choice([a, b, c], {}, { down: ['a'] }).order).toEqual(['b', 'c', 'a']);
  expect(choice([a, b], {}, { down: ['a', 'b'] }).order).toEqual(['a', 'b']);
});

test('what has no key left that is well is tried last', () => {
  const asked: unknown[] = [];
  const hasAnother = (...call: unknown[]) => {
    asked.push(call);
    return false;
  };
  const refused = { ...a, home: 'eu', upstream: { ...a.upstream, hasAnother } };
  expect(choice([refused, b]).order).toEqual(['b', 'a']);
  expect(asked).toEqual([[[], { region: undefined, home: 'eu' }]]);
});

describe('a provider with the priority 0', () => {
  const never = settings({ priorities: { a: 0 } });

  test('is never tried, and it is told why', () => {
    const { order, excluded } = choice([a, b, c], { settings: never });
    expect(order).toEqual(['b', 'c']);
    expect(excluded).toEqual([{ target: a, reason: 'priority-zero' }]);
  });

  test('is not explored', () => {
    for (const share of [0, 0.5, 0.99])
      expect(choice([a, b, c], { settings: never, random: exploring(share) }).order[0]).toBe('c');
  });

  test('is refused by its name where there is no other', () => {
    const refused = expect.objectContaining({ code: 'permission_denied', message: expect.stringContaining(' a ') });
    expect(() => choice([a], { settings: never, pinned: true })).toThrow(refused);
  });
});

describe('exploration', () => {
  test('tries another than the best at random, and the best right after it', () => {
    expect(choice([a, b, c], { random: exploring(0) })).toMatchObject({
      order: ['b', 'a', 'c'],
      reason: 'exploration',
    });
    expect(choice([a, b, c], { random: exploring(0.99) }).order).toEqual(['c', 'a', 'b']);
  });

  test('happens to one request in a hundred, or as often as the project says', () => {
    const drawn = (at: number, explorationRate = 0.01) =>
      choice([a, b], { random: () => at, settings: settings({ thresholds: { explorationRate } }) }).reason;
    expect([drawn(0.0099), drawn(0.01)]).toEqual(['exploration', 'weighted-score']);
    expect([drawn(0.0099, 0), drawn(0.49, 0.5)]).toEqual(['weighted-score', 'exploration']);
  });

  test('leaves alone what is down', () => {
    for (const share of [0, 0.5, 0.99])
      expect(choice([a, b, c], { random: exploring(share) }, { down: ['b'] }).order).toEqual(['c', 'a', 'b']);
    expect(choice([a, b], { random: exploring(0) }, { down: ['b'] }).reason).toBe('weighted-score');
  });

  test.each([
    ['of sessions', { session: { pinned: undefined } }],
    ['of sessions that have a place', { session: { pinned: 'a/m' } }],
    ['that name their provider', { pinned: true }],
    ['that want no other', { noFallback: true }],
  ])('does not happen to requests %s', (_whose, asked) => {
    expect(choice([a, b], { ...asked, random: () => 0 }).order[0]).toBe('a');
  });

  test('leaves the preference as it is', () => {
    const services = { rankings: createRankings({ health: health() }), preferences: createPreferences() };
    const first = (random: () => number) => choose(services, asking([a, b], { random })).targets[0];
    expect(first(() => 0)).toBe(b);
    expect(first(() => 0.5)).toBe(a);
  });
});

describe('a session', () => {
  const at = (pinned: string | undefined) => ({ session: { pinned } });

  test('begins at the best', () => {
    expect(choice([b, a], at(undefined))).toMatchObject({ order: ['a', 'b'], reason: 'weighted-score' });
  });

  test('stays where it is, and may fall back to the others', () => {
    expect(choice([a, b, c], at('b/m'))).toMatchObject({ order: ['b', 'a', 'c'], reason: 'session-sticky' });
  });

  test.each([
    [85, 'b', 'session-sticky'],
    [84.9, 'a', 'weighted-score'],
  ])('at %d %% uptime is served by %s', (uptime, provider, reason) => {
    const chosen = choice([a, b], at('b/m'), { vitals: { b: { uptime } } });
    expect([chosen.order[0], chosen.reason]).toEqual([provider, reason]);
  });

  test('leaves what is down, and what it may not ask any more', () => {
    expect(choice([a, b], at('b/m'), { down: ['b'] })).toMatchObject({ order: ['a', 'b'], reason: 'weighted-score' });
    expect(choice([a, b], at('gone/m')).reason).toBe('weighted-score');
  });

  test('is chosen for afresh each time where the project wants no sticky sessions', () => {
    const chosen = choice([a, b], { ...at('b/m'), settings: settings({ sticky: { sessions: false } }) });
    expect(chosen).toMatchObject({ order: ['a', 'b'], reason: 'weighted-score' });
  });
});

describe('a name that pins the provider', () => {
  const pinned = (more: Partial<Asked> = {}) => ({ pinned: true, alternatives: () => [a, b, c], ...more });

  test('is served by that provider alone', () => {
    expect(choice([c], pinned())).toMatchObject({ order: ['c'], reason: 'provider-pinned' });
  });

  test('is served by the best of the regions that there are', () => {
    const [us, eu] = [target('c', '4 4'), target('c', '3 3')].map((one, i) => ({ ...one, id: `c/m:${i}` }));
    expect(choice([us!, eu!], pinned()).targets).toEqual([eu, us]);
    const inSession = choice([us!, eu!], pinned({ session: { pinned: us!.id } }));
    expect([inSession.targets, inSession.reason]).toEqual([[us, eu], 'provider-pinned']);
  });

  test.each([
    [90, ['c'], 'provider-pinned'],
    [89.9, ['a', 'b', 'c'], 'low-uptime-fallback'],
  ])('at %d %% uptime is served by %j', (uptime, order, reason) => {
    expect(choice([c], pinned(), { vitals: { c: { uptime } } })).toMatchObject({ order, reason });
  });

  test('is left at the uptime that the project says', () => {
    const asked = pinned({ settings: settings({ retry: { lowUptimeFallbackThreshold: 60 } }) });
    expect(choice([c], asked, { vitals: { c: { uptime: 61 } } }).reason).toBe('provider-pinned');
    expect(choice([c], asked, { vitals: { c: { uptime: 59 } } }).reason).toBe('low-uptime-fallback');
  });

  test.each([
    ['no other provider has the model', { alternatives: () => [c] }],
    ['no other provider is known', { alternatives: undefined }],
    [
      'no other fits',
      {
        alternatives: () => {
          throw new GatewayError('model_not_supported', 'no');
        },
      },
    ],
    ['the caller wants no other', { noFallback: true }],
  ])('is served by a provider that hardly answers where %s', (_why, asked) => {
    const chosen = choice([c], pinned(asked as Partial<Asked>), { vitals: { c: { uptime: 10 } } });
    expect(chosen).toMatchObject({ order: ['c'], reason: 'provider-pinned' });
  });

  test('is not sent where it is worse', () => {
    const vitals = { a: { uptime: 20 }, b: { uptime: 60 }, c: { uptime: 50 } };
    expect(choice([c], pinned(), { vitals }).order).toEqual(['b', 'a', 'c']);
    expect(choice([c], pinned(), { vitals, down: ['b'] }).order).toEqual(['c']);
  });

  test('stays with its session where it was sent to', () => {
    const asked = pinned({ session: { pinned: 'b/m' } });
    expect(choice([c], asked, { vitals: { c: { uptime: 50 } } }).order).toEqual(['b', 'a', 'c']);
  });

  test('asks for the others only when it must', () => {
    const asked = pinned({
      alternatives: () => {
        throw new Error('asked');
      },
    });
    expect(choice([c], asked).order).toEqual(['c']);
  });

  test('leaves a strategy nothing to choose: 400', () => {
    const refused = { code: 'unsupported_parameter_combination', status: 400, param: 'routing' };
    for (const strategy of ['price', 'throughput', 'latency'] as const)
      expect(() => choice([c], pinned({ strategy }))).toThrow(expect.objectContaining(refused));
  });
});

test('a caller that wants no other gets the best alone, with the other regions of that provider', () => {
  expect(choice([a, b, c], { noFallback: true })).toMatchObject({ order: ['a'], reason: 'weighted-score' });
  const elsewhere = { ...a, id: 'a/m:eu' };
  expect(choice([a, b, elsewhere], { noFallback: true }).targets).toEqual([a, elsewhere]);
});
