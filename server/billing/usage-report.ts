/**
 * What was used and spent, from the usage records. Only requests that succeeded are counted; what one that did not succeed
 * cost all the same (an answer whose caller hung up) is in the sums, so that they agree with the balance.
 */
import { type Column, inArray, type SQL, sql } from 'drizzle-orm';
import { SOURCE_LABELS } from '../../shared/coding-agents.ts';
import type { Reply } from '../../shared/contracts/endpoint.ts';
import type { BREAKDOWNS, usageBreakdown, usage as usageContract } from '../../shared/contracts/usage.ts';
import { formatUsd } from '../../shared/money.ts';
import { actingIn } from '../identity/acting-in.ts';
import { type Actor, organizationOf, subtree, visible } from '../identity/actor.ts';
import { findKey } from '../identity/key-records.ts';
import { findProject } from '../identity/projects.ts';
import type { Services } from '../services.ts';
import { apiKeys, usageRecords as used } from '../store/schema.ts';
import { type Asked, buckets, checkHours, daysIn, type Window, windowOf } from './usage-window.ts';

/** What is asked about: a time, and one key with those below it, one project or another organisation when named. */
export interface Range extends Asked {
  key?: string | undefined;
  project?: string | undefined;
  org?: string | undefined;
}

const MOST_GROUPS = 1000;
const NOTHING = 'none';
const NO_NAMES: ReadonlyMap<string, string> = new Map();

const GROUPS: Record<(typeof BREAKDOWNS)[number], Column | SQL> = {
  model: used.model,
  key: used.keyId,
  provider: used.provider,
  source: used.source,
  session: used.session,
  day: sql`to_char(${used.createdAt} at time zone 'UTC', 'YYYY-MM-DD')`,
  hour: sql`to_char(${used.createdAt} at time zone 'UTC', 'YYYY-MM-DD"T"HH24":00Z"')`,
};

/** Sums as the driver gives them: text, as they may be beyond what a float holds exactly. */
interface Sums {
  requests: string;
  tokens_in: string;
  tokens_out: string;
  cost: string;
}

const ZERO: Sums = { requests: '0', tokens_in: '0', tokens_out: '0', cost: '0' };

/** The totals of a range. Throws `not_found` for a key, project or organisation that the actor may not see. */
export async function usageTotals(
  services: Pick<Services, 'store'>,
  actor: Actor,
  range: Range,
): Promise<Reply<typeof usageContract>> {
  const window = windowOf(range, new Date());
  const { rows } = await services.store.db.execute<Sums & Record<string, unknown>>(sql`
    select count(*) filter (where error_code is null)::text as requests, coalesce(sum(tokens_in), 0)::text as tokens_in,
      coalesce(sum(tokens_out), 0)::text as tokens_out, coalesce(sum(cost_nano), 0)::text as cost
    from usage_records where ${await within(services, actor, range, window)}`);
  return { ...span(window), ...totals(rows[0]!) };
}

/**
 * The same in groups, dearest first; what a request has no value for is in the group `none`. Days and hours are in order,
 * those without use too.
 */
export async function usageBy(
  services: Pick<Services, 'store'>,
  actor: Actor,
  { by, ...range }: Range & { by: keyof typeof GROUPS },
): Promise<Reply<typeof usageBreakdown>> {
  const window = windowOf(range, new Date());
  if (by === 'hour') checkHours(window);
  const overTime = by === 'day' || by === 'hour';
  const order = overTime ? sql`1` : sql`sum(cost_nano) desc, count(*) desc, 1`;
  const { rows } = await services.store.db.execute<Sums & { group: string; all: Sums } & Record<string, unknown>>(sql`
    select coalesce(${GROUPS[by]}, ${NOTHING}) as "group", count(*) filter (where error_code is null)::text as requests, sum(tokens_in)::text as tokens_in,
      sum(tokens_out)::text as tokens_out, sum(cost_nano)::text as cost,
      jsonb_build_object('requests', (sum(count(*) filter (where error_code is null)) over ())::text, 'tokens_in', (sum(sum(tokens_in)) over ())::text,
        'tokens_out', (sum(sum(tokens_out)) over ())::text, 'cost', (sum(sum(cost_nano)) over ())::text) as "all"
    from usage_records where ${await within(services, actor, range, window)}
    group by 1 order by ${order} limit ${MOST_GROUPS}`);
  const names = by === 'key' ? await keyNames(services.store, rows) : by === 'source' ? SOURCE_LABELS : NO_NAMES;
  const told = overTime ? everyBucket(buckets(window, by), rows) : rows;
  const groups = told.map((row) => ({ group: row.group, name: names.get(row.group) ?? null, ...totals(row) }));
  return { ...span(window), by, ...totals(rows[0]?.all ?? ZERO), groups };
}

function span(window: Window) {
  return { range_days: daysIn(window), from: window.from.toISOString(), to: window.to.toISOString() };
}

/** Each bucket's row, or zeros. */
function everyBucket(names: readonly string[], rows: readonly (Sums & { group: string })[]) {
  const found = new Map(rows.map((row) => [row.group, row]));
  return names.map((group) => found.get(group) ?? { ...ZERO, group });
}

async function within(
  services: Pick<Services, 'store'>,
  caller: Actor,
  { key, project, org, to }: Range,
  window: Window,
): Promise<SQL> {
  const actor = await actingIn(services, caller, org);
  const { db } = services.store;
  const conditions = [
    sql`organization_id = ${organizationOf(actor)}`,
    sql`created_at >= ${window.from.toISOString()}::timestamptz`,
    // up to now is all there is: another process's clock may be ahead of ours
    to === undefined ? undefined : sql`created_at < ${window.to.toISOString()}::timestamptz`,
    sql`(error_code is null or cost_nano <> 0)`,
    key === undefined
      ? visible(actor, sql`key_id`)
      : sql`key_id in ${subtree((await findKey(db, actor, key, 'key')).id)}`,
    project === undefined ? undefined : sql`project_id = ${await findProject(db, actor, project)}`,
  ];
  return sql.join(
    conditions.filter((condition) => condition !== undefined),
    sql` and `,
  );
}

async function keyNames(store: Services['store'], groups: readonly { group: string }[]): Promise<Map<string, string>> {
  const ids = groups.map(({ group }) => group);
  if (ids.length === 0) return new Map();
  const { id, name } = apiKeys;
  const rows = await store.db.select({ id, name }).from(apiKeys).where(inArray(id, ids));
  return new Map(rows.map((row) => [row.id, row.name]));
}

function totals(sums: Sums) {
  return {
    total_requests: Number(sums.requests),
    total_tokens_in: Number(sums.tokens_in),
    total_tokens_out: Number(sums.tokens_out),
    total_cost_usd: formatUsd(BigInt(sums.cost)),
  };
}
