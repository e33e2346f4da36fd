import { canonical, MAKERS, MODEL_ALIASES, otherOrder, PROVIDER_ALIASES, withoutDate, withoutRegion } from './names.ts';
import { nearestNames } from './nearest.ts';
import { allOffers } from './offers/index.ts';
import { offerIn } from './regions.ts';
import { nextChangeMs, offerAt } from './schedule.ts';
import type { Offer } from './types.ts';

/** Which models are offered, by whom, at what price, under which names. */
export interface Catalog {
  /** Every offer, with the price that holds now. */
  readonly offers: readonly Offer[];
  /** The offers that a model name may mean, the maker's own first, then the cheapest. Empty: there is no such model. */
  find(name: string): readonly Offer[];
  /** Names much like one that was not found, best first. */
  nearest(name: string, limit?: number): string[];
  /** The regions that there are of the model that a name pins to one, `provider:region` each; undefined: the name pins none. */
  regionsOf(name: string): string[] | undefined;
  /** Takes these offers in place of the old ones, at once: a request that is under way keeps those that it found. */
  replace(offers: readonly Offer[]): void;
  /** Counts the replacements: what was made of names before the last one may mean others now. */
  readonly generation: number;
}

type Index = ReadonlyMap<string, readonly Offer[]>;

const LONGEST_NAME = 200;
/** Spellings remembered. Only names that were found are kept, and then only so many: callers choose the spelling. */
const MOST_SPELLINGS = 1024;
const NONE: readonly Offer[] = [];

/** The models of these offers, ready to be looked up. `clock` gives the time in milliseconds, for scheduled prices. */
export function createCatalog(given: readonly Offer[] = allOffers(), clock: () => number = Date.now): Catalog {
  let all = given;
  let generation = 0;
  let shown: ReadonlyMap<string, string> = new Map();
  const spellings = new Map<string, readonly Offer[]>();
  let offers: readonly Offer[] = [];
  let index: Index = new Map();
  let validUntilMs = Number.NEGATIVE_INFINITY;

  function refresh(): void {
    const now = clock();
    if (now < validUntilMs) return;
    offers = all.map((offer) => offerAt(offer, now));
    index = indexOf(offers);
    validUntilMs = nextChangeMs(all, now);
    spellings.clear();
  }

  function replace(fresh: readonly Offer[]): void {
    all = fresh;
    validUntilMs = Number.NEGATIVE_INFINITY;
    refresh();
    shown = new Map(offers.map((offer) => [canonical(offer.model), offer.model]));
  }

  replace(given);
  return {
    get offers() {
      refresh();
      return offers;
    },
    find(name) {
      refresh();
      const known = spellings.get(name);
      if (known) return known;
      const found = lookUp(index, name);
      if (found !== NONE) {
        if (spellings.size >= MOST_SPELLINGS) spellings.clear();
        spellings.set(name, found);
      }
      return found;
    },
    nearest(name, limit = 3) {
      const key = canonical(name.slice(0, LONGEST_NAME));
      return nearestNames(withoutRegion(key.slice(key.lastIndexOf('/') + 1)), shown, limit);
    },
    regionsOf(name) {
      refresh();
      return regionsOf(index, name);
    },
    replace(fresh) {
      replace(fresh);
      generation++;
    },
    get generation() {
      return generation;
    },
  };
}

/** As it is written, else in the region that it names, else without a date: a version that the list does not name is the model. */
function lookUp(index: Index, name: string): readonly Offer[] {
  if (name.length > LONGEST_NAME) return NONE;
  const key = canonical(name);
  const exact = index.get(key);
  if (exact) return exact;
  const place = withoutRegion(key);
  const found = index.get(place) ?? index.get(withoutDate(place)) ?? NONE;
  if (place === key) return found;
  const there = found.flatMap((offer) => offerIn(offer, key.slice(place.length + 1)) ?? []);
  return there.length > 0 ? there : NONE;
}

function regionsOf(index: Index, name: string): string[] | undefined {
  const key = canonical(name.slice(0, LONGEST_NAME));
  const place = withoutRegion(key);
  if (place === key || index.has(key)) return undefined;
  const found = index.get(place) ?? index.get(withoutDate(place));
  return found?.flatMap(({ provider, regions = [] }) => regions.map((region) => `${provider}:${region.name}`));
}

function indexOf(offers: readonly Offer[]): Index {
  const index = new Map<string, Offer[]>();
  const add = (key: string, offer: Offer) => {
    const there = index.get(key);
    if (!there) index.set(key, [offer]);
    else if (!there.some((other) => other.id === offer.id)) there.push(offer);
  };
  const ordered = [...offers].sort(makersFirstThenCheapest);
  const weak: [string, Offer][] = [];
  for (const offer of ordered) {
    const prefixes = [offer.provider, ...(PROVIDER_ALIASES[offer.provider] ?? [])];
    for (const [key, meant] of namesOf(offer)) {
      // A host's name for a model may look like another provider's: `openai/gpt-oss-120b` at Groq.
      if (key.includes('/')) weak.push([key, meant]);
      else add(key, meant);
      for (const prefix of prefixes) add(`${prefix}/${key}`, meant);
      for (const prefix of makerPrefixes(offer.model)) weak.push([`${prefix}/${key}`, meant]);
    }
  }
  // What pins a provider wins; a maker's prefix and a host's own name go only where nothing stands yet.
  const free = weak.filter(([key]) => !index.has(key));
  for (const [key, meant] of free) add(key, meant);
  return index;
}

/** Every bare name of an offer in canonical spelling, with the offer it means: a dated name asks for that version. */
function namesOf(offer: Offer): [string, Offer][] {
  const model = canonical(offer.model);
  const plain = [model, canonical(offer.providerModel), ...(MODEL_ALIASES[offer.model] ?? []).map(canonical)];
  const named = plain.flatMap((key) => [key, otherOrder(key) ?? key]).map((key): [string, Offer] => [key, offer]);
  const dated = (offer.snapshots ?? []).map((date): [string, Offer] => [
    `${model}-${date}`,
    { ...offer, providerModel: `${offer.providerModel}-${date}` },
  ]);
  return [...named, ...dated];
}

function makerPrefixes(model: string): readonly string[] {
  return MAKERS.find(({ startsWith }) => model.startsWith(startsWith))?.prefixes ?? [];
}

function makersFirstThenCheapest(a: Offer, b: Offer): number {
  const own = (offer: Offer) => (makerPrefixes(offer.model).includes(offer.provider) ? 0 : 1);
  const cost = (offer: Offer) => offer.price.inputPico + offer.price.outputPico;
  return own(a) - own(b) || (cost(a) < cost(b) ? -1 : cost(a) > cost(b) ? 1 : 0);
}
