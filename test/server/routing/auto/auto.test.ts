import { describe, expect, test } from 'vitest';
import { createCatalog } from '../../../../server/catalog/catalog.ts';
import { type OfferRow, offersOf } from '../../../../server/catalog/offer.ts';
import type { Upstream, UpstreamSet } from '../../../../server/providers/upstreams.ts';
import { type AutoAsked, autoTargets } from '../../../../server/routing/auto/auto.ts';
import { autoExclusions } from '../../../../server/routing/auto/exclusions.ts';
import type { AutoFacts } from '../../../../server/routing/auto/needs.ts';
import type { Health } from '../../../../server/routing/health.ts';
import { DEFAULTS } from '../../../../server/routing/settings.ts';
import { featuresIn } from './bodies.ts';

/** Names that rows of the table of qualities have, at prices of our own. */
const ROWS: readonly OfferRow[] = [
  ['gpt-4o-mini', 'Small', '2024-07-18', 128_000, 16_384, '0.15 0.6', 'tools vision structured_output json_mode'],
  ['gpt-4o', 'Middle', '2024-05-13', 128_000, 16_384, '2.5 10', 'tools vision documents structured_output json_mode'],
  ['gpt-4.1', 'Large', '2025-04-14', 1_047_576, 32_768, '2 8', 'tools vision documents structured_output json_mode'],
  [
    'gpt-5',
    'Largest',
    '2025-08-07',
    400_000,
    128_000,
    '1.25 10',
    'tools vision reasoning structured_output json_mode',
    { tiers: { flex: '0.5' } },
  ],
  ['text-embedding-3-small', 'Embedding', '2024-01-25', 8_191, null, '0.02 0', 'embeddings'],
  ['claude-3-opus', 'Old', '2024-02-29', 200_000, 4_096, '0.01 0.01', 'tools', { deprecated: true }],
];
const FREE: OfferRow = ['glm-4.5-flash', 'Free', '2025-07-28', 131_072, 98_304, '0 0', 'reasoning json_mode'];
const OTHER: OfferRow = ['gpt-4o-mini', 'Small', '2024-07-18', 128_000, 16_384, '0.1 0.4', 'tools'];

const PROMPTS = {
  SIMPLE: 'Hello',
  MEDIUM: 'Explain how a refrigerator works, with an example.',
  COMPLEX: 'Design a distributed cache, compare two architectures, and evaluate them in detail.',
  REASONING: 'Prove step by step that the square root of 3 is irrational.',
};

const well: Pick<Health, 'isDown' | 'vitals'> = {
  isDown: () => false,
  vitals: () => ({ uptime: undefined, latencyMs: undefined, throughput: undefined }),
};

interface World {
  offers?: ReturnType<typeof offersOf>;
  providers?: Record<string, Partial<Upstream>>;
  health?: Partial<typeof well>;
  body?: object;
  facts?: Partial<AutoFacts>;
  asked?: Partial<Omit<AutoAsked, 'settings'>>;
  auto?: Partial<typeof DEFAULTS.auto>;
  priorities?: Record<string, number>;
}

const openai = offersOf('openai', ROWS);

function situation(prompt: string, world: World = {}) {
  const {
    offers = openai,
    providers = { openai: {}, zai: {}, azure: {} },
    body = {},
    auto = {},
    priorities = {},
  } = world;
  const byName = new Map(
    Object.entries(providers).map(([name, more]) => [name, { name, scope: '', own: false, ...more } as Upstream]),
  );
  const upstreams: UpstreamSet = { get: (name) => byName.get(name), all: [...byName.values()] };
  const features = featuresIn({ messages: [{ role: 'user', content: prompt }], ...body });
  const facts: AutoFacts = { textBytes: prompt.length, choices: 1, maxOutputTokens: undefined, ...world.facts };
  const settings = { ...DEFAULTS, priorities, auto: { ...DEFAULTS.auto, ...auto } };
  const offered = { catalog: createCatalog(offers), upstreams, health: { ...well, ...world.health } };
  const asked: AutoAsked = { facts, features, settings, ...world.asked };
  return { offered, asked };
}

function ask(prompt: string, world?: World) {
  const { offered, asked } = situation(prompt, world);
  return autoTargets(offered, asked);
}

const names = (...given: Parameters<typeof ask>) => ask(...given).models.map(({ model }) => model);

