import { expect, test } from 'vitest';
import { generateApiKey, isWellFormedApiKey } from '../../shared/api-key.ts';
import { formatUsd, parseUsd, picoToNano, usdNumberLiteral } from '../../shared/money.ts';

test.each([
  ['5', 5_000_000_000n, '5.00', '5'],
  ['0.0000318', 31_800n, '0.0000318', '0.0000318'],
  ['12.5', 12_500_000_000n, '12.50', '12.5'],
  ['-0.000000001', -1n, '-0.000000001', '-0.000000001'],
  ['100', 100_000_000_000n, '100.00', '100'],
  ['0', 0n, '0.00', '0'],
])('%s USD is read and written exactly', (text, nano, string, number) => {
  expect(parseUsd(text)).toBe(nano);
  expect(formatUsd(nano)).toBe(string);
  expect(usdNumberLiteral(nano)).toBe(number);
});

test.each(['', 'x', '1,5', '1e3', '0.0000000001', '--1', 'NaN', '99999999999', '1.'])('%j is no amount', (text) => {
  expect(parseUsd(text)).toBeUndefined();
});

test('the number in an answer is exact and has no exponent, whatever the amount', () => {
  let seed = 3n;
  for (let i = 0; i < 20_000; i++) {
    seed = (seed * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % 2n ** 64n;
    const nano = seed % 10n ** (1n + BigInt(i % 17));
    const literal = usdNumberLiteral(nano);
    expect(literal).toMatch(/^\d+(\.\d+)?$/);
    expect(parseUsd(literal)).toBe(nano);
  }
});

test('pico-dollars are rounded half up', () => {
  expect([picoToNano(1_499n), picoToNano(1_500n), picoToNano(2_800n)]).toEqual([1n, 2n, 3n]);
});

test('a key carries its own checksum: every single typing error is seen', () => {
  const key = generateApiKey();
  expect(key).toMatch(/^sk-gw-[0-9A-Za-z]{42}$/);
  expect(isWellFormedApiKey(key)).toBe(true);
  for (let at = 6; at < key.length; at++) {
    const other = key[at] === 'a' ? 'b' : 'a';
    expect(isWellFormedApiKey(key.slice(0, at) + other + key.slice(at + 1))).toBe(false);
  }
});
