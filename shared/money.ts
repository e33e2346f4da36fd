/**
 * Money is integer nano-dollars in `bigint` (1 USD = 1,000,000,000), decimal strings at the edges, never a float.
 * Prices are pico-dollars a token (1 USD per million tokens = 1,000,000 pico a token), as some are below one nano.
 */

export const NANO_PER_USD = 1_000_000_000n;
const PICO_PER_NANO = 1000n;
const AMOUNT = /^(-?)(\d{1,10})(?:\.(\d{1,9}))?$/;

/** `"12.5"` → `12500000000n`. Returns undefined for anything that is not a plain decimal with at most nine places. */
export function parseUsd(text: string): bigint | undefined {
  const match = AMOUNT.exec(text.trim());
  if (!match) return undefined;
  const nano = BigInt(match[2]!) * NANO_PER_USD + BigInt((match[3] ?? '').padEnd(9, '0'));
  return match[1] ? -nano : nano;
}

/** Nano-dollars as a decimal string with at least two places: `5000000000n` → `"5.00"`, `31800n` → `"0.0000318"`. */
export function formatUsd(nano: bigint): string {
  const sign = nano < 0n ? '-' : '';
  const digits = (nano < 0n ? -nano : nano).toString().padStart(10, '0');
  const fraction = digits.slice(-9).replace(/0+$/, '').padEnd(2, '0');
  return `${sign}${digits.slice(0, -9)}.${fraction}`;
}

/** Nano-dollars as the literal of a JSON number, exact and without an exponent: `31800n` → `0.0000318`, `0n` → `0`. */
export function usdNumberLiteral(nano: bigint): string {
  if (nano === 0n) return '0';
  // Up to 15 digits the nearest double prints as the very same decimal, and from a millionth on without an exponent.
  if (nano >= 1_000n && nano < 1_000_000_000_000_000n) return String(Number(nano) / 1e9);
  return formatUsd(nano)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

/** Pico-dollars rounded half up to nano-dollars. */
export function picoToNano(pico: bigint): bigint {
  return (pico + PICO_PER_NANO / 2n) / PICO_PER_NANO;
}
