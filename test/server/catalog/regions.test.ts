import { describe, expect, test } from 'vitest';
import { createCatalog } from '../../../server/catalog/catalog.ts';
import { offersOf } from '../../../server/catalog/offer.ts';
import { servesTier, withTier } from '../../../server/catalog/tiers.ts';
import type { Upstream } from '../../../server/providers/upstreams.ts';
import { plan } from '../../../server/routing/plan.ts';

const REGIONS = { global: '', us: '×1.1', 'cn-beijing': '0.287 1.147 0.05' };
const offers = [
  ...offersOf('acme', [
    [
      'm-1.5',
      'M',
      '2026-01-01',
      1000,
      100,
      '3 15 0.3',
      'tools',
      { regions: REGIONS, long: [500, '6 30 0.6'], snapshots: ['2026-01-02'] },
    ],
  ]),
  ...offersOf('other', [['m-1.5', 'M', '2026-01-01', 1000, 100, '2 10', 'tools', { tiers: { flex: '0.5' } }]]),
];
const catalog = createCatalog(offers);
const upstreams = {
  get: (name: string) => ({ name, regions: [], scope: '' }) as unknown as Upstream,
  all: [],
  close: async () => {},
};

describe('a region behind a name', () => {
  test('leads to the providers that serve the model there', () => {
    expect(catalog.find('m-1.5:us').map(({ id, region }) => [id, region])).toEqual([['acme/m-1.5', 'us']]);
    expect(catalog.find('acme/m-1-5:cn-beijing')[0]).toMatchObject({ region: 'cn-beijing', providerModel: 'm-1.5' });
    expect(catalog.find('acme/m-1.5-2026-01-02:us')[0]).toMatchObject({
      region: 'us',
      providerModel: 'm-1.5-2026-01-02',
    });
  });

  test('has the price that holds there, of long inputs too', () => {
    const [us] = catalog.find('acme/m-1.5:us');
    expect(us!.price).toMatchObject({ inputPico: 3_300_000n, outputPico: 16_500_000n, cachedInputPico: 330_000n });
    expect(us!.longContext!.price.outputPico).toBe(33_000_000n);
    const [beijing] = catalog.find('acme/m-1.5:cn-beijing');
    expect(beijing).toMatchObject({ price: { inputPico: 287_000n, outputPico: 1_147_000n }, longContext: null });
  });

  test('is not ignored where nobody serves it: the answer is 404 with the regions that there are', () => {
    expect(() => plan({ catalog, upstreams }, 'acme/m-1.5:eu')).toThrow(
      expect.objectContaining({
        code: 'model_not_found',
        hint: expect.stringContaining('acme:global, acme:us, acme:cn-beijing'),
      }),
    );
    expect(() => plan({ catalog, upstreams }, 'other/m-1.5:eu')).toThrow(
      expect.objectContaining({ code: 'model_not_found', hint: expect.stringContaining('leave out') }),
    );
  });

  test('does not hide what the name is near to', () => {
    expect(catalog.nearest('acme/m-1.6:us')).toContain('m-1.5');
  });
});

describe('a service tier', () => {
  test('keeps the providers that serve it', () => {
    expect(plan({ catalog, upstreams }, 'm-1.5', 'flex').map(({ offer }) => offer.provider)).toEqual(['other']);
    expect(plan({ catalog, upstreams }, 'm-1.5', 'auto')).toHaveLength(2);
  });

  test.each(['priority', '__proto__', 'constructor', 'scale'])('that nobody serves is refused: %s', (tier) => {
    expect(() => plan({ catalog, upstreams }, 'm-1.5', tier)).toThrow(
      expect.objectContaining({ code: 'unsupported_service_tier', status: 400, hint: 'It has: default, flex.' }),
    );
  });

  test('of a provider that only the configuration knows is its own affair', () => {
    const target = { offer: { ...offers[1]!, tiers: undefined, priceUnknown: true } };
    expect(servesTier(target.offer as never, 'anything')).toBe(true);
    expect(withTier([target as never], 'anything')).toHaveLength(1);
  });
});

test('a catalogue that is replaced answers with the new offers, and says that it did', () => {
  const live = createCatalog(offers);
  const before = live.find('acme/m-1.5');
  live.replace(offersOf('acme', [['n-2', 'N', '2026-02-01', 1000, 100, '1 2', 'tools']]));
  expect(live.find('acme/m-1.5')).toEqual([]);
  expect(live.find('n-2')).toHaveLength(1);
  expect(live.nearest('n-3')).toEqual(['n-2']);
  expect(live.generation).toBe(1);
  expect(before[0]!.price.inputPico).toBe(3_000_000n);
});
