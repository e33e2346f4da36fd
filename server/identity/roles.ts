import { and, eq } from 'drizzle-orm';
import { GatewayError } from '../../shared/errors.ts';
import { members } from '../store/schema.ts';
import type { Database, Transaction } from '../store/store.ts';
import type { Person } from './identity.ts';

export type Role = Person['role'];

const RANK: Record<Role, number> = { developer: 0, admin: 1, owner: 2 };

/** True when the role may do what `least` may. */
export const atLeast = (role: Role, least: Role) => RANK[role] >= RANK[least];

/** Throws `permission_denied` unless the person is at least an admin of the organisation. */
export function requireAdmin(role: Role, organizationName: string, what: string): void {
  if (atLeast(role, 'admin')) return;
  throw new GatewayError('permission_denied', `Only owners and admins of "${organizationName}" may ${what}.`, {
    hint: 'Ask one of them: `gateway members list` names them.',
  });
}

/** The role that the person has now; undefined for no member. */
export async function roleIn(
  db: Database | Transaction,
  organizationId: string,
  userId: string,
): Promise<Role | undefined> {
  const [row] = await db
    .select({ role: members.role })
    .from(members)
    .where(and(eq(members.organizationId, organizationId), eq(members.userId, userId)));
  return row?.role as Role | undefined;
}
