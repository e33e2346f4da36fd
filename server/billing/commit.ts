import { sql } from 'drizzle-orm';
import type { Store, Transaction } from '../store/store.ts';
import { insertFresh, insertMissing } from './insert.ts';
import type { UsageRecord } from './record.ts';

/**
 * What is left of the accounts that a batch touched, by account id, as the store has it now. A recurring limit's figure
 * is asked for with the window it should be about.
 */
export type Totals = Map<string, (window: number | null) => bigint | undefined>;

interface KeySum {
  total: bigint;
  window: number | null;
  inWindow: bigint;
  lastUsedAt: string;
}

const UNIQUE_VIOLATION = '23505';

/**
 * Writes records in one transaction: rows, then balances and key totals by what was really inserted. A record that is
 * already there (a replay after a crash) counts for nothing, so each request is booked exactly once.
 */
export async function commit(store: Store, records: readonly UsageRecord[]): Promise<Totals> {
  if (records.length === 0) return new Map();
  try {
    return await store.db.transaction(async (tx) => {
      await insertFresh(tx, records);
      return await bookAll(tx, records);
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
  }
  // Some of them are there: the whole batch again, this time asking which were not.
  return store.db.transaction(async (tx) => {
    const inserted = await insertMissing(tx, records);
    return bookAll(
      tx,
      records.filter((record) => inserted.has(record.id)),
    );
  });
}

function isUniqueViolation(error: unknown): boolean {
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  return code === UNIQUE_VIOLATION || cause?.code === UNIQUE_VIOLATION;
}

async function bookAll(tx: Transaction, records: readonly UsageRecord[]): Promise<Totals> {
  const totals: Totals = new Map();
  await bookKeys(tx, records, totals);
  await bookOrganizations(tx, records, totals);
  return totals;
}

async function bookKeys(tx: Transaction, records: readonly UsageRecord[], totals: Totals): Promise<void> {
  const sums = new Map<string, KeySum>();
  for (const record of records) {
    for (const key of record.chain) addTo(sums, key, record);
  }
  if (sums.size === 0) return;
  // In the order of their ids, so that two processes that book at once cannot lock each other out.
  const rows = [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, sum]) => ({
      id,
      total: sum.total.toString(),
      period_window: sum.window,
      in_window: sum.inWindow.toString(),
      used: sum.lastUsedAt,
    }));
  const result = await tx.execute<Record<string, string | number | null>>(sql`
    with s as (select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as s(id text, total bigint, period_window integer, in_window bigint, used timestamptz)),
    locked as (select k.id from api_keys k where k.id in (select id from s) order by k.id for update)
    update api_keys k set
      spent_nano = k.spent_nano + s.total,
      period_spent_nano = case
        when s.period_window is null or s.period_window < k.period_window then k.period_spent_nano
        when s.period_window = k.period_window then k.period_spent_nano + s.in_window
        else s.in_window end,
      period_window = greatest(k.period_window, coalesce(s.period_window, k.period_window)),
      last_used_at = greatest(k.last_used_at, s.used)
    from s, locked where k.id = s.id and locked.id = k.id
    returning k.id, k.limit_nano, k.spent_nano, k.period_limit_nano, k.period_window, k.period_spent_nano`);
  for (const row of result.rows) {
    if (row.limit_nano !== null) totals.set(`key:${row.id}`, () => BigInt(row.limit_nano!) - BigInt(row.spent_nano!));
    if (row.period_limit_nano === null) continue;
    totals.set(`period:${row.id}`, (window) =>
      window === Number(row.period_window)
        ? BigInt(row.period_limit_nano!) - BigInt(row.period_spent_nano!)
        : undefined,
    );
  }
}

function addTo(sums: Map<string, KeySum>, key: string, record: UsageRecord): void {
  const cost = BigInt(record.cost_nano);
  const window = record.windows?.[key] ?? null;
  const sum = sums.get(key);
  if (!sum) {
    sums.set(key, { total: cost, window, inWindow: cost, lastUsedAt: record.created_at });
    return;
  }
  sum.total += cost;
  if (record.created_at > sum.lastUsedAt) sum.lastUsedAt = record.created_at;
  if (window === sum.window) sum.inWindow += cost;
  else if (window !== null && (sum.window === null || window > sum.window)) {
    sum.window = window;
    sum.inWindow = cost;
  }
}

async function bookOrganizations(tx: Transaction, records: readonly UsageRecord[], totals: Totals): Promise<void> {
  const sums = new Map<string, bigint>();
  for (const record of records) {
    sums.set(record.organization_id, (sums.get(record.organization_id) ?? 0n) + BigInt(record.cost_nano));
  }
  for (const [id, total] of [...sums].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const result = await tx.execute<{ balance_nano: string }>(sql`
      update organizations set balance_nano = balance_nano - ${total.toString()}::bigint where id = ${id} returning balance_nano`);
    const balance = result.rows[0]?.balance_nano;
    if (balance !== undefined) totals.set(`organization:${id}`, () => BigInt(balance));
  }
}
