import { describe, expect, test } from 'vitest';
import { affordableOutput, estimate } from '../../../server/billing/estimate.ts';
import { costMembers, costOf } from '../../../server/billing/price.ts';
import type { Offer } from '../../../server/catalog/types.ts';
import { NO_TOKENS, type RequestFacts } from '../../../server/dialects/neutral.ts';

const price = {
  inputPico: 2_800n,
  outputPico: 15_000_000n,
  cachedInputPico: 300_000n,
  cacheWritePico: 3_750_000n,
  cacheWrite1hPico: 6_000_000n,
  requestNano: 0n,
};
const offer = { price, longContext: null, maxOutputTokens: 64_000 } as Offer;

test('each kind of token has its own price, and the parts add up to the total', () => {
  const cost = costOf(offer, {
    input: 1_000,
    cached: 1_000,
    cacheWrite: 100,
    cacheWrite1h: 50,
    output: 503,
    reasoning: 100,
  });
  expect(cost).toMatchObject({
    inputNano: 2_800n,
    cachedInputNano: 300_000n,
    cacheWriteNano: 675_000n,
    outputNano: 7_545_000n,
  });
  expect(cost.totalNano).toBe(cost.inputNano + cost.cachedInputNano + cost.cacheWriteNano + cost.outputNano);
});

test('a price below a nano-dollar a token is kept exactly and rounded once', () => {
  expect(costOf(offer, { ...NO_TOKENS, input: 1 }).totalNano).toBe(3n);
  expect(costOf(offer, { ...NO_TOKENS, input: 1_000_000 }).totalNano).toBe(2_800_000n);
});

test('a million of the same small cost is exact', () => {
  let sum = 0n;
  for (let i = 0; i < 1_000_000; i++) sum += 12_300n;
  expect(sum).toBe(12_300_000_000n);
});

test('a long input moves the whole request to the long-context price', () => {
  const long = { ...offer, longContext: { aboveInputTokens: 200_000, price: { ...price, inputPico: 6_000_000n } } };
  expect(costOf(long, { ...NO_TOKENS, input: 200_000 }).inputNano).toBe(560_000n);
  expect(costOf(long, { ...NO_TOKENS, input: 150_000, cached: 50_001 }).inputNano).toBe(900_000_000n);
});

test('the cost in an answer is an exact JSON number', () => {
  const members = JSON.parse(`{${costMembers(costOf(offer, { ...NO_TOKENS, output: 7 }), true)}}`);
  expect(members).toMatchObject({
    cost: 0.000105,
    cost_details: { total_cost: 0.000105, output_cost: 0.000105, input_cost: 0, estimated: true },
  });
});

test('a hold is of a typical answer, not of the 128,000 tokens that an agent asks for', () => {
  const facts: RequestFacts = {
    model: 'm',
    stream: true,
    choices: 1,
    maxOutputTokens: 128_000,
    wantsUsageChunk: false,
    textBytes: 4_000,
  };
  const { typicalNano, worstNano, maxOutputTokens } = estimate(offer, facts);
  expect(maxOutputTokens).toBe(64_000);
  expect(typicalNano).toBeLessThan(16_000_000n);
  expect(worstNano).toBeGreaterThan(960_000_000n);
  expect(affordableOutput(offer, 15_000_000n, facts, 0)).toBe(1_000);
});

