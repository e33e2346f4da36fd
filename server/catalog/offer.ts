import type { Offer, Price } from './types.ts';

/** `[model, name, released, contextWindow, maxOutputTokens, price, capabilities, more]`: one row of a provider's table. */
export type OfferRow = readonly [
  model: string,
  name: string,
  released: string,
  contextWindow: number | null,
  maxOutputTokens: number | null,
  /** See `price`. */
  price: string,
  /** Separated by blanks; streaming, prompt_caching and free are told from the rest. */
  capabilities: string,
  more?: OfferDetails,
];

interface OfferDetails {
  /** What the provider calls it, where that is not the model's name. */
  as?: string;
  /** The price of a request with more input tokens than the first. */
  long?: readonly [aboveInputTokens: number, price: string];
  changes?: readonly { from?: string; hours?: readonly [number, number]; price: string }[];
  snapshots?: readonly string[];
  /** USD for a thousand requests. */
  perThousandRequests?: string;
  deprecated?: boolean;
}

const DECIMAL = /^(\d{1,6})(?:\.(\d{1,6}))?$/;

/** USD per million tokens is pico-dollars a token times a million: `0.0028` → `2800n`. Exact, or it throws. */
function picoPerToken(usdPerMillion: string): bigint {
  const match = DECIMAL.exec(usdPerMillion);
  if (!match) throw new RangeError(`${usdPerMillion} is no price in USD per million tokens with at most six places`);
  return BigInt(match[1]!) * 1_000_000n + BigInt((match[2] ?? '').padEnd(6, '0'));
}

/** `input output [cached [write [write1h]]]` in USD per million tokens, `-` for a price that the provider does not have. */
export function price(text: string, perThousandRequests = '0'): Price {
  const [input, output, cached, write, write1h] = text
    .split(' ')
    .map((part) => (part === '-' ? null : picoPerToken(part)));
  if (input == null || output == null) throw new RangeError(`"${text}" lacks a price for input or output`);
  return {
    inputPico: input,
    outputPico: output,
    cachedInputPico: cached ?? null,
    cacheWritePico: write ?? null,
    cacheWrite1hPico: write1h ?? null,
    // USD for a thousand requests is a thousandth of that each: the same six places, in nano-dollars.
    requestNano: picoPerToken(perThousandRequests),
  };
}

/** A provider's rows as offers. */
export function offersOf(provider: string, rows: readonly OfferRow[]): Offer[] {
  return rows.map(([model, name, released, contextWindow, maxOutputTokens, priceText, capabilities, more = {}]) => {
    const first = price(priceText, more.perThousandRequests);
    const derived = [
      ...(first.cachedInputPico === null ? [] : ['prompt_caching']),
      ...(first.inputPico === 0n && first.outputPico === 0n ? ['free'] : []),
    ];
    return {
      id: `${provider}/${model}`,
      model,
      name,
      provider,
      providerModel: more.as ?? model,
      contextWindow,
      maxOutputTokens,
      price: first,
      longContext: more.long
        ? { aboveInputTokens: more.long[0], price: price(more.long[1], more.perThousandRequests) }
        : null,
      capabilities: ['streaming', ...capabilities.split(' '), ...derived],
      released,
      ...(more.changes && { changes: more.changes.map((change) => ({ ...change, price: price(change.price) })) }),
      ...(more.snapshots && { snapshots: more.snapshots }),
      ...(more.deprecated && { deprecated: true }),
    };
  });
}
