import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import { formatUsd } from '../../shared/money.ts';
import { audit } from '../identity/account-records.ts';
import { bookCredit } from '../identity/credit.ts';
import type { Services } from '../services.ts';
import { organizations, topups, users } from '../store/schema.ts';

/** A request for credit, as the owner sees it. */
export interface Topup {
  id: string;
  organizationName: string;
  amountNano: bigint;
  askedBy: string;
  expiresAt: Date;
  paidAt: Date | null;
  state: 'open' | 'paid' | 'expired';
}

export async function findTopup({ store }: Pick<Services, 'store'>, id: string): Promise<Topup | undefined> {
  const [row] = await store.db
    .select({ topup: topups, organizationName: organizations.name, email: users.email, name: users.displayName })
    .from(topups)
    .innerJoin(organizations, eq(organizations.id, topups.organizationId))
    .leftJoin(users, eq(users.id, topups.createdBy))
    .where(eq(topups.id, id))
    .limit(1);
  if (!row) return undefined;
  const { amountNano, expiresAt, paidAt, createdBy } = row.topup;
  const state = paidAt ? 'paid' : expiresAt.getTime() <= Date.now() ? 'expired' : 'open';
  const askedBy = row.email ?? row.name ?? createdBy;
  return { id, organizationName: row.organizationName, amountNano, askedBy, expiresAt, paidAt, state };
}

/** Grants an open top-up, once however often it is asked. @returns false when there was nothing left to grant. */
export async function grantTopup({ store }: Pick<Services, 'store'>, id: string, ownerId: string): Promise<boolean> {
  return store.transaction(async (tx, announce) => {
    const [topup] = await tx
      .update(topups)
      .set({ paidAt: sql`now()`, paidBy: ownerId })
      .where(and(eq(topups.id, id), isNull(topups.paidAt), gt(topups.expiresAt, sql`now()`)))
      .returning();
    if (!topup) return false;
    const { organizationId, amountNano } = topup;
    const description = `Granted by hand (${id})`;
    await bookCredit(tx, announce, { organizationId, amountNano, kind: 'topup', description, createdBy: ownerId });
    const details = { amount_usd: formatUsd(amountNano) };
    await audit(tx, { organizationId, actor: ownerId, action: 'topup.granted', target: id, details });
    return true;
  });
}
