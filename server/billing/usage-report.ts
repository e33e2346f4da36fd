/**
 * What was used and spent, from the usage records. Only requests that succeeded are counted; what one that did not succeed
 * cost all the same (an answer whose caller hung up) is in the sums, so that they agree with the balance.
 */
import { type Column, inArray, type SQL, sql } from 'drizzle-orm';
import type { Reply } from '../../shared/contracts/endpoint.ts';
import type { BREAKDOWNS, usageBreakdown, usage as usageContract } from '../../shared/contracts/usage.ts';
import { formatUsd } from '../../shared/money.ts';
import { type Actor, organizationOf, subtree, visible } from '../identity/actor.ts';
import { findKey } from '../identity/key-records.ts';
import { findProject } from '../identity/projects.ts';
import type { Services } from '../services.ts';
import { apiKeys, usageRecords as used } from '../store/schema.ts';

/** The last so many times 24 hours, of one key with those below it or of one project when named. */
export interface Range {
  days: number;
  key?: string | undefined;
  project?: string | undefined;
}

const MOST_GROUPS = 1000;
const NOTHING = 'none';

const GROUPS: Record<(typeof BREAKDOWNS)[number], Column | SQL> = {
  model: used.model,
  key: used.keyId,
  provider: used.provider,
  source: used.source,
  session: used.session,
  day: sql`to_char(${used.createdAt} at time zone 'UTC', 'YYYY-MM-DD')`,
};

/** Sums as the driver gives them: text, as they may be beyond what a float holds exactly. */
interface Sums {
  requests: string;
  tokens_in: string;
  tokens_out: string;
  cost: string;
}

/** The totals of a range. Throws `not_found` for a key or project that the actor may not see. */
export async function usageTotals(
  { store }: Pick<Services, 'store'>,
  actor: Actor,
  range: Range,
): Promise<Reply<typeof usageContract>> {
  const { rows } = await store.db.execute<Sums & Record<string, unknown>>(sql`
    select count(*) filter (where error_code is null)::text as requests, coalesce(sum(tokens_in), 0)::text as tokens_in,
      coalesce(sum(tokens_out), 0)::text as tokens_out, coalesce(sum(cost_nano), 0)::text as cost
    from usage_records where ${await within(store, actor, range)}`);
  return { range_days: range.days, ...totals(rows[0]!) };
}

/** The same in groups, dearest first (days in order); what a request has no value for is in the group `none`. */
export async function usageBy(
  { store }: Pick<Services, 'store'>,
  actor: Actor,
  { by, ...range }: Range & { by: keyof typeof GROUPS },
): Promise<Reply<typeof usageBreakdown>> {
  const order = by === 'day' ? sql`1` : sql`sum(cost_nano) desc, count(*) desc, 1`;
  const { rows } = await store.db.execute<Sums & { group: string; all: Sums } & Record<string, unknown>>(sql`
    select coalesce(${GROUPS[by]}, ${NOTHING}) as "group", count(*) filter (where error_code is null)::text as requests, sum(tokens_in)::text as tokens_in,
      sum(tokens_out)::text as tokens_out, sum(cost_nano)::text as cost,
      jsonb_build_object('requests', (sum(count(*) filter (where error_code is null)) over ())::text, 'tokens_in', (sum(sum(tokens_in)) over ())::text,
        'tokens_out', (sum(sum(tokens_out)) over ())::text, 'cost', (sum(sum(cost_nano)) over ())::text) as "all"
    from usage_records where ${await within(store, actor, range)}
    group by 1 order by ${order} limit ${MOST_GROUPS}`);
  const names =
    by === 'key'
      ? await keyNames(
          store,
          rows.map((row) => row.group),
        )
      : new Map<string, string>();
  const groups = rows.map((row) => ({ group: row.group, name: names.get(row.group) ?? null, ...totals(row) }));
  const all = rows[0]?.all ?? { requests: '0', tokens_in: '0', tokens_out: '0', cost: '0' };
  return { range_days: range.days, by, ...totals(all), groups };
}

async function within(store: Services['store'], actor: Actor, { days, key, project }: Range): Promise<SQL> {
  const since = new Date(Date.now() - days * 86_400_000).toISOString();
  const conditions = [
    sql`organization_id = ${organizationOf(actor)}`,
    sql`created_at >= ${since}::timestamptz`,
    sql`(error_code is null or cost_nano <> 0)`,
    key === undefined
      ? visible(actor, sql`key_id`)
      : sql`key_id in ${subtree((await findKey(store.db, actor, key, 'key')).id)}`,
    project === undefined ? undefined : sql`project_id = ${await findProject(store.db, actor, project)}`,
  ];
  return sql.join(
    conditions.filter((condition) => condition !== undefined),
    sql` and `,
  );
}

async function keyNames(store: Services['store'], ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await store.db
    .select({ id: apiKeys.id, name: apiKeys.name })
    .from(apiKeys)
    .where(inArray(apiKeys.id, ids));
  return new Map(rows.map(({ id, name }) => [id, name]));
}

function totals(sums: Sums) {
  return {
    total_requests: Number(sums.requests),
    total_tokens_in: Number(sums.tokens_in),
    total_tokens_out: Number(sums.tokens_out),
    total_cost_usd: formatUsd(BigInt(sums.cost)),
  };
}
