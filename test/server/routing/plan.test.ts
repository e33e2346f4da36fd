import { describe, expect, test } from 'vitest';
import { createCatalog } from '../../../server/catalog/catalog.ts';
import { offersOf } from '../../../server/catalog/offer.ts';
import { readConfig } from '../../../server/config.ts';
import { createUpstreams } from '../../../server/providers/upstreams.ts';
import { everywhere, offeredTo, plan, planned } from '../../../server/routing/plan.ts';

const row = (model: string, price: string, more = {}) =>
  [model, model, '2026-01-01', 1000, 100, price, 'tools', more] as const;
const OFFERS = [
  ...offersOf('openai', [row('gpt-9', '2 8', { snapshots: ['2026-01-02'], tiers: { flex: '0.5' } })]),
  ...offersOf('azure', [row('gpt-9', '2 8', { snapshots: ['2026-01-02'] }), row('gpt-8', '1 4')]),
  ...offersOf('groq', [row('gpt-oss-9', '1 1', { as: 'openai/gpt-oss-9' })]),
  ...offersOf('together-ai', [row('gpt-oss-9', '2 2', { as: 'openai/gpt-oss-9' })]),
  ...offersOf('google-ai-studio', [row('gemini-9', '1 1')]),
  ...offersOf('aws-bedrock', [
    row('claude-9', '3 15', { as: 'anthropic.claude-9', regions: { global: '', us: '×1.1', eu: '×1.2' } }),
    row('nova-9', '1 1', { regions: { us: '' } }),
  ]),
];
const KEYS = {
  LLM_OPENAI_API_KEY: 'k',
  LLM_AZURE_API_KEY: 'k',
  LLM_AZURE_RESOURCE: 'here',
  LLM_GROQ_API_KEY: 'k',
  LLM_TOGETHER_AI_API_KEY: 'k',
  LLM_GOOGLE_AI_STUDIO_API_KEY: 'k',
  LLM_ACME_BASE_URL: 'https://acme.example/v1',
};
const IN_TWO_REGIONS = { LLM_AWS_BEDROCK_API_KEY: 'one,two,three', LLM_AWS_BEDROCK_REGION_PREFIX: 'us.,eu.,us.' };

function offered(env: Record<string, string> = KEYS) {
  const catalog = createCatalog(OFFERS);
  const upstreams = createUpstreams(readConfig(env, '/nowhere'), 'test');
  return { catalog, upstreams, to: (organizationId: string) => offeredTo({ catalog, upstreams }, { organizationId }) };
}

const idsOf = (targets: readonly { id: string }[]) => targets.map(({ id }) => id);

describe('the targets of a name', () => {
  test('are made once', () => {
    const to = offered().to('org_1');
    expect(plan(to, 'gpt-9')).toBe(plan(to, 'gpt-9'));
    expect(plan(to, 'gateway/GPT-9')).toBe(plan(to, 'gpt-9'));
    expect(plan(to, 'gpt-9', 'default')).toBe(plan(to, 'gpt-9'));
  });

  test('are the same for all organisations without keys of their own, and are not shared by one that has some', () => {
    const { to, upstreams } = offered();
    const before = plan(to('org_1'), 'gpt-9');
    expect(plan(to('org_2'), 'gpt-9')).toBe(before);
    upstreams.replace('org_1', [
      { provider: 'azure', credential: { key: 'own', settings: { resource: 'x' } }, baseUrl: undefined, fenced: true },
    ]);
    expect(idsOf(plan(to('org_1'), 'gpt-9'))).toEqual(['org_1 azure/gpt-9', 'openai/gpt-9']);
    expect(plan(to('org_2'), 'gpt-9')).toBe(before);
    upstreams.replace('org_1', []);
    expect(plan(to('org_1'), 'gpt-9')).toBe(before);
  });

  test('are made anew when the catalogue changes', () => {
    const { to, catalog } = offered();
    expect(plan(to('org_1'), 'gpt-9')).toHaveLength(2);
    catalog.replace(offersOf('openai', [row('gpt-9', '1 4')]));
    expect(plan(to('org_1'), 'gpt-9').map(({ offer }) => offer.price.inputPico)).toEqual([1_000_000n]);
  });

  test('are made anew when a price changes by the clock', () => {
    let nowMs = Date.UTC(2026, 0, 1);
    const changes = [{ from: '2026-02-01', price: '1 1' }];
    const catalog = createCatalog(offersOf('openai', [row('gpt-9', '2 8', { changes })]), () => nowMs);
    const services = { ...offered().to('org_1'), catalog };
    const price = () => plan(services, 'gpt-9')[0]!.offer.price.outputPico;
    expect(price()).toBe(8_000_000n);
    nowMs = Date.UTC(2026, 1, 1);
    expect(price()).toBe(1_000_000n);
  });
});

