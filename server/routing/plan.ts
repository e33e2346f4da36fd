import { GatewayError } from '../../shared/errors.ts';
import { offerIn } from '../catalog/regions.ts';
import { withTier } from '../catalog/tiers.ts';
import type { Offer } from '../catalog/types.ts';
import type { Upstream, UpstreamSet } from '../providers/upstreams.ts';
import type { Services } from '../services.ts';
import { customModel, isPlain } from './custom-model.ts';

const MOST_REGIONS = 20;

/** Where a request may go: a model at a provider that has a credential here. */
export interface Target {
  /** By which it is measured, preferred and pinned: the offer, the region that was pinned, and whose credential it is. */
  id: string;
  offer: Offer;
  upstream: Upstream;
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

/**
 * Model name → targets: those that cost no credit first, then the maker's own, then the cheapest. Pure. Throws `model_not_found` with the nearest names.
 * @param tier the service tier asked for: only those that serve it; throws `unsupported_service_tier` when none does.
 */
export function plan(services: Offered, model: string, tier?: string): Target[] {
  return withTier(targetsOf(services, model), tier);
}

function targetsOf({ catalog, upstreams }: Offered, model: string): Target[] {
  const targets: Target[] = [];
  const offers = catalog.find(model);
  for (const offer of offers) {
    const upstream = upstreams.get(offer.provider);
    if (upstream) targets.push(targetOf(atHome(offer, upstream), upstream));
  }
  if (targets.length > 0) return ownFirst(targets);
  const custom = customTarget(upstreams, model);
  if (custom) return [custom];
  throw notFound(catalog, offers, model);
}

function targetOf(offer: Offer, upstream: Upstream): Target {
  const place = offer.region === undefined ? offer.id : `${offer.id}:${offer.region}`;
  return { id: upstream.scope === '' ? place : `${upstream.scope} ${place}`, offer, upstream };
}

/** The offer at the price of the region where the upstream's credentials are at home, unless the name pins another. */
function atHome(offer: Offer, { region }: Upstream): Offer {
  if (region === undefined || !offer.regions || offer.region !== undefined) return offer;
  const there = offerIn(offer, region);
  if (!there) return offer;
  // Not pinned: the call goes where the credentials say.
  const { region: _, ...unpinned } = there;
  return unpinned;
}

function ownFirst(targets: Target[]): Target[] {
  const own = targets.filter(({ upstream }) => upstream.own);
  return own.length === 0 ? targets : [...own, ...targets.filter(({ upstream }) => !upstream.own)];
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

function noRegion(model: string, regions: readonly string[]): GatewayError {
  const plain = model.slice(0, model.lastIndexOf(':'));
  return new GatewayError('model_not_found', `The model ${shown(plain)} is not served in that region.`, {
    param: 'model',
    hint:
      regions.length > 0
        ? `Its regions are ${regions.slice(0, MOST_REGIONS).join(', ')}; without one, the provider's usual one is taken.`
        : 'No region of it can be chosen: leave out what stands behind the colon.',
  });
}

function shown(model: string): string {
  return model.length > 100 ? `${model.slice(0, 100)}…` : model;
}

function notFound(catalog: Services['catalog'], offers: readonly Offer[], model: string): GatewayError {
  if (offers.length > 0) {
    const variables = [
      ...new Set(offers.map(({ provider }) => `LLM_${provider.toUpperCase().replaceAll('-', '_')}_API_KEY`)),
    ];
    return new GatewayError(
      'model_not_found',
      `The model ${shown(model)} is known, but no provider of it is configured here.`,
      {
        param: 'model',
        hint: `Add a key of your own with \`gateway providers add ${offers[0]!.provider}\`, or let whoever runs the server set ${variables.join(' or ')}.`,
      },
    );
  }
  const regions = catalog.regionsOf(model);
  if (regions) return noRegion(model, regions);
  const near = catalog.nearest(model);
  return new GatewayError('model_not_found', `The model ${shown(model)} does not exist.`, {
    param: 'model',
    ...(near.length > 0
      ? { hint: `Did you mean ${near.join(' or ')}? Run \`gateway models\` to see the models offered.` }
      : {}),
  });
}
