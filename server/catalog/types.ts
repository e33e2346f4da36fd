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
  /** Tokens of sound and pictures, where they cost other than text. Absent: as text does. */
  audioInputPico?: bigint;
  audioOutputPico?: bigint;
  imageInputPico?: bigint;
  imageOutputPico?: bigint;
}

/** A fraction, so that a third stays a third: `[5n, 3n]`. */
export type Ratio = readonly [numerator: bigint, denominator: bigint];

/** A place where a provider serves a model, and what it costs there. */
export interface OfferRegion {
  name: string;
  /** How many times the offer's prices. Absent with a price of its own. */
  times?: Ratio;
  price?: Price;
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
  /** Of: streaming, tools, vision, documents, audio, reasoning, structured_output, json_mode, web_search, prompt_caching, embeddings, moderation, image_output, free. */
  capabilities: readonly string[];
  /** `2026-03-05` */
  released: string;
  /** Announced price changes and dearer hours. The catalogue applies them: `price` is what holds now. */
  changes?: readonly PriceChange[];
  /** Dated versions that the provider takes by name: `2024-07-18` of `gpt-4o-mini-2024-07-18`. */
  snapshots?: readonly string[];
  /** Where the provider serves it, if a name may pin that: `provider/model:region`. Absent: there is no choice. */
  regions?: readonly OfferRegion[];
  /** The region that the name pinned; `price` is the one that holds there. */
  region?: string;
  /** How many times the token prices a service tier costs: `flex`, `priority`. Absent: the standard tier alone. */
  tiers?: Readonly<Record<string, Ratio>>;
  /** How many times the token prices it costs when a request keeps inference in one place: Anthropic's `inference_geo`. */
  places?: Readonly<Record<string, Ratio>>;
  /** What the provider's own web search costs, in nano-dollars: each search, or once for a request that searched. */
  search?: { nano: bigint; oncePerRequest?: boolean };
  /** Set when nobody here knows the price: any model of a provider that only the configuration knows. `price` is then 0. */
  priceUnknown?: boolean;
  /** Set when the maker has announced the end. */
  deprecated?: boolean;
}
