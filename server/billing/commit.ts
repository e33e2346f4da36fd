import { sql } from 'drizzle-orm';
import { sqlStateOf } from '../store/reason.ts';
import type { Store, Transaction } from '../store/store.ts';
import { bookKeys } from './book-keys.ts';
import { insertFresh, insertMissing } from './insert.ts';
import type { UsageRecord } from './record.ts';

/**
 * What is left of the accounts that a batch touched, by account id, as the store has it now. A recurring limit's figure
 * is asked for with the window it should be about.
 */
export type Totals = Map<string, (window: number | null) => bigint | undefined>;

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
    if (sqlStateOf(error) !== UNIQUE_VIOLATION) throw error;
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

async function bookAll(tx: Transaction, records: readonly UsageRecord[]): Promise<Totals> {
  const totals: Totals = new Map();
  await bookKeys(tx, records, totals);
  await bookOrganizations(tx, records, totals);
  return totals;
}

async function bookOrganizations(tx: Transaction, records: readonly UsageRecord[], totals: Totals): Promise<void> {
  const sums = new Map<string, bigint>();
  for (const record of records) {
    if (record.own_key) continue;
    sums.set(record.organization_id, (sums.get(record.organization_id) ?? 0n) + BigInt(record.cost_nano));
  }
  for (const [id, total] of [...sums].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const result = await tx.execute<{ balance_nano: string }>(sql`
      update organizations set balance_nano = balance_nano - ${total.toString()}::bigint where id = ${id} returning balance_nano`);
    const balance = result.rows[0]?.balance_nano;
    if (balance !== undefined) totals.set(`organization:${id}`, () => BigInt(balance));
  }
}
