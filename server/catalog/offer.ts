import type { Offer, OfferRegion, Price, Ratio } from './types.ts';

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

export interface OfferDetails {
  /** What the provider calls it, where that is not the model's name. */
  as?: string;
  /** The price of a request with more input tokens than the first. */
  long?: readonly [aboveInputTokens: number, price: string];
  changes?: readonly { from?: string; hours?: readonly [number, number]; price: string }[];
  snapshots?: readonly string[];
  /** USD for a thousand requests. */
  perThousandRequests?: string;
  deprecated?: boolean;
  /** Where it is served, the usual place first: the same price (`''`), so many times the price (`×1.1`), or a price of its own. */
  regions?: Readonly<Record<string, string>>;
  /** How many times the token prices a service tier costs: `{ flex: '0.5', priority: '5/3' }`. */
  tiers?: Readonly<Record<string, string>>;
  /** The same for the places that a request may keep inference in: `{ us: '1.1' }`. */
  places?: Readonly<Record<string, string>>;
  /** USD for a thousand of the provider's own web searches; `once` counts requests that searched. */
  search?: string | { once: string };
  /** Tokens of sound and of pictures, `input output` in USD per million, `-` for none or the price of text. */
  audio?: string;
  image?: string;
}

/** What generates no text streams nothing. */
const NO_STREAMS = /^(?:embeddings|moderation)\b/;
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

/** `0.5`, `×1.1` and `5/3` as fractions. */
export function ratio(text: string): Ratio {
  const [top = '', bottom] = text.replace('×', '').split('/');
  return [picoPerToken(top), bottom === undefined ? 1_000_000n : picoPerToken(bottom)];
}

function ratios(texts: Readonly<Record<string, string>>): Record<string, Ratio> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, ratio(text)]));
}

function withMedia(text: Price, { audio, image }: OfferDetails): Price {
  const [audioInput, audioOutput] = mediaPrices(audio);
  const [imageInput, imageOutput] = mediaPrices(image);
  return {
    ...text,
    ...(audioInput !== undefined && { audioInputPico: audioInput }),
    ...(audioOutput !== undefined && { audioOutputPico: audioOutput }),
    ...(imageInput !== undefined && { imageInputPico: imageInput }),
    ...(imageOutput !== undefined && { imageOutputPico: imageOutput }),
  };
}

function mediaPrices(text = ''): (bigint | undefined)[] {
  return text.split(' ').map((part) => (part === '' || part === '-' ? undefined : picoPerToken(part)));
}

function regionOf([name, text]: [string, string]): OfferRegion {
  if (text === '') return { name, times: [1n, 1n] };
  return text.startsWith('×') ? { name, times: ratio(text) } : { name, price: price(text) };
}

function searchOf(search: NonNullable<OfferDetails['search']>): NonNullable<Offer['search']> {
  return typeof search === 'string'
    ? { nano: picoPerToken(search) }
    : { nano: picoPerToken(search.once), oncePerRequest: true };
}

/**
 * A provider's rows as offers.
 * @param usual what holds for its rows unless they say otherwise, by model and capabilities.
 */
export function offersOf(
  provider: string,
  rows: readonly OfferRow[],
  usual?: (model: string, capabilities: readonly string[]) => OfferDetails,
): Offer[] {
  return rows.map(([model, name, released, contextWindow, maxOutputTokens, priceText, capabilities, own = {}]) => {
    const more = usual ? { ...usual(model, capabilities.split(' ')), ...own } : own;
    const first = withMedia(price(priceText, more.perThousandRequests), more);
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
        ? { aboveInputTokens: more.long[0], price: withMedia(price(more.long[1], more.perThousandRequests), more) }
        : null,
      capabilities: [...(NO_STREAMS.test(capabilities) ? [] : ['streaming']), ...capabilities.split(' '), ...derived],
      released,
      ...(more.changes && {
        changes: more.changes.map((change) => ({ ...change, price: withMedia(price(change.price), more) })),
      }),
      ...(more.snapshots && { snapshots: more.snapshots }),
      ...(more.deprecated && { deprecated: true }),
      ...(more.regions && { regions: Object.entries(more.regions).map(regionOf) }),
      ...(more.tiers && { tiers: ratios(more.tiers) }),
      ...(more.places && { places: ratios(more.places) }),
      ...(more.search !== undefined && { search: searchOf(more.search) }),
    };
  });
}