describe('a service tier', () => {
  const tiered = { ...offer, tiers: { flex: [1n, 2n], priority: [5n, 3n] }, search: { nano: 10_000_000n } } as Offer;
  const usage = { ...NO_TOKENS, input: 3, output: 1_000, searches: 2 };

  test('multiplies what tokens cost, exactly, and leaves fees alone', () => {
    const withFee = { ...tiered, price: { ...price, requestNano: 5_000_000n } };
    expect(costOf(withFee, usage, 'flex')).toMatchObject({
      inputNano: 4n, // 3 × 2.8 nano = 8.4, half of it 4.2
      outputNano: 7_500_000n,
      requestNano: 5_000_000n,
      webSearchNano: 20_000_000n,
      totalNano: 32_500_004n,
    });
    expect(costOf(withFee, usage, 'priority').outputNano).toBe(25_000_000n);
  });

  test.each(['default', 'auto', 'ON_DEMAND', 'something new', '__proto__', undefined])(
    '%s costs what everybody pays',
    (tier) => {
      expect(costOf(tiered, usage, tier)).toEqual(costOf(tiered, usage));
    },
  );

  test('is the same in the words of Vertex', () => {
    expect(costOf(tiered, usage, 'ON_DEMAND_FLEX')).toEqual(costOf(tiered, usage, 'flex'));
  });

  test('makes the hold as large, and what a hold affords as small', () => {
    const facts = { choices: 1, maxOutputTokens: 1_000, textBytes: 4_000 } as RequestFacts;
    const asked = (serviceTier?: string) => ({ ...facts, ...(serviceTier && { serviceTier }) });
    const usual = estimate(tiered, asked()).worstNano;
    expect(estimate(tiered, asked('flex')).worstNano).toBe((usual + 1n) / 2n);
    expect(affordableOutput(tiered, 15_000_000n, asked('flex'), 0)).toBe(2_000);
    expect(affordableOutput(tiered, 15_000_000n, asked(), 0)).toBe(1_000);
  });
});

describe('a web search', () => {
  test('is paid for each, or once where the provider counts answers that searched', () => {
    const usage = { ...NO_TOKENS, searches: 3 };
    const each = { ...offer, search: { nano: 14_000_000n } } as Offer;
    const once = { ...offer, search: { nano: 35_000_000n, oncePerRequest: true } } as Offer;
    expect(costOf(each, usage).totalNano).toBe(42_000_000n);
    expect(costOf(once, usage).totalNano).toBe(35_000_000n);
    expect(costOf(once, NO_TOKENS).totalNano).toBe(0n);
    expect(JSON.parse(`{${costMembers(costOf(each, usage), false)}}`)).toMatchObject({
      cost: 0.042,
      cost_details: { web_search_cost: 0.042, total_cost: 0.042 },
    });
  });
});

describe('sound and pictures', () => {
  const media = { ...price, audioInputPico: 10_000_000n, imageInputPico: 5_000_000n, imageOutputPico: 30_000_000n };
  const heard = { ...offer, price: media } as Offer;

  test('cost what they cost, the rest costs what text does', () => {
    const cost = costOf(heard, {
      ...NO_TOKENS,
      input: 1_000,
      audioInput: 200,
      imageInput: 300,
      output: 10,
      imageOutput: 4,
    });
    expect(cost.inputNano).toBe((500n * 2_800n) / 1_000n + 2_000_000n);
    expect(cost.imageInputNano).toBe(1_500_000n);
    expect(cost.imageOutputNano).toBe(120_000n);
    expect(cost.outputNano).toBe(90_000n);
    expect(cost.totalNano).toBe(cost.inputNano + 1_500_000n + 120_000n + 90_000n);
    expect(JSON.parse(`{${costMembers(cost, false)}}`).cost_details).toMatchObject({
      image_input_cost: 0.0015,
      image_output_cost: 0.00012,
    });
  });

  test('are no more than all tokens, whatever a provider says', () => {
    expect(costOf(heard, { ...NO_TOKENS, input: 100, audioInput: 150, imageInput: 50 }).totalNano).toBe(1_000_000n);
  });

  test('cost as text does where they have no price, and no part is made up', () => {
    const cost = costOf(offer, { ...NO_TOKENS, input: 1_000, audioInput: 900, imageInput: 100 });
    expect(cost.totalNano).toBe(2_800n);
    expect(costMembers(cost, false)).toContain('"image_input_cost":null,"image_output_cost":null');
  });
});
