import { canonical, MODEL_ALIASES, withoutDate } from '../names.ts';
import { priceTimes } from '../regions.ts';
import type { Offer, Price } from '../types.ts';
import type { ListedModel, ListedPrice } from './listed-model.ts';

/** Our own offers with what a list knows better. */
export interface Merged {
  offers: Offer[];
  /** Offers of ours that the list changed, and those that it added. */
  changed: number;
  added: number;
  /** Offers whose price on the list is too far from ours to be believed: they keep ours. */
  held: string[];
  /** Offers of ours that the list knows. */
  known: number;
}

/** A price may become this many times what it was, or that part of it; more is taken for a mistake. */
const MOST_TIMES = 10n;
const MONEY = [
  'inputPico',
  'outputPico',
  'cachedInputPico',
  'cacheWritePico',
  'audioInputPico',
  'audioOutputPico',
] as const;

/** Pure. Ours stays wherever the list says nothing; models of ours that it does not have stay too. */
export function merge(ours: readonly Offer[], listed: readonly ListedModel[]): Merged {
  const byName = new Map(listed.map((model) => [keyOf(model.provider.name, model.id), model]));
  const merged: Merged = { offers: [], changed: 0, added: 0, held: [], known: 0 };
  for (const offer of ours) {
    const model = byName.get(keyOf(offer.provider, offer.providerModel));
    merged.offers.push(model ? withListed(offer, model, merged) : offer);
  }
  addNew(merged, ours, listed);
  return merged;
}

const keyOf = (provider: string, model: string) => `${provider} ${canonical(model)}`;

function withListed(offer: Offer, model: ListedModel, merged: Merged): Offer {
  merged.known++;
  const held = model.price && isHeld(offer, model.price, model.long?.price);
  if (held) merged.held.push(offer.id);
  const price = model.price && !held ? newPrice(offer, model) : undefined;
  const contextWindow = model.contextWindow ?? offer.contextWindow;
  const most = model.maxOutputTokens ?? offer.maxOutputTokens;
  const fresh: Offer = {
    ...offer,
    ...price,
    contextWindow,
    maxOutputTokens: most !== null && contextWindow !== null ? Math.min(most, contextWindow) : most,
    capabilities: capabilitiesOf(offer.capabilities, model, price?.price ?? offer.price),
    ...(model.deprecated && { deprecated: true }),
  };
  const same =
    !price &&
    fresh.contextWindow === offer.contextWindow &&
    fresh.maxOutputTokens === offer.maxOutputTokens &&
    fresh.capabilities.length === offer.capabilities.length &&
    fresh.deprecated === offer.deprecated;
  if (same) return offer;
  merged.changed++;
  return fresh;
}

function capabilitiesOf(has: readonly string[], { capabilities }: ListedModel, { cachedInputPico }: Price): string[] {
  const caching = cachedInputPico === null ? [] : ['prompt_caching'];
  return [...new Set([...has, ...capabilities, ...caching])];
}

/** What a list says is new in the offer's price; undefined: nothing. A price that we know as announced is no news. */
function newPrice(
  offer: Offer,
  { price, long }: ListedModel,
): Pick<Offer, 'price' | 'longContext' | 'changes'> | undefined {
  const said = price!;
  const announced = (offer.changes ?? []).some((change) => isSame(change.price, said));
  const sameLong = !long || (offer.longContext !== null && isSame(offer.longContext.price, long.price));
  if (announced || (isSame(offer.price, said) && sameLong)) return undefined;
  const fresh = over(offer.price, said);
  return { price: fresh, longContext: newLong(offer, fresh, long), changes: [] };
}

function newLong({ price, longContext }: Offer, fresh: Price, long: ListedModel['long']): Offer['longContext'] {
  if (long) {
    const threshold = longContext && !long.exact ? longContext.aboveInputTokens : long.aboveInputTokens;
    return { aboveInputTokens: threshold, price: over(longContext?.price ?? fresh, long.price) };
  }
  if (!longContext || price.inputPico === 0n) return longContext;
  return { ...longContext, price: priceTimes(longContext.price, [fresh.inputPico, price.inputPico]) };
}

/** The listed parts over ours. The price of the one-hour cache, which no list has, moves with that of the other. */
function over(ours: Price, said: ListedPrice): Price {
  const { cacheWritePico: before, cacheWrite1hPico: hour } = ours;
  const moved =
    hour !== null && before && said.cacheWritePico ? { cacheWrite1hPico: (hour * said.cacheWritePico) / before } : {};
  return { ...ours, ...said, ...moved };
}

/** True when all that the list says is what we have. */
function isSame(ours: Price, said: ListedPrice): boolean {
  return MONEY.every((key) => said[key] === undefined || said[key] === ours[key]);
}

/** One price that cannot be believed makes all that the list says of the model's price a mistake. */
function isHeld({ price, longContext }: Offer, said: ListedPrice, long: ListedPrice | undefined): boolean {
  return isJump(price, said) || (long !== undefined && isJump(longContext?.price ?? price, long));
}

function isJump(ours: Price, said: ListedPrice): boolean {
  return MONEY.some((key) => {
    const [before, now] = [ours[key], said[key]];
    if (!before || now === undefined || now === null) return false;
    return now > before * MOST_TIMES || now * MOST_TIMES < before;
  });
}

function addNew(merged: Merged, ours: readonly Offer[], listed: readonly ListedModel[]): void {
  const providers = new Set(ours.map(({ provider }) => provider));
  const taken = new Set(
    ours.flatMap(({ provider, model, providerModel, snapshots = [] }) =>
      [model, providerModel, ...(MODEL_ALIASES[model] ?? []), ...snapshots.map((date) => `${model}-${date}`)].map(
        (name) => keyOf(provider, name),
      ),
    ),
  );
  const isDated = ({ id }: ListedModel) => Number(withoutDate(id) !== id);
  for (const model of listed.toSorted((a, b) => isDated(a) - isDated(b))) {
    const { provider, id, price, usable } = model;
    if (!provider.adds || !providers.has(provider.name) || !usable || !price) continue;
    const name = id.slice(id.lastIndexOf('/') + 1).toLowerCase();
    const keys = [keyOf(provider.name, name), keyOf(provider.name, id)];
    // A dated version of what we have is that model; it is found without the date.
    if (name === '' || [...keys, ...keys.map(withoutDate)].some((key) => taken.has(key))) continue;
    for (const key of keys) taken.add(key);
    merged.offers.push(newOffer(model, name, price));
    merged.added++;
  }
}

function newOffer(model: ListedModel, name: string, listed: ListedPrice): Offer {
  const none: Price = {
    inputPico: 0n,
    outputPico: 0n,
    cachedInputPico: null,
    cacheWritePico: null,
    cacheWrite1hPico: null,
    requestNano: 0n,
  };
  const price = { ...none, ...listed };
  const free = price.inputPico === 0n && price.outputPico === 0n ? ['free'] : [];
  return {
    id: `${model.provider.name}/${name}`,
    model: name,
    name: model.name,
    provider: model.provider.name,
    providerModel: model.id,
    contextWindow: model.contextWindow ?? null,
    maxOutputTokens: model.maxOutputTokens ?? null,
    price,
    longContext: model.long
      ? { aboveInputTokens: model.long.aboveInputTokens, price: { ...price, ...model.long.price } }
      : null,
    capabilities: [
      ...(model.capabilities.includes('embeddings') ? [] : ['streaming']),
      ...capabilitiesOf([], model, price),
      ...free,
    ],
    released: model.released,
    ...(model.deprecated && { deprecated: true }),
  };
}