describe('the cheapest that is good enough comes first, then the next', () => {
  test.each([
    ['SIMPLE', ['gpt-4o-mini', 'gpt-4.1', 'gpt-4o', 'gpt-5']],
    ['MEDIUM', ['gpt-4.1', 'gpt-4o', 'gpt-5', 'gpt-4o-mini']],
    ['COMPLEX', ['gpt-4.1', 'gpt-5', 'gpt-4o', 'gpt-4o-mini']],
    ['REASONING', ['gpt-5', 'gpt-4.1', 'gpt-4o', 'gpt-4o-mini']],
  ] as const)('for a prompt that is %s', (tier, expected) => {
    const plan = ask(PROMPTS[tier]);
    expect(plan.classification.tier).toBe(tier);
    expect(plan.models.map(({ model }) => model)).toEqual(expected);
  });

  test('by what this request costs: much to read makes a low input price count', () => {
    const rows: OfferRow[] = [
      ['model-a', 'A', '2026-01-01', 1_000_000, null, '0.1 9', 'tools'],
      ['model-b', 'B', '2026-01-01', 1_000_000, null, '1 8.5', 'tools'],
    ];
    const offers = offersOf('openai', rows);
    expect(names('Hello', { offers })).toEqual(['model-b', 'model-a']);
    expect(names(`Hello ${'word '.repeat(40_000)}`, { offers })[0]).toBe('model-a');
  });

  test('each with all of its targets', () => {
    const offers = [...openai, ...offersOf('azure', [OTHER])];
    const [first] = ask('Hello', { offers }).models;
    expect(first!.targets.map(({ id }) => id).sort()).toEqual(['azure/gpt-4o-mini', 'openai/gpt-4o-mini']);
  });

  test('at most five of them', () => {
    const rows = Array.from(
      { length: 9 },
      (_, at): OfferRow => [`m-${at}`, 'M', '2026-01-01', 8000, null, `${at} 9`, 'tools'],
    );
    expect(names('Hello', { offers: offersOf('openai', rows) })).toEqual(['m-0', 'm-1', 'm-2', 'm-3', 'm-4']);
  });
});

describe('what a request needs', () => {
  const offers = [...openai, ...offersOf('zai', [FREE])];

  test.each([
    ['tools', { tools: [{ type: 'function', function: { name: 'f' } }] }, {}, 'gpt-4o-mini'],
    ['nothing', {}, {}, 'glm-4.5-flash'],
    ['free models', {}, { freeModelsOnly: true }, 'glm-4.5-flash'],
    ['reasoning', {}, { reasoning: { effort: 'low' } }, 'glm-4.5-flash'],
    ['no reasoning', {}, { noReasoning: true }, 'gpt-4o-mini'],
    ['reasoning with tools', { tools: [{ type: 'function' }] }, { reasoning: { effort: 'high' } }, 'gpt-5'],
    ['a schema', { response_format: { type: 'json_schema' } }, {}, 'gpt-4o-mini'],
    ['a service tier', {}, { serviceTier: 'flex' }, 'gpt-5'],
    ['a long answer', {}, { maxOutputTokens: 120_000 }, 'gpt-5'],
    ['answers that are long together only', {}, { maxOutputTokens: 180_000, choices: 2 }, 'glm-4.5-flash'],
  ] as const)('%s', (_, body, facts, expected) => {
    expect(names('Hello', { offers, body, facts })[0]).toBe(expected);
  });

  test('a document', () => {
    const body = { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'x' } }] }] };
    expect(names('', { body }).sort()).toEqual(['gpt-4.1', 'gpt-4o']);
  });

  test('room for what there is to read', () => {
    expect(names(`Hello ${'word '.repeat(150_000)}`)).toEqual(['gpt-5', 'gpt-4.1']);
  });

  test('is never asked of embeddings, of what is deprecated, or of a server that nobody knows', () => {
    const all = names('Hello', { providers: { openai: {}, acme: { custom: true } } });
    expect(all).not.toContain('text-embedding-3-small');
    expect(all).not.toContain('claude-3-opus');
    expect(all).toHaveLength(4);
  });
});

