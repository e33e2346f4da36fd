const PER_MILLION = 6;

/** A price a token as a price for a million of them, exactly: `0.00000015` → `0.15`. */
export function perMillion(price: string): string {
  const [whole = '0', fraction = ''] = price.split('.');
  const digits = whole + fraction.padEnd(PER_MILLION, '0');
  const point = whole.length + PER_MILLION;
  const integer = digits.slice(0, point).replace(/^0+(?=\d)/, '');
  const rest = digits.slice(point).replace(/0+$/, '');
  return rest ? `${integer}.${rest}` : integer;
}

/** Orders two plain decimals without making floats of them. */
export function compareDecimals(a: string, b: string): number {
  const places = Math.max(...[a, b].map((text) => text.split('.')[1]?.length ?? 0));
  const scaled = (text: string) => {
    const [whole = '0', fraction = ''] = text.split('.');
    return BigInt(whole + fraction.padEnd(places, '0'));
  };
  const difference = scaled(a) - scaled(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
