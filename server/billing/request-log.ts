import { and, asc, desc, eq, inArray, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { sourcesCalled } from '../../shared/coding-agents.ts';
import type { Parsed, Reply } from '../../shared/contracts/endpoint.ts';
import type { LOG_STATUSES, listLogs, logSchema } from '../../shared/contracts/usage.ts';
import { GatewayError } from '../../shared/errors.ts';
import { formatUsd } from '../../shared/money.ts';
import { type Actor, organizationOf, subtree, visible } from '../identity/actor.ts';
import { findKey } from '../identity/key-records.ts';
import type { Services } from '../services.ts';
import { after, exactInstant, pageOf } from '../store/cursor.ts';
import { apiKeys, usageRecords } from '../store/schema.ts';
import { routingStoryOf } from './routing-note.ts';
import { endOf, startOf } from './usage-window.ts';

type Query = Parsed<typeof listLogs>['query'];

/** A page of the requests that the actor may see, in the order asked for. Throws `not_found` for a key that it may not see. */
export async function requestLog(
  { store }: Pick<Services, 'store'>,
  actor: Actor,
  query: Query,
): Promise<Reply<typeof listLogs>> {
  const { keyId, createdAt, id } = usageRecords;
  const asOf = new Date().toISOString();
  const keys =
    query.key === undefined
      ? visible(actor, keyId)
      : sql`${keyId} in ${subtree((await findKey(store.db, actor, query.key, 'key')).id)}`;
  const inOrder = query.order === 'newest' ? desc : asc;
  const rows = await selectRequests(store)
    .where(
      and(
        eq(usageRecords.organizationId, organizationOf(actor)),
        keys,
        ...narrowed(query),
        after({ at: createdAt, id }, query.cursor, query.order),
      ),
    )
    .orderBy(inOrder(createdAt), inOrder(id))
    .limit(query.limit + 1);
  return { ...pageOf(rows, query.limit, ({ at, request }) => ({ at, id: request.id }), logView), as_of: asOf };
}

type Narrowing = Pick<Query, 'model' | 'provider' | 'source' | 'session' | 'status' | 'from' | 'to'>;

const { errorCode, retriedBy, cacheHit } = usageRecords;

/** An attempt that was retried is no failure that a caller has seen. */
const STATUSES: Readonly<Record<(typeof LOG_STATUSES)[number], SQL | undefined>> = {
  ok: isNull(errorCode),
  error: and(isNotNull(errorCode), isNull(retriedBy)),
  cached: eq(cacheHit, true),
  retried: isNotNull(retriedBy),
};

/** What a page is narrowed to, besides whose requests they are. */
function narrowed({ source, status, from, to, ...exact }: Narrowing): (SQL | undefined)[] {
  const { createdAt } = usageRecords;
  return [
    ...(['model', 'provider', 'session'] as const).map((name) =>
      exact[name] === undefined ? undefined : eq(usageRecords[name], exact[name]),
    ),
    source === undefined ? undefined : inArray(usageRecords.source, sourcesCalled(source)),
    status && STATUSES[status],
    from === undefined ? undefined : sql`${createdAt} >= ${startOf(from).toISOString()}::timestamptz`,
    to === undefined ? undefined : sql`${createdAt} < ${endOf(to).toISOString()}::timestamptz`,
  ];
}

/** One request. Throws `not_found`, also for one that the actor may not see. */
export async function requestById(
  { store }: Pick<Services, 'store'>,
  actor: Actor,
  id: string,
): Promise<z.output<typeof logSchema>> {
  const [row] = await selectRequests(store)
    .where(
      and(
        eq(usageRecords.id, id),
        eq(usageRecords.organizationId, organizationOf(actor)),
        visible(actor, usageRecords.keyId),
      ),
    )
    .limit(1);
  if (row) return logView(row);
  throw new GatewayError('not_found', `There is no request "${id}".`, {
    param: 'id',
    hint: 'Run `gateway logs list` to see the latest requests.',
  });
}

type Row = Awaited<ReturnType<typeof selectRequests>>[number];

function selectRequests(store: Services['store']) {
  return store.db
    .select({ request: usageRecords, keyName: apiKeys.name, at: exactInstant(usageRecords.createdAt) })
    .from(usageRecords)
    .leftJoin(apiKeys, eq(apiKeys.id, usageRecords.keyId));
}

function logView({ request, keyName }: Row): z.output<typeof logSchema> {
  return {
    id: request.id,
    created_at: request.createdAt.toISOString(),
    key: request.keyId,
    key_name: keyName,
    model: request.model,
    provider: request.provider,
    provider_model: request.providerModel,
    format: request.format,
    stream: request.stream,
    status_code: request.statusCode,
    error_code: request.errorCode,
    tokens_in: request.tokensIn,
    tokens_cached: request.tokensCached,
    tokens_cache_write: request.tokensCacheWrite,
    tokens_out: request.tokensOut,
    tokens_reasoning: request.tokensReasoning,
    cost_usd: formatUsd(request.costNano),
    estimated: request.estimated,
    service_tier: request.serviceTier,
    latency_ms: request.latencyMs,
    time_to_first_token_ms: request.firstTokenMs,
    source: request.source,
    session: request.session,
    metadata: request.metadata ?? {},
    retried_by: request.retriedBy,
    routing: routingStoryOf(request.routing, {
      provider: request.provider ?? '',
      model: request.providerModel ?? '',
      status_code: request.statusCode,
      error_type: 'none',
      succeeded: true,
    }),
    cache_hit: request.cacheHit,
  };
}
