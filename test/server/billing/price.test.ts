import { expect, test } from 'vitest';
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
