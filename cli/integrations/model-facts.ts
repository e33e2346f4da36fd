import type { Model } from '../offered-models.ts';

/** True for a Claude model that answers here in Anthropic's own format: tools that can choose speak that to it. */
export function speaksMessages({ provider, formats }: Model): boolean {
  return provider === 'anthropic' && formats.includes('anthropic');
}

export function has({ capabilities }: Model, capability: string): boolean {
  return capabilities.includes(capability);
}

/** USD per token; undefined where the server names no price. */
export function perToken(price: string | null | undefined): number | undefined {
  const usd = Number(price ?? Number.NaN);
  return usd >= 0 ? usd : undefined;
}

/** USD per million tokens; undefined where the server names no price. */
export function perMillion(price: string | null | undefined): number | undefined {
  const usd = perToken(price);
  return usd === undefined ? undefined : Number((usd * 1e6).toFixed(6));
}
