import { describe, expect, test } from 'vitest';
import { createCatalog } from '../../../server/catalog/catalog.ts';
import type { Offer } from '../../../server/catalog/types.ts';
import { compileGuard, refusalBy } from '../../../server/policy/guard.ts';
import { parseAddress } from '../../../shared/cidr.ts';
import type { RuleType, RuleValue } from '../../../shared/contracts/iam.ts';

const catalog = createCatalog();
const offerOf = (id: string): Offer => catalog.find(id).find((offer) => offer.id === id)!;
const CUSTOM = custom('acme', 'Llama.1');
const FREE_PRICE = { ...CUSTOM.price, inputPico: 0n, outputPico: 0n, requestNano: 0n };

type Row = [type: RuleType, value: RuleValue];

function custom(provider: string, model: string): Offer {
  return { ...offerOf('openai/gpt-4o-mini'), id: `${provider}/${model}`, provider, model, priceUnknown: true };
}

function refusal(rules: readonly Row[], offer: Offer): string | undefined {
  return refusalBy(guard(rules), { kind: 'offer', offer, catalog });
}

function refusalFrom(rules: readonly Row[], address: string): string | undefined {
  return refusalBy(guard(rules), { kind: 'address', address: parseAddress(address) });
}

function guard(rules: readonly Row[]) {
  const stored = rules.map(([type, value], index) => ({ id: `iam_${index + 1}`, type, value }));
  return compileGuard({ id: 'key_1', owner: 'the key "ci"' }, stored);
}

describe('models', () => {
  const mini = offerOf('openai/gpt-4o-mini');

  test.each(['gpt-4o-mini', 'openai/gpt-4o-mini', 'GPT-4o-Mini', 'gateway/gpt-4o-mini', 'gpt-4o-mini-2024-07-18'])(
    'are denied by any of their spellings: %s',
    (name) => {
      expect(refusal([['deny_models', { models: [name] }]], mini)).toBe(
        'the rule iam_1 of the key "ci" forbids the model openai/gpt-4o-mini',
      );
    },
  );

  test('that are not named by an allow rule are forbidden, and the rule says which are allowed', () => {
    const rules: Row[] = [['allow_models', { models: ['claude-haiku-4-5', 'gpt-4o'] }]];
    expect(refusal(rules, mini)).toBe(
      'the rule iam_1 of the key "ci" allows only the models claude-haiku-4-5, gpt-4o, not openai/gpt-4o-mini',
    );
    expect(refusal(rules, offerOf('anthropic/claude-haiku-4.5'))).toBeUndefined();
  });

  test('of several allow rules one is enough, and none is named when all are missed', () => {
    const rules: Row[] = [
      ['allow_models', { models: ['gpt-4o'] }],
      ['allow_models', { models: ['gpt-4o-mini'] }],
    ];
    expect(refusal(rules, mini)).toBeUndefined();
    expect(refusal(rules, offerOf('anthropic/claude-haiku-4.5'))).toMatch(
      /^of the rules iam_1, iam_2 of the key "ci" one/,
    );
  });

  test('that are allowed and denied are denied', () => {
    const rules: Row[] = [
      ['allow_models', { models: ['gpt-4o-mini'] }],
      ['deny_models', { models: ['gpt-4o-mini'] }],
    ];
    expect(refusal(rules, mini)).toMatch(/^the rule iam_2 .* forbids/);
  });

  test('of one’s own provider are denied in every spelling and allowed in their own', () => {
    expect(refusal([['deny_models', { models: ['ACME/llama-1'] }]], CUSTOM)).toMatch(
      /forbids the model acme\/Llama\.1/,
    );
    expect(refusal([['allow_models', { models: ['acme/Llama.1'] }]], CUSTOM)).toBeUndefined();
    expect(refusal([['allow_models', { models: ['acme/llama-1'] }]], CUSTOM)).toMatch(/allows only/);
  });

  test.each([
    ['gpt-4o', 'acme/gpt-4o', 'the bare name'],
    ['gpt-4o', 'acme/GPT-4o:latest', 'capitals and a tag'],
    ['gpt-4o', 'acme/openai/gpt-4o', 'the maker in front'],
    ['gpt-4o', 'acme/gpt-4o-2024-08-06', 'a version'],
    ['openai/gpt-4o', 'acme/openai/gpt-4o', 'the name that was denied'],
    ['openai/gpt-4o', 'acme/openai/gpt-4o-2024-08-06', 'a version of the name that was denied'],
    ['google/gemini-2.5-pro', 'acme/gemini/gemini-2-5-pro', 'another name of the provider'],
    ['alibaba/qwen3-max', 'qwen/qwen3-max', 'a provider with a name that another is called by'],
    ['meta-llama/llama-3.3-70b-instruct', 'acme/llama-3.3-70b', 'a name that pins no provider'],
    ['acme/llama3', 'acme/llama3:latest', 'the usual tag'],
    ['acme/llama3', 'acme/llama3:8b-q4', 'a tag'],
    ['acme/llama3', 'acme/llama3@sha256:0a1b', 'a digest'],
    ['acme/llama3', 'acme/library/llama3', 'a folder'],
    ['acme/llama3:latest', 'acme/llama3', 'no tag for the usual one'],
    ['acme/llama3:8b', 'acme/LLAMA3:8B', 'a tag in capitals'],
    ['gateway/acme/llama3', 'acme/llama3', 'the gateway in front'],
    ['acme/gateway/llama3', 'acme/gateway/llama3', 'a folder named as the gateway'],
    ['acme/C:\\models\\foo.gguf', 'acme/c:\\Models\\foo.gguf', 'a file'],
  ])('deny_models %s forbids %s of one’s own provider: %s', (name, id) => {
    const slash = id.indexOf('/');
    const offer = custom(id.slice(0, slash), id.slice(slash + 1));
    expect(refusal([['deny_models', { models: ['claude-haiku-4.5', name] }]], offer)).toBe(
      `the rule iam_1 of the key "ci" forbids the model ${id}`,
    );
  });

  test.each([
    ['gpt-4o', 'acme/gpt-4o-mini'],
    ['gpt-4o', 'acme/gpt-4o/mini'],
    ['openai/gpt-4o', 'acme/gpt-4o'],
    ['acme/llama3', 'other/llama3'],
    ['acme/llama3:8b', 'acme/llama3:70b'],
    ['acme/llama3:latest', 'acme/llama3:70b'],
    ['acme/llama3', 'acme/llama3.1'],
  ])('deny_models %s says nothing of %s', (name, id) => {
    const slash = id.indexOf('/');
    const offer = custom(id.slice(0, slash), id.slice(slash + 1));
    expect(refusal([['deny_models', { models: [name] }]], offer)).toBeUndefined();
  });

  test('of one’s own provider are allowed by no other name than theirs', () => {
    const rules: Row[] = [['allow_models', { models: ['gpt-4o', 'acme/llama3'] }]];
    expect(refusal(rules, custom('acme', 'gpt-4o'))).toMatch(/allows only/);
    expect(refusal(rules, custom('acme', 'llama3:latest'))).toMatch(/allows only/);
    expect(refusal(rules, custom('acme', 'llama3'))).toBeUndefined();
  });

  test('a long list is told in part', () => {
    const models = ['a/1', 'a/2', 'a/3', 'a/4', 'a/5', 'a/6', 'a/7'];
    expect(refusal([['allow_models', { models }]], mini)).toMatch(
      /the models a\/1, a\/2, a\/3, a\/4, a\/5 and 2 more, not/,
    );
  });
});

