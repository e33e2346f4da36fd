/** Prices in pico-dollars a token (1 USD per million tokens = 1,000,000 pico a token). Null: the provider has no such price. */
export interface Price {
  inputPico: bigint;
  outputPico: bigint;
  /** Tokens read from the provider's prompt cache; when null they cost `inputPico`. */
  cachedInputPico: bigint | null;
  /** Tokens written to the cache (five minutes, where the provider has several lives); when null they cost `inputPico`. */
  cacheWritePico: bigint | null;
  /** Tokens written to the one-hour cache; when null they cost `cacheWritePico`. */
  cacheWrite1hPico: bigint | null;
  /** A flat fee for each request, in nano-dollars. */
  requestNano: bigint;
}

/** A price that takes over at its time. Of several that hold, the last one listed does. */
export interface PriceChange {
  /** The day from which it holds, at midnight UTC: `2027-01-01`. Absent: it holds already. */
  from?: string;
  /** The hours of each day in which it holds, UTC, the second exclusive. Absent: all day. */
  hours?: readonly [number, number];
  price: Price;
}

/** One model at one provider. */
export interface Offer {
  /** `provider/model`, our name: `openai/gpt-4o-mini`. */
  id: string;
  /** The model's bare name, dots as its maker writes them: `claude-sonnet-4.6`. */
  model: string;
  /** For people: `Claude Sonnet 4.6`. */
  name: string;
  provider: string;
  /** What the provider calls it, sent on the wire: `claude-sonnet-4-6`. */
  providerModel: string;
  contextWindow: number | null;
  maxOutputTokens: number | null;
  price: Price;
  /** The price of the whole request once its input exceeds so many tokens. */
  longContext: { aboveInputTokens: number; price: Price } | null;
  /** Of: streaming, tools, vision, documents, audio, reasoning, structured_output, json_mode, web_search, prompt_caching, embeddings, image_output, free. */
  capabilities: readonly string[];
  /** `2026-03-05` */
  released: string;
  /** Announced price changes and dearer hours. The catalogue applies them: `price` is what holds now. */
  changes?: readonly PriceChange[];
  /** Dated versions that the provider takes by name: `2024-07-18` of `gpt-4o-mini-2024-07-18`. */
  snapshots?: readonly string[];
  /** Set when nobody here knows the price: any model of a provider that only the configuration knows. `price` is then 0. */
  priceUnknown?: boolean;
  /** Set when the maker has announced the end. */
  deprecated?: boolean;
}
