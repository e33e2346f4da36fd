import { GatewayError } from '../../shared/errors.ts';
import { canonical, PROVIDER_ALIASES } from '../catalog/names.ts';
import { offerIn } from '../catalog/regions.ts';
import { servesTier, withTier } from '../catalog/tiers.ts';
import type { Offer } from '../catalog/types.ts';
import type { Upstream, UpstreamSet } from '../providers/upstreams.ts';
import type { Services } from '../services.ts';
import { customModel, isPlain, withoutGateway } from './custom-model.ts';
import { notFound, shown } from './not-found.ts';

/** Where a request may go: a model at a provider that has a credential here. */
export interface Target {
  /** By which it is measured, preferred and pinned: the offer, its region where there are several, and whose credential it is. */
  id: string;
  offer: Offer;
  upstream: Upstream;
  /** Only the credentials that are at home there: where there are such of several regions, at different prices. */
  home?: string;
}

/** What may be asked for: the models, and the providers of the organisation that asks. */
export interface Offered {
  catalog: Services['catalog'];
  upstreams: UpstreamSet;
}

/** What a key's organisation may ask for. */
export function offeredTo(
  { catalog, upstreams }: Pick<Services, 'catalog' | 'upstreams'>,
  { organizationId }: { organizationId: string },
): Offered {
  return { catalog, upstreams: upstreams.of(organizationId) };
}

/** What a model's name means here. */
export interface Plan {
  /** Those that cost no credit first, then the maker's own, then the cheapest; at least one. */
  targets: readonly Target[];
  /** The name says which provider: `openai/gpt-4o`. */
  pinned: boolean;
}

/**
 * Model name → targets. Throws `model_not_found` with the nearest names.
 * @param tier the service tier asked for: only those that serve it; throws `unsupported_service_tier` when none does.
 */
export function plan(services: Offered, model: string, tier?: string): readonly Target[] {
  return withTier(planned(services, model).targets, tier);
}

/** The catalogue gives the same list for a name until it changes, and the providers of an organisation are a new set when they do. */
const plans = new WeakMap<UpstreamSet, WeakMap<readonly Offer[], Plan>>();

/** Model name → targets, made once for each name. Throws `model_not_found` with the nearest names. */
export function planned({ catalog, upstreams }: Offered, model: string): Plan {
  const offers = catalog.find(model);
  const known = plans.get(upstreams)?.get(offers);
  if (known) return known;
  const targets = targetsOf(offers, upstreams);
  if (targets.length === 0) {
    const custom = customTarget(upstreams, model);
    if (custom) return { targets: [custom], pinned: true };
    throw notFound(catalog, offers, model);
  }
  const made = { targets, pinned: isPinned(model, offers) };
  const there = plans.get(upstreams);
  if (there) there.set(offers, made);
  else plans.set(upstreams, new WeakMap([[offers, made]]));
  return made;
}

/** The targets of the model that a pinned name means, at every provider: `openai/gpt-4o` → those of `gpt-4o`. Empty where nobody else has it. */
export function everywhere({ catalog, upstreams }: Offered, model: string, tier?: string): readonly Target[] {
  // What a provider calls a model of its own says nothing about others' models.
  if (catalog.find(model).length === 0) return [];
  const name = withoutGateway(model);
  const offers = catalog.find(name.slice(name.indexOf('/') + 1));
  const targets = offers.length === 0 ? [] : targetsOf(offers, upstreams);
  return targets.filter(({ offer }) => servesTier(offer, tier));
}

function targetsOf(offers: readonly Offer[], upstreams: UpstreamSet): Target[] {
  const targets = offers.flatMap((offer) => {
    const upstream = upstreams.get(offer.provider);
    return upstream ? targetsAt(offer, upstream) : [];
  });
  return [...targets.filter(({ upstream }) => upstream.own), ...targets.filter(({ upstream }) => !upstream.own)];
}

/** One for each region where the upstream's credentials are at home, at the price of that region; one alone where the name pins it. */
function targetsAt(offer: Offer, upstream: Upstream): Target[] {
  if (!offer.regions || offer.region !== undefined) return [targetOf(offer, upstream)];
  const homes = upstream.regions.flatMap((region) => offerIn(offer, region) ?? []);
  if (homes.length === 0) return [targetOf(offer, upstream)];
  const several = upstream.regions.length > 1;
  return homes.map(({ region, ...unpinned }) => {
    // Not pinned: the call goes where the credentials say.
    const target = targetOf(unpinned, upstream);
    return several ? { ...target, id: idOf(offer.id, region, upstream), home: region! } : target;
  });
}

function targetOf(offer: Offer, upstream: Upstream): Target {
  return { id: idOf(offer.id, offer.region, upstream), offer, upstream };
}

function idOf(offer: string, region: string | undefined, { scope }: Upstream): string {
  const place = region === undefined ? offer : `${offer}:${region}`;
  return scope === '' ? place : `${scope} ${place}`;
}

/** True when what stands before the slash is the provider of all that was found, and not a maker whose model others serve. */
function isPinned(model: string, offers: readonly Offer[]): boolean {
  const name = canonical(withoutGateway(model));
  const prefix = name.slice(0, Math.max(0, name.indexOf('/')));
  return offers.every(({ provider }) => provider === prefix || PROVIDER_ALIASES[provider]?.includes(prefix));
}

/** `acme/<model>` for a provider that only the configuration knows: any plain name, at no known price. */
function customTarget(upstreams: UpstreamSet, name: string): Target | undefined {
  const custom = customModel(upstreams, name);
  if (!custom) return undefined;
  const { upstream, model } = custom;
  if (isPlain(model)) return targetOf(customOffer(upstream.name, model), upstream);
  throw new GatewayError(
    'model_not_found',
    `${shown(name)} is no name that a model of ${upstream.name} can have here.`,
    {
      param: 'model',
      hint: `Write it as ${upstream.name}/<name>: at most 200 characters, no outer blanks, no invisible characters or %-escapes, no part between slashes that is empty, "." or "..".`,
    },
  );
}

function customOffer(provider: string, model: string): Offer {
  return {
    id: `${provider}/${model}`,
    model,
    name: model,
    provider,
    providerModel: model,
    contextWindow: null,
    maxOutputTokens: null,
    price: {
      inputPico: 0n,
      outputPico: 0n,
      cachedInputPico: null,
      cacheWritePico: null,
      cacheWrite1hPico: null,
      requestNano: 0n,
    },
    longContext: null,
    priceUnknown: true,
    capabilities: ['streaming'],
    released: '',
  };
}