describe('providers and prices', () => {
  const mini = offerOf('openai/gpt-4o-mini'); // 0.15 and 0.60 USD a million

  test.each<[string, Row, Offer, boolean]>([
    ['a denied provider', ['deny_providers', { providers: ['openai'] }], mini, false],
    ['another provider than the denied', ['deny_providers', { providers: ['groq'] }], mini, true],
    ['an allowed provider', ['allow_providers', { providers: ['openai'] }], mini, true],
    ['another provider than the allowed', ['allow_providers', { providers: ['groq'] }], mini, false],
    ['a paid model where only free ones are allowed', ['allow_pricing', { pricing_type: 'free' }], mini, false],
    [
      'a free model where only free ones are allowed',
      ['allow_pricing', { pricing_type: 'free' }],
      { ...mini, price: FREE_PRICE },
      true,
    ],
    ['a paid model where paid ones are denied', ['deny_pricing', { pricing_type: 'paid' }], mini, false],
    [
      'a free model where free ones are denied',
      ['deny_pricing', { pricing_type: 'free' }],
      { ...mini, price: FREE_PRICE },
      false,
    ],
    [
      'a price that is exactly the most',
      ['allow_pricing', { max_input_price: '0.15', max_output_price: '0.6' }],
      mini,
      true,
    ],
    ['a millionth above the most in', ['allow_pricing', { max_input_price: '0.149999' }], mini, false],
    ['a price above the most out', ['allow_pricing', { max_input_price: '5', max_output_price: '0.5' }], mini, false],
    [
      'a price that a deny rule matches',
      ['deny_pricing', { pricing_type: 'paid', max_input_price: '0.15' }],
      mini,
      false,
    ],
    [
      'a price that a deny rule does not match',
      ['deny_pricing', { pricing_type: 'paid', max_input_price: '0.1' }],
      mini,
      true,
    ],
  ])('%s', (_case, rule, offer, passes) => {
    expect(refusal([rule], offer) === undefined).toBe(passes);
  });

  test.each<[string, Row, boolean]>([
    ['is not free', ['allow_pricing', { pricing_type: 'free' }], false],
    ['is under no maximum for input', ['allow_pricing', { max_input_price: '999' }], false],
    ['is under no maximum for output', ['allow_pricing', { max_output_price: '999' }], false],
    ['is held for one to pay', ['allow_pricing', { pricing_type: 'paid' }], true],
    ['is denied with those to pay', ['deny_pricing', { pricing_type: 'paid' }], false],
    ['is not denied with those that are free', ['deny_pricing', { pricing_type: 'free' }], true],
    ['is not denied with the cheap ones', ['deny_pricing', { max_input_price: '1' }], true],
  ])('a price that nobody knows %s', (_case, rule, passes) => {
    const offer = { ...custom('acme', 'foo'), price: FREE_PRICE };
    expect(refusal([rule], offer) === undefined).toBe(passes);
  });

  // 0.15 and 0.60 USD a million, for a long request twice as much
  const LONG: Offer = {
    ...mini,
    longContext: {
      aboveInputTokens: 200_000,
      price: { ...mini.price, inputPico: mini.price.inputPico * 2n, outputPico: mini.price.outputPico * 2n },
    },
  };
  test.each<[string, Row, boolean]>([
    ['is above a maximum for input between them', ['allow_pricing', { max_input_price: '0.299999' }], false],
    ['is above a maximum for output between them', ['allow_pricing', { max_output_price: '1.1' }], false],
    ['may be exactly the most', ['allow_pricing', { max_input_price: '0.3', max_output_price: '1.2' }], true],
    ['is denied with those that cost as little as its lower', ['deny_pricing', { max_input_price: '0.15' }], false],
    ['is not denied with those that cost less', ['deny_pricing', { max_input_price: '0.149999' }], true],
  ])('a model with a dearer price for long requests %s', (_case, rule, passes) => {
    expect(refusal([rule], LONG) === undefined).toBe(passes);
  });

  test('a model that is free only for short requests is not free', () => {
    const offer = { ...LONG, price: FREE_PRICE };
    expect(refusal([['allow_pricing', { pricing_type: 'free' }]], offer)).toMatch(/allows only free models/);
    expect(refusal([['deny_pricing', { pricing_type: 'paid' }]], offer)).toMatch(/for its price/);
  });

  test('rules about different things must all be met', () => {
    const rules: Row[] = [
      ['allow_models', { models: ['gpt-4o-mini'] }],
      ['allow_providers', { providers: ['groq'] }],
    ];
    expect(refusal(rules, mini)).toBe('the rule iam_2 of the key "ci" allows only the providers groq, not openai');
  });

  test('what is allowed at a price is told', () => {
    expect(
      refusal([['allow_pricing', { pricing_type: 'paid', max_input_price: '0.1', max_output_price: '1' }]], mini),
    ).toMatch(
      /allows only paid models of at most 0\.1 USD per million tokens in and 1 USD per million tokens out, not openai\/gpt-4o-mini$/,
    );
  });
});

