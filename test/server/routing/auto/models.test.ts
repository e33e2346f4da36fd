import { describe, expect, test } from 'vitest';
import { offersOf } from '../../../../server/catalog/offer.ts';
import { allOffers } from '../../../../server/catalog/offers/index.ts';
import { qualityOf, unfit } from '../../../../server/routing/auto/models.ts';

const row = (model: string, price: string, capabilities: string) =>
  offersOf('openai', [[model, model, '2027-01-01', null, null, price, capabilities]])[0]!;

describe('a model that no row names is judged by its price and by whether it reasons', () => {
  test.each([
    ['orion-1', '5 20', 'tools reasoning', 'REASONING'],
    ['orion-1', '5 20', 'tools', 'COMPLEX'],
    ['orion-1', '0.5 2', 'tools reasoning', 'COMPLEX'],
    ['orion-1', '0.5 2', 'tools', 'MEDIUM'],
    ['orion-1', '0.1 0.4', 'tools reasoning', 'MEDIUM'],
    ['orion-1', '0.1 0.4', 'tools', 'SIMPLE'],
    ['orion-1-mini', '0.5 2', 'tools', 'SIMPLE'],
    ['orion-1-mini', '0.1 0.4', 'tools', 'SIMPLE'],
    ['orion-free', '0 0', 'tools', 'SIMPLE'],
  ])('%s at %s that has %s: %s', (model, price, capabilities, tier) => {
    expect(qualityOf(row(model, price, capabilities)).tier).toBe(tier);
  });

  test('and asked for programs alone when its name says that it is made for them', () => {
    expect(qualityOf(row('orion-coder', '0.5 2', 'tools')).only).toBe('code');
  });
});

test('a model that does not reason is not taken for one that does', () => {
  expect(qualityOf(row('grok-4.20-non-reasoning', '1.25 2.5', 'tools')).tier).toBe('COMPLEX');
  expect(qualityOf(row('grok-4.20', '1.25 2.5', 'tools reasoning')).tier).toBe('REASONING');
});

test.each([
  ['gpt-4o-mini', 'SIMPLE'],
  ['gpt-5-nano', 'MEDIUM'],
  ['gpt-5-mini', 'COMPLEX'],
  ['gpt-5', 'REASONING'],
  ['gpt-6.2-sol', 'REASONING'],
  ['claude-haiku-4.5', 'COMPLEX'],
  ['claude-sonnet-4.6', 'REASONING'],
  ['gemini-2.5-flash-lite', 'MEDIUM'],
  ['gemini-2.5-flash', 'COMPLEX'],
  ['gemini-3.1-pro-preview', 'REASONING'],
  ['deepseek-v4-pro', 'REASONING'],
  ['llama-3.1-8b-instruct', 'SIMPLE'],
  ['llama-3.3-70b-instruct', 'MEDIUM'],
  ['ministral-3b-2512', 'SIMPLE'],
  ['mistral-large-2512', 'COMPLEX'],
  ['qwen3.7-max', 'REASONING'],
  ['kimi-k2.6', 'REASONING'],
  ['glm-4.7-flash', 'MEDIUM'],
])('%s of the catalogue is trusted with what is %s', (model, tier) => {
  const offer = allOffers().find((each) => each.model === model)!;
  expect(qualityOf(offer).tier).toBe(tier);
});

test('within a family, who costs more is never trusted with less', () => {
  const families = ['claude-haiku-4.5 claude-sonnet-4.6 claude-opus-4.6', 'gpt-5-nano gpt-5-mini gpt-5 gpt-5-pro'];
  const ranks = ['SIMPLE', 'MEDIUM', 'COMPLEX', 'REASONING'];
  for (const family of families) {
    const tiers = family.split(' ').map((model) => qualityOf(allOffers().find((each) => each.model === model)!).tier);
    const found = tiers.map((tier) => ranks.indexOf(tier));
    expect(found).toEqual(found.toSorted((a, b) => a - b));
  }
});

test.each([
  ['text-embedding-3-small', 'is not made for text'],
  ['omni-moderation-latest', 'is not made for text'],
  ['claude-3-opus', 'is deprecated'],
  ['sonar-pro', 'is made for another kind of work'],
  ['o3-deep-research', 'is made for another kind of work'],
])('%s is never chosen: it %s', (model, why) => {
  expect(unfit(allOffers().find((each) => each.model === model)!)).toBe(why);
});
