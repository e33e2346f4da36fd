import { describe, expect, test } from 'vitest';
import type { Vitals } from '../../../server/routing/health.ts';
import type { Target } from '../../../server/routing/plan.ts';
import { score, uptimePenalty, type Weighing } from '../../../server/routing/score.ts';
import { DEFAULTS } from '../../../server/routing/settings.ts';
import { health, settings, target, unpriced } from './targets.ts';

const PLAIN: Weighing = { settings: DEFAULTS, strategy: 'auto', stream: false, promptTokens: 100 };
/** The default weights that are active for a small request that is not streamed. */
const SUM = 0.6 + 0.5 + 0.05;

/** Scores by provider. */
function scoresOf(
  targets: readonly Target[],
  weighing: Partial<Weighing> = {},
  vitals: Record<string, Partial<Vitals>> = {},
) {
  const { scores } = score(health(vitals), targets, { ...PLAIN, ...weighing });
  return Object.fromEntries(scores.map((one) => [one.target.offer.provider, one.score]));
}

/** Weighs one factor alone. */
const only = (factor: keyof typeof DEFAULTS.weights, weight = 1) =>
  settings({ weights: { price: 0, imagePrice: 0, uptime: 0, throughput: 0, latency: 0, cache: 0, [factor]: weight } });

describe('an uptime below 95 %', () => {
  test.each([
    [100, 0],
    [95, 0],
    [94.9, 0],
    [90, 0.07],
    [80, 0.62],
    [70, 1.73],
    [50, 5.61],
    [0, 25],
  ])('of %d %% costs about %d', (uptime, penalty) => {
    expect(uptimePenalty(uptime, 95)).toBeCloseTo(penalty, 2);
  });

  test('is only low below the threshold that the project sets', () => {
    expect(uptimePenalty(80, 80)).toBe(0);
    expect(uptimePenalty(40, 80)).toBeCloseTo(6.25);
    expect(uptimePenalty(0, 0)).toBe(0);
  });

  test('costs that much on top of the score, whatever the weights add up to', () => {
    const { a, b } = scoresOf([target('a'), target('b')], { settings: only('price', 7) }, { a: { uptime: 80 } });
    expect(a! - b!).toBeCloseTo(0.62, 2);
  });
});

describe('a price', () => {
  test('is the average of input and output, and twice as dear as the cheapest is 1', () => {
    const targets = [target('a', '1 3'), target('b', '2 6'), target('c', '3 1'), target('d', '5 1')];
    expect(scoresOf(targets, { settings: only('price') })).toEqual({ a: 0, b: 1, c: 0, d: 0.5 });
    const { scores } = score(health(), targets, PLAIN);
    expect(scores.map(({ priceUsdPerMillion }) => priceUsdPerMillion)).toEqual([2, 4, 2, 3]);
  });

  test('counts 0.6 of the weights that are active', () => {
    const { a, b } = scoresOf([target('a', '1 1'), target('b', '2 2')]);
    expect([a, b]).toEqual([0, expect.closeTo(0.6 / SUM)]);
  });

  test('of nothing is the cheapest by one step, and prices go on counting among the others', () => {
    const targets = [target('free', '0 0'), target('a', '1 1'), target('b', '2 2'), target('c', '3 3')];
    expect(scoresOf(targets, { settings: only('price') })).toEqual({ free: 0, a: 1, b: 2, c: 3 });
  });

  test('of nothing does not save a provider that hardly ever answers', () => {
    const targets = [target('free', '0 0'), target('paid', '1 1')];
    const at = (uptime: number) => scoresOf(targets, {}, { free: { uptime } });
    expect(at(90).free).toBeLessThan(at(90).paid!);
    expect(at(70).free).toBeGreaterThan(at(70).paid!);
  });

  test('of nothing everywhere makes no difference', () => {
    expect(scoresOf([target('a', '0 0'), target('b', '0 0')])).toEqual({ a: 0, b: 0 });
  });

  test('that nobody knows counts as the dearest of those that are known', () => {
    const targets = [unpriced('x'), target('a', '1 1'), target('b', '3 3')];
    expect(scoresOf(targets, { settings: only('price') })).toEqual({ x: 2, a: 0, b: 2 });
    expect(score(health(), targets, PLAIN).scores[0]!.priceUsdPerMillion).toBeUndefined();
    expect(scoresOf([unpriced('x'), unpriced('y')])).toEqual({ x: 0, y: 0 });
  });

  test('of a long prompt is the one that holds for long prompts', () => {
    const targets = [target('a', '1 1', { long: [500, '4 4'] }), target('b', '2 2')];
    const weighing = { settings: only('price') };
    expect(scoresOf(targets, { ...weighing, promptTokens: 500 })).toEqual({ a: 0, b: 1 });
    expect(scoresOf(targets, { ...weighing, promptTokens: 501 })).toEqual({ a: 1, b: 0 });
  });

  test('of images is what counts, by its own weight, where images are generated', () => {
    const images = { capabilities: 'image_output' };
    const targets = [
      target('a', '1 1', { ...images, image: '- 30' }),
      target('b', '9 9', { ...images, image: '- 60' }),
    ];
    expect(scoresOf(targets)).toEqual({ a: 0, b: expect.closeTo(1 / (1 + 0.5 + 0.05)) });
    expect(scoresOf(targets, { strategy: 'price' }).b).toBeCloseTo(0.9);
  });
});

