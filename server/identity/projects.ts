import { and, eq, isNull, or, sql } from 'drizzle-orm';
import { GatewayError } from '../../shared/errors.ts';
import { projects } from '../store/schema.ts';
import type { Database, Transaction } from '../store/store.ts';
import { type Actor, organizationOf } from './actor.ts';

/**
 * The id of the project of this id or exact name that the actor may see: a key sees only its own. A removed one is found
 * too, as its usage is still there. Throws `not_found`.
 */
export async function findProject(db: Database | Transaction, actor: Actor, idOrName: string): Promise<string> {
  const [row] = await db
    .select({ id: projects.id })
    .from(projects)
    .where(
      and(
        eq(projects.organizationId, organizationOf(actor)),
        or(eq(projects.id, idOrName), eq(projects.name, idOrName)),
        actor.kind === 'key' ? eq(projects.id, actor.key.projectId) : undefined,
      ),
    )
    .orderBy(sql`${projects.id} = ${idOrName} desc, ${projects.removedAt} desc nulls first`, projects.createdAt)
    .limit(1);
  if (!row)
    throw new GatewayError('not_found', `There is no project "${idOrName}".`, {
      param: 'project',
      hint: 'Run `gateway projects list` to see what there is.',
    });
  return row.id;
}

/** Holds a project until the transaction ends, so that it is not removed while a key is made in it. Throws `not_found`. */
export async function holdProject(tx: Transaction, id: string): Promise<string> {
  const [row] = await tx
    .select({ id: projects.id })
    .from(projects)
    .where(and(eq(projects.id, id), isNull(projects.removedAt)))
    .for('share');
  if (row) return row.id;
  throw new GatewayError('not_found', 'This project was removed.', {
    param: 'project',
    hint: 'Run `gateway projects list` to see what there is.',
  });
}
