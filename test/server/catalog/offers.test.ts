/** What must hold for every row, whoever adds the next one. */
import { expect, test } from 'vitest';
import { canonical, MODEL_ALIASES } from '../../../server/catalog/names.ts';
import { allOffers } from '../../../server/catalog/offers/index.ts';
import type { Price } from '../../../server/catalog/types.ts';

const CAPABILITIES = new Set(
  'streaming tools vision documents audio reasoning structured_output json_mode web_search prompt_caching embeddings moderation image_output free'.split(
    ' ',
  ),
);
const offers = allOffers();

test('no two offers have the same id', () => {
  expect(new Set(offers.map((offer) => canonical(offer.id))).size).toBe(offers.length);
});

test('no provider has two offers of one model of its own', () => {
  expect(new Set(offers.map((offer) => `${offer.provider} ${offer.providerModel}`)).size).toBe(offers.length);
});

test.each(offers.map((offer) => [offer.id, offer] as const))('%s is a sound row', (_id, offer) => {
  expect(offer.id).toBe(`${offer.provider}/${offer.model}`);
  expect(offer.model).toBe(offer.model.toLowerCase());
  expect(offer.name.trim()).not.toBe('');
  const generates = offer.capabilities.includes('streaming');
  expect(generates).toBe(!offer.capabilities.some((name) => name === 'embeddings' || name === 'moderation'));
  expect(offer.contextWindow).toBeGreaterThanOrEqual(generates ? 8_000 : 2_000);
  expect(offer.maxOutputTokens ?? 1).toBeGreaterThan(0);
  expect(offer.maxOutputTokens ?? 1).toBeLessThanOrEqual(offer.contextWindow!);
  expect(offer.released).toBe(new Date(offer.released).toISOString().slice(0, 10));
  expect(Date.parse(offer.released)).toBeLessThan(Date.now());
  expect(offer.capabilities.filter((name) => !CAPABILITIES.has(name))).toEqual([]);
  expect(new Set(offer.capabilities).size).toBe(offer.capabilities.length);
  expect(offer.longContext?.aboveInputTokens ?? 1).toBeLessThanOrEqual(offer.contextWindow!);
  for (const price of [offer.price, ...(offer.changes ?? []).map((change) => change.price)])
    expectSound(price, generates);
  if (offer.longContext) {
    expectSound(offer.longContext.price, generates);
    expect(offer.longContext.price.inputPico).toBeGreaterThan(offer.price.inputPico);
    expect(offer.longContext.price.cachedInputPico === null).toBe(offer.price.cachedInputPico === null);
  }
});

function expectSound(price: Price, generates: boolean): void {
  if (generates) expect(price.outputPico).toBeGreaterThanOrEqual(price.inputPico);
  else expect(price.outputPico).toBe(0n);
  expect(price.cachedInputPico ?? 0n).toBeLessThanOrEqual(price.inputPico);
  expect(price.cacheWritePico ?? price.inputPico).toBeGreaterThan(price.cachedInputPico ?? -1n);
  expect(price.cacheWrite1hPico ?? price.cacheWritePico ?? 0n).toBeGreaterThanOrEqual(price.cacheWritePico ?? 0n);
}

test('every alias belongs to a model that is offered, and hides none', () => {
  const models = new Set(offers.map((offer) => canonical(offer.model)));
  const aliases = Object.entries(MODEL_ALIASES);
  expect(aliases.filter(([model]) => !models.has(canonical(model)))).toEqual([]);
  expect(aliases.flatMap(([, names]) => names).filter((name) => models.has(canonical(name)))).toEqual([]);
});
