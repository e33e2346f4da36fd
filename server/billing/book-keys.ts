import { sql } from 'drizzle-orm';
import type { Transaction } from '../store/store.ts';
import type { Totals } from './commit.ts';
import type { UsageRecord } from './record.ts';

/** What a batch adds to one key: in all, and by window for a recurring limit. */
interface KeySum {
  totalNano: bigint;
  lastUsedAt: string;
  windows: Map<number, bigint>;
}

/** Adds what was spent to the keys of each record's chain, and notes what their limits leave. */
export async function bookKeys(tx: Transaction, records: readonly UsageRecord[], totals: Totals): Promise<void> {
  const anchors = await anchorsOf(tx, records);
  const sums = new Map<string, KeySum>();
  for (const record of records) for (const key of record.chain) addTo(sums, key, record, anchors);
  if (sums.size === 0) return;
  const rows = [...sums].map(([id, sum]) => ({ id, total: sum.totalNano.toString(), used: sum.lastUsedAt }));
  // Locked in the order of their ids, so that two processes that book at once cannot lock each other out.
  const result = await tx.execute<{ id: string; limit_nano: string | null; spent_nano: string }>(sql`
    with s as (select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as s(id text, total bigint, used timestamptz)),
    locked as (select k.id from api_keys k where k.id in (select id from s) order by k.id for update)
    update api_keys k set spent_nano = k.spent_nano + s.total, last_used_at = greatest(k.last_used_at, s.used)
    from s, locked where k.id = s.id and locked.id = k.id
    returning k.id, k.limit_nano, k.spent_nano`);
  for (const row of result.rows) {
    if (row.limit_nano !== null) totals.set(`key:${row.id}`, () => BigInt(row.limit_nano!) - BigInt(row.spent_nano));
  }
  for (const [id, sum] of sums) {
    for (const window of [...sum.windows.keys()].sort((a, b) => a - b))
      await bookWindow(tx, id, window, sum.windows.get(window)!, totals);
  }
}

/** When the windows of keys with a recurring limit began to count, by key; Unix milliseconds. Locks those keys. */
async function anchorsOf(tx: Transaction, records: readonly UsageRecord[]): Promise<Map<string, number>> {
  const ids = new Set(records.flatMap(({ windows }) => (windows ? Object.keys(windows) : [])));
  if (ids.size === 0) return new Map();
  const { rows } = await tx.execute<{ id: string; anchor: string }>(sql`
    select id, extract(epoch from period_anchor) * 1000 as anchor from api_keys
    where id in (select jsonb_array_elements_text(${JSON.stringify([...ids])}::jsonb)) order by id for update`);
  return new Map(rows.map(({ id, anchor }) => [id, Number(anchor)]));
}

async function bookWindow(tx: Transaction, id: string, window: number, nano: bigint, totals: Totals): Promise<void> {
  const result = await tx.execute<{ limit: string | null; window: number; spent: string }>(sql`
    update api_keys set
      period_spent_nano = case when period_window = ${window} then period_spent_nano else 0 end + ${nano.toString()}::bigint,
      period_window = ${window}
    where id = ${id} and period_window <= ${window}
    returning period_limit_nano as limit, period_window as window, period_spent_nano as spent`);
  const row = result.rows[0];
  if (!row || row.limit === null) return;
  const left = BigInt(row.limit) - BigInt(row.spent);
  totals.set(`period:${id}`, (current) => (current === row.window ? left : undefined));
}

function addTo(
  sums: Map<string, KeySum>,
  key: string,
  record: UsageRecord,
  anchors: ReadonlyMap<string, number>,
): void {
  const nano = BigInt(record.cost_nano);
  let sum = sums.get(key);
  if (!sum) {
    sum = { totalNano: 0n, lastUsedAt: record.created_at, windows: new Map() };
    sums.set(key, sum);
  }
  sum.totalNano += nano;
  if (record.created_at > sum.lastUsedAt) sum.lastUsedAt = record.created_at;
  const window = record.windows?.[key];
  // Windows count from the anchor: what was asked before it last moved belongs to a limit that is no more.
  const counts = window !== undefined && Date.parse(record.created_at) >= Math.floor(anchors.get(key) ?? 0);
  if (counts) sum.windows.set(window, (sum.windows.get(window) ?? 0n) + nano);
}
