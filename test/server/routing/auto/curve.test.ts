import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { areaUnder, curves, type Judged, qualityAt } from '../../../../scripts/bench/auto-curve.ts';
import { classify } from '../../../../server/routing/auto/classify.ts';
import { BOUNDARIES } from '../../../../server/routing/auto/tiers.ts';
import { featuresAsked } from './bodies.ts';

const SAMPLE = new URL('../../../../scripts/bench/auto-sample.jsonl', import.meta.url);
const MODELS = ['small', 'medium', 'large', 'reasoner'];

const lines = readFileSync(SAMPLE, 'utf8').trim().split('\n');
const judged = (half: number): Judged[] =>
  lines
    .filter((_, at) => at % 2 === half)
    .map((line) => JSON.parse(line) as { prompt: string; models: Judged['models'] })
    .map(({ prompt, models }) => ({ models, score: classify(featuresAsked(prompt)).score }));

test('every line of the sample has every model', () => {
  expect(lines.length).toBeGreaterThan(100);
  for (const line of lines) expect(Object.keys(JSON.parse(line).models)).toEqual(MODELS);
});

test('prompts that no weight was found with go to the right models more often than by chance', () => {
  const { auto, random } = curves(judged(1), MODELS, [BOUNDARIES.MEDIUM, BOUNDARIES.COMPLEX, BOUNDARIES.REASONING]);
  expect(areaUnder(auto)).toBeGreaterThan(areaUnder(random) + 0.04);
  const half = auto.at(-1)!.costUsd / 2;
  expect(qualityAt(auto, half)).toBeGreaterThan(qualityAt(random, half) + 0.03);
});

test('a score that tells everything reaches the best for less; one that tells nothing is as good as chance', () => {
  const prompt = (score: number, small: number): Judged => ({
    score,
    models: { small: { correct: small, cost_usd: 1 }, large: { correct: 1, cost_usd: 3 } },
  });
  const told = curves([prompt(-0.5, 1), prompt(0.5, 0)], ['small', 'large'], [0]);
  expect(told.auto[0]).toEqual({ costUsd: 1, quality: 0.5 });
  expect(qualityAt(told.auto, 2)).toBe(1);
  expect(qualityAt(told.random, 2)).toBe(0.75);
  expect(areaUnder(told.random)).toBeCloseTo(0.5);
  const untold = curves([prompt(0, 1), prompt(0, 0)], ['small', 'large'], [0]);
  expect(areaUnder(untold.auto)).toBeCloseTo(0.5);
});
