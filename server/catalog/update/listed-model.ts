import type { Price } from '../types.ts';
import type { ModelRow } from './document.ts';
import type { ListedProvider } from './providers.ts';

/** One row of the public list, in our terms. Undefined: the list does not say. */
export interface ListedModel {
  provider: ListedProvider;
  /** What the provider calls it. */
  id: string;
  name: string;
  /** `2026-03-05`, or empty. */
  released: string;
  contextWindow: number | undefined;
  maxOutputTokens: number | undefined;
  price: ListedPrice | undefined;
  long: { aboveInputTokens: number; exact: boolean; price: ListedPrice } | undefined;
  /** Those that it has; what it lacks may be unknown to the list. */
  capabilities: string[];
  deprecated: boolean;
  /** It answers with text, or with vectors: nothing else can be called here. */
  usable: boolean;
}

export type ListedPrice = Partial<Price> & Pick<Price, 'inputPico' | 'outputPico'>;

/** The list's long-context price without a size begins here. */
const LONG = 200_000;
const DAY = /^\d{4}-\d\d-\d\d$/;
const MONTH = /^\d{4}-\d\d$/;

/** Pure. */
export function listedModel(provider: ListedProvider, id: string, row: ModelRow): ListedModel {
  const embeds = /embed/i.test(`${row.family ?? ''} ${id}`);
  return {
    provider,
    id,
    name: row.name ?? id,
    released: releasedOn(row.release_date ?? ''),
    contextWindow: row.limit?.context || undefined,
    maxOutputTokens: embeds ? undefined : row.limit?.output || undefined,
    price: priceOf(row.cost),
    long: longOf(row.cost),
    capabilities: embeds ? ['embeddings'] : capabilitiesOf(row),
    deprecated: row.status === 'deprecated',
    usable: row.modalities?.output.includes('text') ?? true,
  };
}

function releasedOn(text: string): string {
  if (DAY.test(text)) return text;
  return MONTH.test(text) ? `${text}-01` : '';
}

type Cost = NonNullable<ModelRow['cost']>;

function priceOf(cost: Omit<Cost, 'tiers' | 'context_over_200k'> | undefined): ListedPrice | undefined {
  if (cost?.input === undefined || cost.output === undefined) return undefined;
  return {
    inputPico: cost.input,
    outputPico: cost.output,
    ...(cost.cache_read !== undefined && { cachedInputPico: cost.cache_read }),
    ...(cost.cache_write !== undefined && { cacheWritePico: cost.cache_write }),
    ...(cost.input_audio !== undefined && { audioInputPico: cost.input_audio }),
    ...(cost.output_audio !== undefined && { audioOutputPico: cost.output_audio }),
  };
}

function longOf(cost: Cost | undefined): ListedModel['long'] {
  const [tier] = (cost?.tiers ?? []).toSorted((a, b) => a.tier.size - b.tier.size);
  const price = priceOf(tier ?? cost?.context_over_200k);
  return price && { aboveInputTokens: tier?.tier.size ?? LONG, exact: tier !== undefined, price };
}

function capabilitiesOf({ tool_call, reasoning, structured_output, modalities }: ModelRow): string[] {
  const takes = (name: string) => modalities?.input.includes(name);
  const found: [string, boolean | undefined][] = [
    ['tools', tool_call],
    ['vision', takes('image')],
    ['documents', takes('pdf')],
    ['audio', takes('audio')],
    ['reasoning', reasoning],
    ['structured_output', structured_output],
    ['image_output', modalities?.output.includes('image')],
  ];
  return found.filter(([, has]) => has === true).map(([name]) => name);
}
