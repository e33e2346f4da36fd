const NUMBER = /^(\d{1,6})(?:\.(\d{1,30}))?(?:[eE]([-+]?\d{1,2}))?$/;
/** USD per million tokens has so many places in pico-dollars a token. */
const PLACES = 6;

/**
 * A price in USD per million tokens, as the digits of a JSON number, in pico-dollars a token: `0.15` → `150000n`. Digits
 * beyond the sixth place are the noise of somebody's floats and are rounded. Undefined: it is no such price.
 */
export function picoOf(text: string): bigint | undefined {
  const match = NUMBER.exec(text);
  if (!match) return undefined;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const digits = BigInt(whole + fraction);
  const places = PLACES - fraction.length + Number(exponent);
  if (places >= 0) return places > 12 ? undefined : digits * 10n ** BigInt(places);
  const over = 10n ** BigInt(-places);
  return (digits + over / 2n) / over;
}