describe('speed', () => {
  test('counts as how many times the best there is', () => {
    const vitals = { a: { throughput: 100, latencyMs: 200 }, b: { throughput: 50, latencyMs: 600 } };
    const targets = [target('a'), target('b')];
    expect(scoresOf(targets, { settings: only('throughput') }, vitals)).toEqual({ a: 0, b: 1 });
    expect(scoresOf(targets, { settings: only('latency'), stream: true }, vitals)).toEqual({ a: 0, b: 2 });
  });

  test('further apart than ten times outweighs nothing', () => {
    const vitals = { a: { throughput: 90_000, latencyMs: 0 } };
    const targets = [target('a'), target('b')];
    expect(scoresOf(targets, { settings: only('throughput') }, vitals)).toEqual({ a: 0, b: 10 });
    expect(scoresOf(targets, { settings: only('latency'), stream: true }, vitals)).toEqual({ a: 0, b: 10 });
  });

  test('to the first token counts for streams alone; else its weight is shared among the others', () => {
    const targets = [target('a'), target('b', '2 2')];
    const vitals = { a: { latencyMs: 3000 }, b: { latencyMs: 1000 } };
    const streamed = scoresOf(targets, { stream: true }, vitals);
    expect(streamed.a).toBeCloseTo((0.025 * 2) / (SUM + 0.025));
    expect(streamed.b).toBeCloseTo(0.6 / (SUM + 0.025));
    expect(scoresOf(targets, {}, vitals)).toEqual({ a: 0, b: expect.closeTo(0.6 / SUM) });
  });
});

test('an uptime counts as how many times the best there is, besides the penalty', () => {
  const { a, b } = scoresOf([target('a'), target('b')], {}, { a: { uptime: 100 }, b: { uptime: 80 } });
  expect(a).toBe(0);
  expect(b).toBeCloseTo((0.5 * 0.25) / SUM + uptimePenalty(80, 95));
  expect(scoresOf([target('a'), target('b')], {}, { a: { uptime: 0 } }).a).toBeLessThan(100);
});

test('what nothing is known of is taken to be as the thresholds say', () => {
  const { scores } = score(health(), [target('a')], PLAIN);
  expect(scores[0]).toMatchObject({ uptime: 100, latencyMs: 1000, throughput: 50, priority: 1, down: false });
  const thresholds = { defaultUptime: 90, defaultLatency: 300, defaultThroughput: 20 };
  const other = score(health(), [target('a')], { ...PLAIN, settings: settings({ thresholds }) });
  expect(other.scores[0]).toMatchObject({ uptime: 90, latencyMs: 300, throughput: 20 });
});

