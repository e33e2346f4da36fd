import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayError } from '../../shared/errors.ts';
import { offerIn } from '../catalog/regions.ts';
import type { Offer, Ratio } from '../catalog/types.ts';
import { isAuto } from '../dialects/extensions.ts';
import type { UpstreamSet } from '../providers/upstreams.ts';
import { type ListedAuto, listedAuto } from '../routing/auto/listed.ts';
import type { Services } from '../services.ts';
import { newRequestId } from '../store/ids.ts';
import { credentials } from './credentials.ts';
import { answerError } from './error-answer.ts';
import { googleModel, googleModels } from './google-models.ts';

const TALKS_NOT: ReadonlySet<string> = new Set(['embeddings', 'moderation']);
const PICO_DIGITS = 12;
/** Every model that talks answers in every format. */
const FORMATS = ['openai', 'responses', 'anthropic', 'gemini'] as const;

/**
 * GET /v1/models and /v1/models/{id}: one object that the OpenAI and the Anthropic SDK both read, or what Google's reads.
 * The list is public; whoever sends a good key sees also what its organisation has keys of its own for.
 */
export async function models(
  services: Pick<Services, 'catalog' | 'upstreams' | 'keyRing'>,
  request: IncomingMessage,
  response: ServerResponse,
  id: string | undefined,
): Promise<void> {
  const upstreams = await upstreamsFor(services, request);
  const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
  const google = speaksGoogle(request, query);
  const auto = listedAuto({ catalog: services.catalog, upstreams });
  const offers: readonly Listed[] = [
    ...services.catalog.offers.filter(({ provider }) => upstreams.get(provider)),
    ...(auto ? [auto] : []),
  ];
  if (id !== undefined) {
    const offer = isAuto(id) ? auto : services.catalog.find(id).find(({ provider }) => upstreams.get(provider));
    if (offer) reply(request, response, google ? googleModel(offer) : entry(offer));
    else {
      const near = services.catalog.nearest(id);
      const error = new GatewayError(
        'model_not_found',
        `The model ${id.slice(0, 100)} is not offered here.`,
        near.length > 0 ? { hint: `Did you mean ${near.join(' or ')}?` } : {},
      );
      answerError(request, response, error);
    }
    return;
  }
  const provider = query.get('provider');
  const capability = query.get('capability');
  const search = query.get('search')?.toLowerCase();
  const found = offers
    .filter((offer) => !provider || offer.provider === provider)
    .filter((offer) => !capability || offer.capabilities.includes(capability))
    .filter((offer) => !search || offer.id.toLowerCase().includes(search) || offer.name.toLowerCase().includes(search));
  if (google) {
    reply(request, response, googleModels(found, query));
    return;
  }
  const data = found.map((offer) => entry(offer));
  reply(request, response, {
    object: 'list',
    data,
    has_more: false,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    // Codex looks for descriptions of its own under another name, and asks again and again where it is missing.
    ...(query.has('client_version') && { models: [] }),
  });
}

/** Google's clients say so by where they put their key, or by the path that they ask. */
function speaksGoogle({ headers, url = '' }: IncomingMessage, query: URLSearchParams): boolean {
  if (headers['x-goog-api-key'] !== undefined || query.has('key')) return true;
  return /^\/(?:v1beta|v1alpha|gemini)\/(?!openai\/)/.test(url);
}

async function upstreamsFor(
  { upstreams, keyRing }: Pick<Services, 'upstreams' | 'keyRing'>,
  request: IncomingMessage,
): Promise<UpstreamSet> {
  for (const raw of credentials(request)) {
    try {
      const { organizationId } = keyRing.known(raw) ?? (await keyRing.authenticate(raw));
      return upstreams.of(organizationId);
    } catch {
      // A bad key is told where it is needed.
    }
  }
  return upstreams;
}

/** An offer, or the model that the gateway chooses one for. */
type Listed = Offer | ListedAuto;

function entry(offer: Listed) {
  const { released = '', regions = [], tiers = {}, deprecated = false }: Partial<Offer> = offer;
  const releasedMs = released === '' ? 0 : Date.parse(released);
  return {
    id: offer.id,
    object: 'model',
    type: 'model',
    name: offer.name,
    display_name: offer.name,
    provider: offer.provider,
    owned_by: offer.provider,
    created: Math.floor(releasedMs / 1000),
    // Anthropic's reference: the epoch where the release date is unknown; SDKs read a date
    created_at: new Date(releasedMs).toISOString(),
    context_window: offer.contextWindow,
    max_output_tokens: offer.maxOutputTokens,
    pricing: 'price' in offer ? pricing(offer) : null,
    regions: regions.map(({ name }) => {
      const there = offerIn(offer as Offer, name)!.price;
      return { name, input: perToken(there.inputPico), output: perToken(there.outputPico) };
    }),
    service_tiers: Object.entries(tiers).map(([name, times]) => ({ name, multiplier: decimal(times) })),
    deprecated,
    capabilities: offer.capabilities,
    formats: offer.capabilities.some((name) => TALKS_NOT.has(name)) ? [] : FORMATS,
  };
}

function pricing({ price, search }: Offer) {
  return {
    input: perToken(price.inputPico),
    output: perToken(price.outputPico),
    cached_input: perToken(price.cachedInputPico),
    cache_write: perToken(price.cacheWritePico),
    cache_write_1h: perToken(price.cacheWrite1hPico),
    request: price.requestNano === 0n ? null : perToken(price.requestNano * 1000n),
    web_search: perToken(search ? search.nano * 1000n : null),
    audio_input: perToken(price.audioInputPico ?? null),
    audio_output: perToken(price.audioOutputPico ?? null),
    image_input: perToken(price.imageInputPico ?? null),
    image_output: perToken(price.imageOutputPico ?? null),
  };
}

/** Pico-dollars as a decimal string in USD: `150000n` → `"0.00000015"`. */
function perToken(pico: bigint): string;
function perToken(pico: bigint | null): string | null;
function perToken(pico: bigint | null): string | null {
  if (pico === null) return null;
  const digits = pico.toString().padStart(PICO_DIGITS + 1, '0');
  const text = `${digits.slice(0, -PICO_DIGITS)}.${digits.slice(-PICO_DIGITS)}`;
  return text.replace(/\.?0+$/, '') || '0';
}

/** A fraction as a decimal with at most four places: `[5n, 3n]` → `"1.6667"`. */
function decimal([top, bottom]: Ratio): string {
  const places = ((top * 10_000n * 2n + bottom) / (bottom * 2n)).toString().padStart(5, '0');
  return `${places.slice(0, -4)}.${places.slice(-4)}`.replace(/\.?0+$/, '');
}

function reply(request: IncomingMessage, response: ServerResponse, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'x-request-id': newRequestId(Date.now()),
    'cache-control': 'no-cache',
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}
