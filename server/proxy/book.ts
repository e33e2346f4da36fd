import { GatewayError } from '../../shared/errors.ts';
import { type Cost, costMembers, costOf, NO_COST } from '../billing/price.ts';
import { billedTier } from '../catalog/tiers.ts';
import { NO_TOKENS, type TokenUsage, totalInput } from '../dialects/neutral.ts';
import type { Services } from '../services.ts';
import type { Exchange } from './exchange.ts';
import { sourceOf } from './source.ts';

/** How a request ended. */
export interface Outcome {
  statusCode: number;
  errorCode: string | null;
  usage: TokenUsage | undefined;
  /** The tokens are our estimate: the provider reported none. */
  estimated: boolean;
  /** The service tier that served it, where the provider tells. */
  tier?: string | undefined;
}

const METADATA_PREFIX = 'x-gateway-';
const MAX_MODEL = 200;
const MAX_METADATA = 16;

/**
 * Tokens become money: one record, which is usage and ledger movement alike, durable before anybody is told. Exactly once
 * for each request. Throws `service_unavailable` when it cannot be made durable; the hold is then given back.
 */
export function book({ accounting }: Pick<Services, 'accounting'>, exchange: Exchange, outcome: Outcome): Cost {
  const { key, facts, target, hold } = exchange;
  if (exchange.booked || !key) return NO_COST;
  exchange.booked = true;
  const usage = outcome.usage ?? NO_TOKENS;
  const tier = tierFor(exchange, outcome.tier);
  const cost = target && outcome.usage ? costFor(exchange, usage, tier) : NO_COST;
  const now = performance.now();
  try {
    accounting.record(
      {
        id: exchange.id,
        organization_id: key.organizationId,
        project_id: key.projectId,
        key_id: key.id,
        // when the money moved, not when the request came: so the log grows at its end, and can be followed
        created_at: new Date().toISOString(),
        format: exchange.format,
        model: storable(target?.offer.id ?? facts?.model ?? ''),
        provider: target?.offer.provider ?? null,
        provider_model: target?.offer.providerModel ?? null,
        stream: facts?.stream ?? false,
        status_code: outcome.statusCode,
        error_code: outcome.errorCode,
        tokens_in: totalInput(usage),
        tokens_cached: usage.cached,
        tokens_cache_write: usage.cacheWrite + usage.cacheWrite1h,
        tokens_out: usage.output,
        tokens_reasoning: usage.reasoning,
        cost_nano: cost.totalNano.toString(),
        estimated: outcome.estimated,
        own_key: target?.upstream.own ?? false,
        service_tier: outcome.usage ? (tier ?? null) : null,
        latency_ms: Math.round(now - exchange.startedMs),
        first_token_ms: exchange.firstTokenMs > 0 ? Math.round(exchange.firstTokenMs - exchange.startedMs) : null,
        source: sourceOf(exchange.request.headers),
        session: header(exchange, 'x-session-id') ?? header(exchange, 'x-claude-code-session-id') ?? null,
        metadata: metadataOf(exchange),
        chain: key.chain,
        windows: windowsOf(key.accounts),
      },
      hold?.accounts ?? [],
    );
  } catch (cause) {
    hold?.release();
    throw new GatewayError('service_unavailable', 'The request cannot be accounted for now.', {
      cause,
      retryAfterS: 5,
    });
  }
  hold?.settle(cost.totalNano);
  return cost;
}

function tierFor({ facts, servedTier }: Exchange, told: string | undefined): string | undefined {
  return billedTier(facts?.serviceTier, told ?? servedTier);
}

/** At the place that the provider tells of, else the one that was asked for. */
function costFor({ facts, target }: Exchange, usage: TokenUsage, tier: string | undefined): Cost {
  const asked = usage.place === undefined && facts?.place;
  return costOf(target!.offer, asked ? { ...usage, place: asked } : usage, tier);
}

/** The same members before anything is booked. */
export function costBefore(exchange: Exchange, usage: TokenUsage, estimated: boolean, tier?: string): string {
  return costMembers(costFor(exchange, usage, tierFor(exchange, tier)), estimated);
}

/** Books an answer that is whole, and returns the JSON members of its cost, to be told with it. */
export function bookAnswer(
  services: Pick<Services, 'accounting'>,
  exchange: Exchange,
  usage: TokenUsage,
  estimated: boolean,
  tier?: string,
): string {
  return costMembers(book(services, exchange, { statusCode: 200, errorCode: null, usage, estimated, tier }), estimated);
}

/** A caller's text as the store can hold it: Postgres takes neither NUL nor half a character, and one such record would hold up all others. */
function storable(text: string): string {
  return text.slice(0, MAX_MODEL).replace(/[\0\p{Cs}]/gu, '\ufffd');
}

function header(exchange: Exchange, name: string): string | undefined {
  const value = exchange.request.headers[name];
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined;
}

function metadataOf(exchange: Exchange): Record<string, string> | null {
  let found: Record<string, string> | null = null;
  let count = 0;
  for (const name in exchange.request.headers) {
    if (!name.startsWith(METADATA_PREFIX) || count >= MAX_METADATA) continue;
    found ??= {};
    found[name.slice(METADATA_PREFIX.length)] = String(exchange.request.headers[name]).slice(0, 512);
    count++;
  }
  return found;
}

function windowsOf(accounts: NonNullable<Exchange['key']>['accounts']): Record<string, number> | null {
  let found: Record<string, number> | null = null;
  for (const { id, window } of accounts) {
    if (!window) continue;
    found ??= {};
    found[id.slice('period:'.length)] = window.index;
  }
  return found;
}