describe('support of prompt caching', () => {
  const targets = [target('without'), target('with', '1 1 0.1')];

  test('counts 0.2 from 5,000 prompt tokens on, and nothing before', () => {
    expect(scoresOf(targets, { promptTokens: 4_999 })).toEqual({ without: 0, with: 0 });
    expect(scoresOf(targets, { promptTokens: 5_000 })).toEqual({ without: expect.closeTo(0.2 / (SUM + 0.2)), with: 0 });
  });

  test('is told with the score', () => {
    expect(score(health(), targets, PLAIN).scores.map(({ cacheSupported }) => cacheSupported)).toEqual([false, true]);
  });
});

describe('a priority', () => {
  test('above 1 makes a score better by as much as one below makes it worse', () => {
    const priorities = { liked: 1.3, disliked: 0.6 };
    const scores = scoresOf([target('a'), target('liked'), target('disliked')], { settings: settings({ priorities }) });
    expect(scores).toEqual({ a: 0, liked: expect.closeTo(-0.3), disliked: expect.closeTo(0.4) });
  });

  test('is 1 where the project gives none, whatever the provider is called', () => {
    expect(scoresOf([target('constructor'), target('toString')])).toEqual({ constructor: 0, toString: 0 });
  });

  test('of 0 takes the provider out, and out of what the others are compared with', () => {
    const weighing = { ...PLAIN, settings: settings({ priorities: { cheap: 0 } }) };
    const { scores, excluded } = score(health(), [target('cheap', '1 1'), target('b', '2 2')], weighing);
    expect(scores.map(({ target: { id }, score: s }) => [id, s])).toEqual([['b/m', 0]]);
    expect(excluded.map(({ target: { id }, reason }) => [id, reason])).toEqual([['cheap/m', 'priority-zero']]);
  });
});

describe('the strategy', () => {
  const targets = [target('cheap', '1 1'), target('fast', '3 3'), target('prompt', '2 2')];
  const vitals = {
    cheap: { throughput: 50, latencyMs: 900 },
    fast: { throughput: 200, latencyMs: 600 },
    prompt: { throughput: 100, latencyMs: 300 },
  };

  test.each([
    ['price', { cheap: 0, fast: 1.8, prompt: 0.9 }],
    ['throughput', { cheap: 2.7, fast: 0, prompt: 0.9 }],
    ['latency', { cheap: 1.8, fast: 0.9, prompt: 0 }],
  ] as const)('%s counts nine tenths', (strategy, expected) => {
    const scores = scoresOf(targets, { strategy, stream: true }, vitals);
    for (const [provider, value] of Object.entries(expected)) expect(scores[provider]).toBeCloseTo(value);
  });

  test('leaves a tenth to the uptime, and the penalty on top', () => {
    const scores = scoresOf(targets, { strategy: 'price' }, { cheap: { uptime: 50 } });
    expect(scores.cheap).toBeCloseTo(0.1 + 5.61, 2);
    expect(scores.cheap).toBeGreaterThan(scores.fast!);
  });

  test('latency means uptime alone for a request that is not streamed', () => {
    const scores = scoresOf(targets, { strategy: 'latency' }, { ...vitals, prompt: { uptime: 96, latencyMs: 1 } });
    expect(scores).toEqual({ cheap: 0, fast: 0, prompt: expect.closeTo(100 / 96 - 1) });
  });

  test('takes no heed of prompt caching', () => {
    const large = { strategy: 'price', promptTokens: 50_000 } as const;
    expect(scoresOf([target('a'), target('b', '1 1 0.1')], large)).toEqual({ a: 0, b: 0 });
  });
});

test('weights of 0 leave penalty and priority', () => {
  const scores = scoresOf([target('a'), target('b', '2 2')], { settings: only('price', 0) }, { a: { uptime: 70 } });
  expect(scores).toEqual({ a: expect.closeTo(1.73, 2), b: 0 });
});
