/** The account as its owner sees it: what is left, and every movement. */
import { eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { Parsed, Reply } from '../../shared/contracts/endpoint.ts';
import type { listTransactions } from '../../shared/contracts/usage.ts';
import { formatUsd } from '../../shared/money.ts';
import { type Actor, organizationOf } from '../identity/actor.ts';
import type { Person } from '../identity/identity.ts';
import { remainingNano } from '../identity/key-view.ts';
import type { Services } from '../services.ts';
import { after, exactInstant, pageOf } from '../store/cursor.ts';
import { apiKeys, organizations } from '../store/schema.ts';

/** What the actor may still spend, in nano-dollars: the organisation's balance; for a key no more than what every limit above it leaves, and never less than nothing. */
export async function spendableNano({ store }: Pick<Services, 'store'>, actor: Actor): Promise<bigint> {
  const [organization] = await store.db
    .select({ balance: organizations.balanceNano })
    .from(organizations)
    .where(eq(organizations.id, organizationOf(actor)));
  const balance = organization?.balance ?? 0n;
  if (actor.kind === 'person') return balance;
  const chain = await store.db
    .select()
    .from(apiKeys)
    .where(inArray(apiKeys.id, [...actor.key.chain]));
  const now = new Date();
  const left = chain.map((row) => remainingNano(row, now)).filter((nano) => nano !== null);
  const least = [balance, ...left].reduce((a, b) => (b < a ? b : a));
  return least < 0n ? 0n : least;
}

/** A page of the movements of the organisation's balance, newest first: credits, and what each request cost. */
export async function statement(
  { store }: Pick<Services, 'store'>,
  person: Person,
  { kind, cursor, limit }: Parsed<typeof listTransactions>['query'],
): Promise<Reply<typeof listTransactions>> {
  // The view `ledger` is the same rows, but sorting it would read all of them: here each half reads only a page.
  const half = (columns: SQL, table: SQL, only: SQL) => sql`(
    select id, ${columns}, created_at, ${exactInstant(sql`created_at`)} as at from ${table}
    where organization_id = ${person.organization.id} and ${only} and ${after(ORDER, cursor) ?? sql`true`}
    order by created_at desc, id desc limit ${limit + 1})`;
  const credits = half(CREDIT, sql`ledger_entries`, sql`${kind !== 'usage'}`);
  const debits = half(DEBIT, sql`usage_records`, sql`cost_nano <> 0 and not own_key and ${kind !== 'credit'}`);
  const { rows } = await store.db.execute<Movement>(
    sql`${credits} union all ${debits} order by created_at desc, id desc limit ${limit + 1}`,
  );
  return pageOf(
    rows,
    limit,
    (row) => row,
    (row) => ({
      id: row.id,
      kind: row.kind,
      amount_usd: formatUsd(BigInt(row.amount)),
      description: row.description,
      request_id: row.request_id,
      created_at: new Date(row.at).toISOString(),
    }),
  );
}

interface Movement extends Record<string, unknown> {
  id: string;
  kind: string;
  amount: string;
  description: string;
  request_id: string | null;
  at: string;
}

const ORDER = { at: sql`created_at`, id: sql`id` };
const CREDIT = sql`'credit' as kind, amount_nano::text as amount, description, null::text as request_id`;
const DEBIT = sql`'usage' as kind, (-cost_nano)::text as amount, model as description, id as request_id`;
