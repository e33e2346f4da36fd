import { and, desc, eq, like, lt, or, sql } from 'drizzle-orm';
import type { AuditEntry, listAudit as contract } from '../../shared/contracts/audit.ts';
import type { Parsed, Reply } from '../../shared/contracts/endpoint.ts';
import { GatewayError } from '../../shared/errors.ts';
import type { Services } from '../services.ts';
import { apiKeys, auditLog, users } from '../store/schema.ts';
import type { Person } from './identity.ts';
import { requireAdmin } from './roles.ts';

/** A page of the organisation's audit log, newest first. Throws `permission_denied` for developers. */
export async function listAudit(
  { store }: Pick<Services, 'store'>,
  person: Person,
  { actor, action, limit, cursor }: Parsed<typeof contract>['query'],
): Promise<Reply<typeof contract>> {
  requireAdmin(person.role, person.organization.name, 'read the audit log');
  const rows = await store.db
    .select({
      entry: auditLog,
      name: sql<string | null>`coalesce(${users.email}, ${users.displayName}, ${apiKeys.name})`,
    })
    .from(auditLog)
    .leftJoin(users, eq(users.id, auditLog.actor))
    .leftJoin(apiKeys, eq(apiKeys.id, auditLog.actor))
    .where(
      and(
        eq(auditLog.organizationId, person.organization.id),
        actor === undefined ? undefined : or(eq(auditLog.actor, actor), eq(users.email, actor.toLowerCase())),
        action === undefined
          ? undefined
          : or(eq(auditLog.action, action), like(auditLog.action, `${literal(action)}.%`)),
        cursor === undefined ? undefined : lt(auditLog.id, placeOf(cursor)),
      ),
    )
    .orderBy(desc(auditLog.id))
    .limit(limit + 1);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { data: shown.map(view), next_cursor: more ? Buffer.from(String(last.entry.id)).toString('base64url') : null };
}

/** Text that stands for itself in a pattern. */
const literal = (text: string) => text.replace(/[\\%_]/g, '\\$&');

function placeOf(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new GatewayError('invalid_request', 'The cursor is not one of ours.', {
    param: 'cursor',
    hint: 'Give `next_cursor` of the page before as it is, or no cursor for the first page.',
  });
}

function view({ entry, name }: { entry: typeof auditLog.$inferSelect; name: string | null }): AuditEntry {
  const { id, actor, action, target, details, createdAt } = entry;
  return {
    id: String(id),
    created_at: createdAt.toISOString(),
    actor,
    actor_name: name,
    action,
    target,
    details: details ?? {},
  };
}
