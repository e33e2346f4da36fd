import { eq, type SQL, sql } from 'drizzle-orm';
import { invitations, members } from '../store/schema.ts';
import type { Transaction } from '../store/store.ts';
import { audit } from './account-records.ts';
import { EMBEDDED_ISSUER } from './accounts.ts';

/**
 * The ids of the invitations to an address that was proven to be this person's, to stand behind `in`. One to where they
 * are a member already is none.
 */
export const invitationsOf = (userId: string): SQL => sql`(
  select i.id from invitations i join users u on u.email = i.email
  where u.id = ${userId} and (u.email_verified or u.issuer = ${EMBEDDED_ISSUER}) and not exists (
    select 1 from members m where m.user_id = u.id and m.organization_id = i.organization_id))`;

/** Makes a person the member that an invitation of theirs says. Called with `lockAccounts` held. */
export async function acceptInvitation(tx: Transaction, userId: string, id: string): Promise<void> {
  const [invitation] = await tx.delete(invitations).where(eq(invitations.id, id)).returning();
  const { organizationId, email, role, createdBy } = invitation!;
  await tx.insert(members).values({ organizationId, userId, role });
  const details = { email, role, added_by: createdBy };
  await audit(tx, { organizationId, actor: userId, action: 'member.joined', target: userId, details });
}
