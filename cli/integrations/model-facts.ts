import type { Model } from '../offered-models.ts';

/** True for a Claude model that answers here in Anthropic's own format: tools that can choose speak that to it. */
export function speaksMessages({ provider, formats }: Model): boolean {
  return provider === 'anthropic' && formats.includes('anthropic');
}

export function has({ capabilities }: Model, capability: string): boolean {
  return capabilities.includes(capability);
}

/** USD per million tokens of a price per token. */
export function perMillion(price: string): number {
  return Number((Number(price) * 1e6).toFixed(6));
}
