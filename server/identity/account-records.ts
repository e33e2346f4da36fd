import { sql } from 'drizzle-orm';
import { formatUsd } from '../../shared/money.ts';
import { newId } from '../store/ids.ts';
import { auditLog, members, organizations, projects, users } from '../store/schema.ts';
import type { Announce, Transaction } from '../store/store.ts';
import { bookCredit } from './credit.ts';
import type { Person } from './identity.ts';

const ACCOUNTS_LOCK = 7_238_114_002;

/** Makes whoever creates or claims accounts wait for each other, in every process, until the transaction ends. */
export async function lockAccounts(tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${ACCOUNTS_LOCK})`);
}

export interface NewUser {
  issuer: string;
  /** Undefined where the person's own id names them: with the embedded issuer. */
  subject?: string;
  email: string | null;
  emailVerified?: boolean;
  displayName: string;
  isOwner: boolean;
}

/** Writes a user, and says so in the audit log. */
export async function insertUser(tx: Transaction, user: NewUser): Promise<string> {
  const id = newId('usr');
  await tx.insert(users).values({ ...user, id, subject: user.subject ?? id });
  await audit(tx, {
    actor: id,
    action: 'user.created',
    target: id,
    details: { issuer: user.issuer, owner: user.isOwner },
  });
  return id;
}

/** Writes an organisation of one person, its first project, and its opening credit when there is one. */
export async function insertOrganization(
  tx: Transaction,
  announce: Announce,
  { name, userId, openingNano }: { name: string; userId: string; openingNano: bigint },
): Promise<{ organizationId: string; projectId: string }> {
  const organizationId = newId('org');
  const projectId = newId('prj');
  await tx.insert(organizations).values({ id: organizationId, name });
  await tx.insert(members).values({ organizationId, userId, role: 'owner' });
  await tx.insert(projects).values({ id: projectId, organizationId, name: 'default' });
  await audit(tx, {
    organizationId,
    actor: userId,
    action: 'organization.created',
    target: organizationId,
    details: { name },
  });
  await audit(tx, { organizationId, actor: userId, action: 'project.created', target: projectId });
  if (openingNano > 0n) {
    await bookCredit(tx, announce, {
      organizationId,
      amountNano: openingNano,
      kind: 'opening',
      description: 'Opening credit',
      createdBy: userId,
    });
    const details = { amount_usd: formatUsd(openingNano), reason: 'opening credit' };
    await audit(tx, { organizationId, actor: userId, action: 'credit.granted', target: organizationId, details });
  }
  announce('organization', organizationId);
  return { organizationId, projectId };
}

/** One line of the audit log, in the transaction of the change it tells of. */
export async function audit(tx: Transaction, entry: typeof auditLog.$inferInsert): Promise<void> {
  await tx.insert(auditLog).values(entry);
}

/** `audit` for what a person did in the organisation that they act in. */
export function note(
  tx: Transaction,
  person: Person,
  action: string,
  target: string,
  details: Record<string, unknown>,
): Promise<void> {
  return audit(tx, { organizationId: person.organization.id, actor: person.userId, action, target, details });
}