describe('when nothing is left, it says what was asked for', () => {
  const offers = [...openai, ...offersOf('zai', [FREE])];
  const tools = { tools: [{ type: 'function' }] };

  test.each([
    [
      'free with tools',
      { offers, body: tools, facts: { freeModelsOnly: true } },
      'model_not_supported',
      'No model that auto can choose here is free and supports tools.',
    ],
    [
      'nothing free',
      { facts: { freeModelsOnly: true } },
      'model_not_supported',
      'No model that auto can choose here is free.',
    ],
    [
      'a search',
      { body: { web_search_options: {} } },
      'model_not_supported',
      'No model that auto can choose here searches the web.',
    ],
    [
      'a tier',
      { facts: { serviceTier: 'priority' } },
      'unsupported_service_tier',
      'No model that auto can choose here is served in the service tier priority.',
    ],
    [
      'a long answer',
      { facts: { maxOutputTokens: 900_000 } },
      'model_not_supported',
      'No model that auto can choose here generates 900000 tokens.',
    ],
    ['no provider', { providers: {} }, 'model_not_found', 'There is no model here that auto could choose.'],
    [
      'no priority',
      { priorities: { openai: 0 } },
      'permission_denied',
      'No model that auto can choose here is of a provider that the project allows.',
    ],
  ] as const)('%s', (_, world, code, message) => {
    expect(() => ask('Hello', world as World)).toThrow(expect.objectContaining({ code, message }));
  });

  test('a prompt that no model has room for', () => {
    expect(() => ask('word '.repeat(1_000_000))).toThrow(
      expect.objectContaining({ code: 'context_length_exceeded', status: 400 }),
    );
  });

  test('a key that may use none', () => {
    const refusal = () => 'the rule r1 forbids it';
    expect(() => ask('Hello', { asked: { refusal } })).toThrow(
      expect.objectContaining({
        code: 'permission_denied',
        message: expect.stringContaining('the rule r1 forbids it'),
      }),
    );
  });
});

test('what a key may not use is passed over', () => {
  const refusal = ({ id }: { id: string }) => (id === 'openai/gpt-4o-mini' ? 'no' : undefined);
  expect(names('Hello', { asked: { refusal } })).toEqual(['gpt-4.1', 'gpt-4o', 'gpt-5']);
});

describe('health', () => {
  test('a model of which every target is down goes behind all others', () => {
    const isDown = (id: string) => id === 'openai/gpt-4o-mini';
    const { models } = ask('Hello', { health: { isDown } });
    expect(models.map(({ model }) => model)).toEqual(['gpt-4.1', 'gpt-4o', 'gpt-5', 'gpt-4o-mini']);
    expect(models.map(({ down }) => down)).toEqual([false, false, false, true]);
  });

  test('a model with one target that is well stays', () => {
    const offers = [...openai, ...offersOf('azure', [OTHER])];
    const isDown = (id: string) => id === 'openai/gpt-4o-mini';
    expect(names('Hello', { offers, health: { isDown } })[0]).toBe('gpt-4o-mini');
  });

  test('a model that hardly ever answers goes behind', () => {
    const vitals = (id: string) => ({ ...well.vitals(id, DEFAULTS.history), uptime: id.endsWith('mini') ? 60 : 99 });
    expect(names('Hello', { health: { vitals } })[0]).toBe('gpt-4.1');
  });

  test('when all are down, the cheapest is tried all the same', () => {
    expect(names('Hello', { health: { isDown: () => true } })[0]).toBe('gpt-4o-mini');
  });
});

describe('a session', () => {
  const pinned = (id: string) => ({ asked: { pinned: id } });

  test('stays at its model while that is good enough, though another is cheaper', () => {
    expect(names(PROMPTS.SIMPLE, pinned('openai/gpt-5'))[0]).toBe('gpt-5');
    expect(names(PROMPTS.COMPLEX, pinned('openai/gpt-5'))[0]).toBe('gpt-5');
  });

  test('moves up when the prompt is harder than its model', () => {
    expect(names(PROMPTS.COMPLEX, pinned('openai/gpt-4o-mini'))[0]).toBe('gpt-4.1');
    expect(names(PROMPTS.REASONING, pinned('openai/gpt-4.1'))[0]).toBe('gpt-5');
  });

  test('stays where nothing better is offered', () => {
    const offers = openai.filter(({ model }) => model !== 'gpt-5');
    expect(names(PROMPTS.REASONING, { offers, ...pinned('openai/gpt-4.1') })[0]).toBe('gpt-4.1');
  });

  test('leaves a target that is down, or that cannot do what is asked', () => {
    const isDown = (id: string) => id === 'openai/gpt-5';
    expect(names('Hello', { health: { isDown }, ...pinned('openai/gpt-5') })[0]).toBe('gpt-4o-mini');
    const facts = { noReasoning: true };
    expect(names('Hello', { facts, ...pinned('openai/gpt-5') })[0]).toBe('gpt-4o-mini');
  });

  test('whose target is gone is as any other', () => {
    expect(names('Hello', pinned('azure/gone'))[0]).toBe('gpt-4o-mini');
  });
});

