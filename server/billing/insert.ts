import { sql } from 'drizzle-orm';
import type { Transaction } from '../store/store.ts';
import type { UsageRecord } from './record.ts';

/** The store's columns and their types. Each travels as one array: a third of what rows as JSON cost the embedded engine. */
const COLUMNS: Readonly<Partial<Record<keyof UsageRecord, string>>> = {
  id: 'text',
  organization_id: 'text',
  project_id: 'text',
  key_id: 'text',
  created_at: 'timestamptz',
  format: 'text',
  model: 'text',
  provider: 'text',
  provider_model: 'text',
  stream: 'boolean',
  status_code: 'integer',
  error_code: 'text',
  tokens_in: 'integer',
  tokens_cached: 'integer',
  tokens_cache_write: 'integer',
  tokens_out: 'integer',
  tokens_reasoning: 'integer',
  cost_nano: 'bigint',
  estimated: 'boolean',
  own_key: 'boolean',
  service_tier: 'text',
  latency_ms: 'integer',
  first_token_ms: 'integer',
  source: 'text',
  session: 'text',
  metadata: 'jsonb',
  retried_by: 'text',
  routing: 'text',
  cache_hit: 'boolean',
};
/** What a record of an older journal lacks. */
const ABSENT: Readonly<Partial<Record<keyof UsageRecord, unknown>>> = { own_key: false, cache_hit: false };
const NAMES = Object.keys(COLUMNS) as (keyof UsageRecord)[];

/** Adds records that the store does not have. Fails with `unique_violation` when it has one of them. */
export async function insertFresh(tx: Transaction, records: readonly UsageRecord[]): Promise<void> {
  await tx.execute(sql`insert into usage_records (${sql.raw(NAMES.join(', '))}) ${columnsOf(records)}`);
}

/** Adds those of the records that the store does not have, and returns their ids. */
export async function insertMissing(tx: Transaction, records: readonly UsageRecord[]): Promise<Set<string>> {
  const result = await tx.execute<{ id: string }>(sql`
    insert into usage_records (${sql.raw(NAMES.join(', '))}) ${columnsOf(records)}
    on conflict (id) do nothing returning id`);
  return new Set(result.rows.map((row) => row.id));
}

function columnsOf(records: readonly UsageRecord[]) {
  const arrays = NAMES.map(
    (name) => sql`${arrayLiteral(records.map((record) => record[name] ?? ABSENT[name]))}::${sql.raw(COLUMNS[name]!)}[]`,
  );
  return sql`select * from unnest(${sql.join(arrays, sql`, `)})`;
}

/** What a bare element may not hold (PostgreSQL 8.15.6, Array Input and Output Syntax). */
const NEEDS_QUOTES = /["\\{},\s]|^null$|^$/i;

/** An array in Postgres' own text form. */
export function arrayLiteral(values: readonly unknown[]): string {
  let text = '{';
  for (const value of values) {
    if (text.length > 1) text += ',';
    text += element(value);
  }
  return `${text}}`;
}

function element(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
  return NEEDS_QUOTES.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text;
}
