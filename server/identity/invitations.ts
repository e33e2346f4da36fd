import { eq } from 'drizzle-orm';
import { invitations, members, users } from '../store/schema.ts';
import type { Transaction } from '../store/store.ts';
import { audit } from './account-records.ts';

/**
 * Makes a new person a member of every organisation that added their address; they act in the one that did so first.
 * Only for an address that was proven to be theirs. Called with `lockAccounts` held, as `addMember` does, so that of an
 * address that is added while it signs in for the first time neither misses the other.
 */
export async function acceptInvitations(tx: Transaction, userId: string, email: string): Promise<void> {
  const found = await tx.delete(invitations).where(eq(invitations.email, email)).returning();
  const first = found.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime())[0];
  if (!first) return;
  for (const { organizationId, role, createdBy } of found) {
    await tx.insert(members).values({ organizationId, userId, role });
    const details = { email, role, added_by: createdBy };
    await audit(tx, { organizationId, actor: userId, action: 'member.joined', target: userId, details });
  }
  await tx.update(users).set({ organizationId: first.organizationId }).where(eq(users.id, userId));
}
