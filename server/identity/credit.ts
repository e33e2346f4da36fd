import { eq, sql } from 'drizzle-orm';
import { newId } from '../store/ids.ts';
import { ledgerEntries, organizations } from '../store/schema.ts';
import type { Announce, Transaction } from '../store/store.ts';

/** Money that comes in without a request to pay for it. */
export interface Credit {
  organizationId: string;
  amountNano: bigint;
  kind: 'opening' | 'topup' | 'auto_topup';
  description: string;
  createdBy: string;
}

/** Books a credit: the ledger entry and the balance, in the caller's transaction. */
export async function bookCredit(tx: Transaction, announce: Announce, credit: Credit): Promise<void> {
  await tx.insert(ledgerEntries).values({ id: newId('led'), ...credit });
  await tx
    .update(organizations)
    .set({ balanceNano: sql`${organizations.balanceNano} + ${credit.amountNano}` })
    .where(eq(organizations.id, credit.organizationId));
  announce('organization', credit.organizationId);
}
