import { expect, test } from 'vitest';
import { createCatalog } from '../../../../server/catalog/catalog.ts';
import { offersOf } from '../../../../server/catalog/offer.ts';
import type { Upstream, UpstreamSet } from '../../../../server/providers/upstreams.ts';
import { listedAuto } from '../../../../server/routing/auto/listed.ts';

const catalog = createCatalog(
  offersOf('openai', [
    ['gpt-4o-mini', 'Small', '2024-07-18', 128_000, 16_384, '0.15 0.6', 'tools vision'],
    ['gpt-5', 'Large', '2025-08-07', 400_000, 128_000, '1.25 10', 'tools reasoning'],
    ['free-one', 'Free', '2025-08-07', null, null, '0 0', 'tools'],
    ['text-embedding-3-small', 'Embedding', '2024-01-25', 8_191, null, '0.02 0', 'embeddings'],
  ]),
);

const having = (...names: string[]): UpstreamSet => {
  const upstreams = new Map(names.map((name) => [name, { name, scope: '', own: false } as Upstream]));
  return { get: (name) => upstreams.get(name), all: [...upstreams.values()] };
};

test('auto is listed with the most that any model has which it may choose', () => {
  const auto = listedAuto({ catalog, upstreams: having('openai') });
  expect(auto).toMatchObject({ id: 'auto', provider: 'gateway', contextWindow: 400_000, maxOutputTokens: 128_000 });
  expect([...auto!.capabilities].sort()).toEqual(['reasoning', 'streaming', 'tools', 'vision']);
});

test('auto is not listed where there is nothing to choose', () => {
  expect(listedAuto({ catalog, upstreams: having() })).toBeUndefined();
});