describe('addresses', () => {
  test.each<[string, string[], string, boolean]>([
    ['an IPv4 address in a range', ['10.0.0.0/8'], '10.255.0.1', true],
    ['one outside', ['10.0.0.0/8'], '11.0.0.1', false],
    ['a range written with its host bits', ['10.1.2.3/8'], '10.9.9.9', true],
    ['one written as IPv6', ['10.0.0.0/8'], '::ffff:10.1.1.1', true],
    ['one written as IPv6 in hexadecimal', ['10.0.0.0/8'], '::ffff:a01:101', true],
    ['a single address', ['192.0.2.7/32'], '192.0.2.7', true],
    ['its neighbour', ['192.0.2.7/32'], '192.0.2.8', false],
    ['an IPv6 address in a range', ['2001:db8::/32'], '2001:DB8:1::5', true],
    ['an IPv6 address with a zone', ['fe80::/10'], 'fe80::1%eth0', true],
    ['IPv6 from everywhere is not IPv4 from everywhere', ['::/0'], '192.0.2.7', false],
    ['IPv4 from everywhere is not IPv6 from everywhere', ['0.0.0.0/0'], '2001:db8::1', false],
    ['one of several ranges', ['2001:db8::/32', '192.0.2.0/24'], '192.0.2.200', true],
    ['no address', ['0.0.0.0/0', '::/0'], 'unknown', false],
  ])('%s', (_case, ip_cidrs, address, inside) => {
    expect(refusalFrom([['allow_ip_cidrs', { ip_cidrs }]], address) === undefined).toBe(inside);
    const known = parseAddress(address) !== undefined;
    expect(refusalFrom([['deny_ip_cidrs', { ip_cidrs }]], address) === undefined).toBe(known && !inside);
  });

  test('the refusal names the caller’s address but not the ranges that are allowed', () => {
    expect(refusalFrom([['allow_ip_cidrs', { ip_cidrs: ['10.0.0.0/8'] }]], '192.0.2.7')).toBe(
      'the rule iam_1 of the key "ci" allows only calls from certain addresses, not from 192.0.2.7',
    );
    expect(refusalFrom([['deny_ip_cidrs', { ip_cidrs: ['192.0.2.0/24'] }]], '192.0.2.7')).toBe(
      'the rule iam_1 of the key "ci" forbids calls from 192.0.2.7',
    );
  });

  test('a rule about addresses says nothing about models', () => {
    expect(refusal([['allow_ip_cidrs', { ip_cidrs: ['10.0.0.0/8'] }]], offerOf('openai/gpt-4o-mini'))).toBeUndefined();
  });
});