describe('a name', () => {
  test.each([
    'openai/gpt-9',
    'gateway/OpenAI/gpt-9',
    'openai/gpt-9-2026-01-02',
    'google/gemini-9',
    'google-ai-studio/gemini-9',
    'groq/openai/gpt-oss-9',
    'acme/anything',
  ])('pins the provider: %s', (name) => {
    expect(planned(offered().to('org_1'), name)).toMatchObject({ pinned: true, targets: [{}] });
  });

  test.each(['gpt-9', 'gateway/gpt-9', 'gpt-8', 'openai/gpt-oss-9'])('pins none: %s', (name) => {
    expect(planned(offered().to('org_1'), name).pinned).toBe(false);
  });
});

describe('what a pinned name means elsewhere', () => {
  const elsewhere = (name: string, tier?: string) => idsOf(everywhere(offered().to('org_1'), name, tier));

  test('is the same model, in the same version', () => {
    expect(elsewhere('openai/gpt-9')).toEqual(['openai/gpt-9', 'azure/gpt-9']);
    const dated = everywhere(offered().to('org_1'), 'openai/gpt-9-2026-01-02');
    expect(dated.map(({ offer }) => offer.providerModel)).toEqual(['gpt-9-2026-01-02', 'gpt-9-2026-01-02']);
    expect(elsewhere('groq/openai/gpt-oss-9')).toEqual(['groq/gpt-oss-9', 'together-ai/gpt-oss-9']);
  });

  test('serves the tier that is asked for', () => {
    expect(elsewhere('openai/gpt-9', 'flex')).toEqual(['openai/gpt-9']);
  });

  test('is nothing for a model that only the configuration knows', () => {
    expect(elsewhere('acme/gpt-9')).toEqual([]);
  });
});

describe('a provider with credentials in several regions', () => {
  const to = offered(IN_TWO_REGIONS).to('org_1');

  test('is one target for each, at its price', () => {
    const targets = plan(to, 'aws-bedrock/claude-9');
    expect(targets.map(({ id, home, offer }) => [id, home, offer.price.inputPico, offer.region])).toEqual([
      ['aws-bedrock/claude-9:us', 'us', 3_300_000n, undefined],
      ['aws-bedrock/claude-9:eu', 'eu', 3_600_000n, undefined],
    ]);
    expect(idsOf(plan(to, 'claude-9'))).toEqual(idsOf(targets));
  });

  test('is called in a region with a credential of that region', () => {
    const called = plan(to, 'claude-9').map(({ upstream, offer, home }) => {
      const call = { format: 'bedrock-converse', model: offer.providerModel, stream: false, home } as const;
      return [1, 2, 3].map(() => {
        const { credential, path } = upstream.route(call);
        return `${credential.key} ${decodeURIComponent(path)}`;
      });
    });
    const us = ['one', 'three', 'one'].map((key) => `${key} /model/us.anthropic.claude-9/converse`);
    expect(called).toEqual([us, Array<string>(3).fill('two /model/eu.anthropic.claude-9/converse')]);
  });

  test('is one target where the name pins the region', () => {
    const [target, ...others] = plan(to, 'aws-bedrock/claude-9:global');
    expect(target).toMatchObject({ id: 'aws-bedrock/claude-9:global', offer: { region: 'global' } });
    expect([target!.home, others]).toEqual([undefined, []]);
  });

  test('is left with the regions where the model is served', () => {
    expect(plan(to, 'nova-9').map(({ id, home }) => [id, home])).toEqual([['aws-bedrock/nova-9:us', 'us']]);
  });

  test('is one target where all credentials are at home in one', () => {
    const [target, ...others] = plan(
      offered({ ...IN_TWO_REGIONS, LLM_AWS_BEDROCK_REGION_PREFIX: 'eu.' }).to('org_1'),
      'claude-9',
    );
    expect([target!.id, target!.home, target!.offer.price.inputPico]).toEqual([
      'aws-bedrock/claude-9',
      undefined,
      3_600_000n,
    ]);
    expect(others).toEqual([]);
  });
});
