import type { UsageRecord } from '../billing/record.ts';
import { NO_TOKENS, type TokenUsage, totalInput } from '../dialects/neutral.ts';
import type { KeyEntry } from '../identity/key-ring.ts';
import type { Exchange } from './exchange.ts';
import { sourceOf } from './source.ts';
import { storyOf } from './story.ts';

/** How a request, or an attempt of it, ended. */
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

/** The usage record of a request that ended so, with what it cost in nano-dollars. */
export function usageRecord(exchange: Exchange, key: KeyEntry, outcome: Outcome, costNano: bigint): UsageRecord {
  const { facts, target } = exchange;
  const usage = outcome.usage ?? NO_TOKENS;
  return {
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
    cost_nano: costNano.toString(),
    estimated: outcome.estimated,
    own_key: target?.upstream.own ?? false,
    service_tier: outcome.usage ? (outcome.tier ?? null) : null,
    latency_ms: Math.round(performance.now() - exchange.startedMs),
    first_token_ms: exchange.firstTokenMs > 0 ? Math.round(exchange.firstTokenMs - exchange.startedMs) : null,
    source: sourceOf(exchange.request.headers),
    session: exchange.session ?? null,
    metadata: metadataOf(exchange),
    routing: storyOf(exchange, outcome) ?? null,
    cache_hit: typeof exchange.cached === 'object',
    chain: key.chain,
    windows: windowsOf(key.accounts),
  };
}

/** A caller's text as the store can hold it: Postgres takes neither NUL nor half a character, and one such record would hold up all others. */
function storable(text: string): string {
  return text.slice(0, MAX_MODEL).replace(/[\0\p{Cs}]/gu, '\ufffd');
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

function windowsOf(accounts: KeyEntry['accounts']): Record<string, number> | null {
  let found: Record<string, number> | null = null;
  for (const { id, window } of accounts) {
    if (!window) continue;
    found ??= {};
    found[id.slice('period:'.length)] = window.index;
  }
  return found;
}
