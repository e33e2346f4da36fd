import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createCatalog } from '../../../../server/catalog/catalog.ts';
import { offersOf } from '../../../../server/catalog/offer.ts';
import { allOffers } from '../../../../server/catalog/offers/index.ts';
import { believe } from '../../../../server/catalog/update/believe.ts';
import { picoOf } from '../../../../server/catalog/update/decimal.ts';

const LIST = readFileSync(new URL('../../../fixtures/models-dev/api.json', import.meta.url), 'utf8');
const list = JSON.parse(LIST) as Record<string, { models: Record<string, object> }>;
const ours = allOffers();
const believed = believe(ours, LIST, 'a test');
const catalog = createCatalog(believed.offers);

describe('a model list over our own', () => {
  test('changes the price where it names one, and leaves what it does not name', () => {
    expect(catalog.find('openai/gpt-4o-mini')[0]!.price).toMatchObject({
      inputPico: 120_000n,
      outputPico: 600_000n,
      cachedInputPico: 60_000n,
    });
    expect(catalog.find('gemini-2.5-flash')[0]).toMatchObject({
      price: { cachedInputPico: 75_000n, audioInputPico: 1_000_000n },
      tiers: { flex: [500_000n, 1_000_000n] },
    });
    expect(catalog.find('gpt-5')[0]).toBe(ours.find(({ id }) => id === 'openai/gpt-5'));
  });

  test('moves the price of the one-hour cache with that of the other', () => {
    expect(catalog.find('anthropic/claude-sonnet-4.6')[0]!.price).toMatchObject({
      cacheWritePico: 7_500_000n,
      cacheWrite1hPico: 12_000_000n,
    });
  });

  test('never lets more be generated than fits', () => {
    expect(catalog.find('anthropic/claude-sonnet-4.6')[0]!.maxOutputTokens).toBe(1_000_000);
  });

  test('does not change a price more than tenfold, and says so; what else it says is taken', () => {
    expect(believed.held).toEqual(['openai/gpt-4.1']);
    expect(catalog.find('gpt-4.1')[0]).toMatchObject({ price: { inputPico: 2_000_000n }, deprecated: true });
  });

  test('holds a price of which any part leaps, that of long prompts too', () => {
    const row = offersOf('openai', [['m', 'M', '2026-01-01', 1000, 100, '1 2 0.1', 'tools']]);
    const heldBy = (cost: object) =>
      believe(row, JSON.stringify({ openai: { models: { m: { name: 'M', cost } } } }), 'a test').held;
    expect(heldBy({ input: 1.5, output: 2, cache_read: 0.2 })).toEqual([]);
    expect(heldBy({ input: 1.5, output: 2, cache_read: 2 })).toEqual(['openai/m']);
    expect(heldBy({ input: 1.5, output: 2, context_over_200k: { input: 30, output: 2 } })).toEqual(['openai/m']);
  });

  test('brings new models of providers that we have, with their abilities', () => {
    expect(catalog.find('gpt-7-sol')[0]).toMatchObject({
      id: 'openai/gpt-7-sol',
      providerModel: 'gpt-7-sol',
      contextWindow: 2_000_000,
      maxOutputTokens: 256_000,
      released: '2026-11-01',
      price: { inputPico: 1_500_000n, outputPico: 10_000_000n, cachedInputPico: 150_000n, requestNano: 0n },
      longContext: { aboveInputTokens: 200_000, price: { inputPico: 3_000_000n, cachedInputPico: 150_000n } },
      capabilities: ['streaming', 'tools', 'vision', 'documents', 'reasoning', 'structured_output', 'prompt_caching'],
    });
  });

  test('brings no dated versions, no picture models, no strangers, and no row that cannot be read', () => {
    expect(believed.added).toBe(1);
    expect(believed.unread).toEqual(['openai/gpt-7-odd']);
    expect(catalog.find('gpt-4o-2024-08-06')[0]!.id).toBe('openai/gpt-4o');
  });

  test('counts a model once, however often and by whatever name it is listed', () => {
    const row = offersOf('xai', [['grok-4', 'Grok 4', '2026-01-01', 1000, 100, '1 2', 'tools']]);
    const cost = { input: 1, output: 2 };
    const names = ['grok-4-0709', 'grok-9-2026-11-01', 'grok-9', 'grok-9-latest'];
    const models = Object.fromEntries(names.map((name) => [name, { cost }]));
    const { added, offers } = believe(row, JSON.stringify({ xai: { models } }), 'a test');
    expect({ added, ids: offers.map(({ id }) => id) }).toEqual({ added: 1, ids: ['xai/grok-4', 'xai/grok-9'] });
  });

  test('leaves a price that is announced to us, and its hours', () => {
    const row = offersOf('openai', [
      ['m', 'M', '2026-01-01', 1000, 100, '1 2', 'tools', { changes: [{ hours: [1, 4], price: '3 4' }] }],
    ]);
    const listed = (input: number, output: number) =>
      believe(row, JSON.stringify({ openai: { models: { m: { name: 'M', cost: { input, output } } } } }), 'a test')
        .offers[0]!;
    expect(listed(3, 4)).toBe(row[0]);
    expect(listed(1, 2)).toBe(row[0]);
    expect(listed(2, 3)).toMatchObject({ price: { inputPico: 2_000_000n }, changes: [] });
  });
});

describe('a list is refused, and nothing changes,', () => {
  const refused = (text: string) => () => believe(ours, text, 'a test');
  const withModel = (model: object) => JSON.stringify({ openai: { models: { m: model } } });
  test.each([
    ['that is no JSON', '<html>', 'it is no JSON'],
    ['that is no object', '[1]', 'it is no model list'],
    ['of another shape', '{"data":[{"id":"gpt-5"}]}', 'it is no model list'],
    ['without a provider that we know', JSON.stringify({ acme: list.openai }), 'no model of a provider'],
    ['that cannot be read', withModel({ name: 'M', cost: { input: { usd: 1 } } }), 'no model'],
    ['that is empty', '{}', 'no model'],
  ])('%s', (_case, text, why) => {
    expect(refused(text)).toThrow(
      expect.objectContaining({ code: 'catalog_refused', message: expect.stringContaining(why) }),
    );
  });

  test('whose prices are in another unit', () => {
    const models = Object.fromEntries(
      ours
        .filter(({ provider }) => provider === 'openai')
        .map(({ providerModel, name, price }) => [
          providerModel,
          { name, cost: { input: Number(price.inputPico) / 1000, output: Number(price.outputPico) / 1000 } },
        ]),
    );
    expect(refused(JSON.stringify({ openai: { models } }))).toThrow(/more than tenfold/);
  });
});

test.each([
  ['0.15', 150_000n],
  ['3', 3_000_000n],
  ['1e1', 10_000_000n],
  ['2.5E-2', 25_000n],
  ['0.30000000000000004', 300_000n],
  ['0.0000005', 1n],
  ['0', 0n],
  ['-1', undefined],
  ['1e40', undefined],
  ['NaN', undefined],
  ['12345678', undefined],
])('%s USD for a million tokens is %s pico-dollars a token', (text, pico) => {
  expect(picoOf(text)).toBe(pico);
});
