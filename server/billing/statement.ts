/** The account as its owner sees it: what is left, and every movement. */
import { and, desc, eq, inArray, ne, sql } from 'drizzle-orm';
import type { Parsed, Reply } from '../../shared/contracts/endpoint.ts';
import type { listTransactions } from '../../shared/contracts/usage.ts';
import { formatUsd } from '../../shared/money.ts';
import { type Actor, organizationOf } from '../identity/actor.ts';
import type { Person } from '../identity/identity.ts';
import { remainingNano } from '../identity/key-view.ts';
import type { Services } from '../services.ts';
import { after, exactInstant, pageOf } from '../store/cursor.ts';
import { apiKeys, ledger, organizations } from '../store/schema.ts';

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

/** A page of the movements of the organisation's balance, newest first. */
export async function statement(
  { store }: Pick<Services, 'store'>,
  person: Person,
  query: Parsed<typeof listTransactions>['query'],
): Promise<Reply<typeof listTransactions>> {
  const { id, kind, amountNano, description, requestId, createdAt } = ledger;
  const rows = await store.db
    .select({ id, kind, amountNano, description, requestId, createdAt, at: exactInstant(createdAt) })
    .from(ledger)
    .where(
      and(
        eq(ledger.organizationId, person.organization.id),
        query.kind === undefined ? undefined : query.kind === 'usage' ? eq(kind, 'usage') : ne(kind, 'usage'),
        after({ at: sql`${createdAt}`, id: sql`${id}` }, query.cursor),
      ),
    )
    .orderBy(desc(createdAt), desc(id))
    .limit(query.limit + 1);
  return pageOf(
    rows,
    query.limit,
    (row) => row,
    (row) => ({
      id: row.id,
      kind: row.kind === 'usage' ? 'usage' : 'credit',
      amount_usd: formatUsd(row.amountNano),
      description: row.description,
      request_id: row.requestId,
      created_at: row.createdAt.toISOString(),
    }),
  );
}