describe('a project', () => {
  test('names its own models for a tier, whatever the catalogue thinks of them', () => {
    const auto = { models: { REASONING: ['openai/gpt-4o', 'gpt-4o-mini'] } };
    expect(names(PROMPTS.REASONING, { auto })).toEqual(['gpt-4o-mini', 'gpt-4o']);
    expect(names(PROMPTS.COMPLEX, { auto })[0]).toBe('gpt-4.1');
  });

  test('may name a model of its own server', () => {
    const auto = { models: { SIMPLE: ['acme/auto', 'nobody-knows-it'] } };
    const providers = { openai: {}, acme: { custom: true } };
    expect(names('Hello', { auto, providers })).toEqual(['acme/auto']);
  });

  test('names only what is not offered: it is told so', () => {
    const auto = { models: { SIMPLE: ['nobody-knows-it'] } };
    expect(() => ask('Hello', { auto })).toThrow(expect.objectContaining({ code: 'model_not_found' }));
  });

  test('that gives a provider the priority 0 is never sent there', () => {
    const offers = [...openai, ...offersOf('azure', [OTHER])];
    const [first] = ask('Hello', { offers, priorities: { azure: 0 } }).models;
    expect(first!.targets.map(({ id }) => id)).toEqual(['openai/gpt-4o-mini']);
  });
});

test('a choice is made anew when the catalogue changes', () => {
  const catalog = createCatalog(openai);
  const upstream = { name: 'openai', scope: '', own: false } as Upstream;
  const upstreams: UpstreamSet = { get: (name) => (name === 'openai' ? upstream : undefined), all: [upstream] };
  const features = featuresIn({ messages: [{ role: 'user', content: 'Hello' }] });
  const asked: AutoAsked = {
    facts: { textBytes: 5, choices: 1, maxOutputTokens: undefined },
    features,
    settings: DEFAULTS,
  };
  const first = () => autoTargets({ catalog, upstreams, health: well }, asked).models[0]!.model;
  expect(first()).toBe('gpt-4o-mini');
  catalog.replace(openai.filter(({ model }) => model !== 'gpt-4o-mini'));
  expect(first()).toBe('gpt-4.1');
});

describe('what a request does not go to is told, each with what is in its way', () => {
  test.each([
    ['gpt-4o-mini', PROMPTS.COMPLEX, {}, 'tier', 'It is trusted with SIMPLE prompts, and this one is COMPLEX.'],
    ['gpt-4o-mini', 'Hello', { facts: { reasoning: { effort: 'low' } } }, 'capability', 'It is no model that reasons.'],
    ['gpt-5', 'Hello', { facts: { noReasoning: true } }, 'capability', 'It is no model that does not reason.'],
    ['gpt-5', 'Hello', {}, 'price', 'It is expected to cost more than those that are tried.'],
    [
      'gpt-5',
      'Hello',
      { priorities: { openai: 0 } },
      'priority',
      'It is no model that is of a provider that the project allows.',
    ],
    ['gpt-5', 'Hello', { asked: { refusal: () => 'the rule r1' } }, 'rule', 'Access denied: the rule r1.'],
    ['claude-3-opus', 'Hello', {}, 'unsuited', 'It is deprecated.'],
    ['text-embedding-3-small', 'Hello', {}, 'unsuited', 'It is not made for text.'],
  ] as const)('%s for "%s" with %j: %s', (model, prompt, world, code, reason) => {
    const { offered, asked } = situation(prompt, world as World);
    const all = autoExclusions(offered, asked, []);
    expect(all.find((each) => each.model === `openai/${model}`)).toEqual({
      provider: 'openai',
      model: `openai/${model}`,
      code,
      reason,
    });
  });

  test('and where it goes is none of them', () => {
    const { offered, asked } = situation('Hello');
    const targets = ask('Hello').models.flatMap((model) => model.targets);
    expect(autoExclusions(offered, asked, targets).map(({ code }) => code)).toEqual(['unsuited', 'unsuited']);
  });
});
