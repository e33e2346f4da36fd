import { and, eq, or, sql } from 'drizzle-orm';
import { GatewayError } from '../../shared/errors.ts';
import type { Services } from '../services.ts';
import { members, organizations } from '../store/schema.ts';
import { type Actor, organizationOf } from './actor.ts';

/**
 * The actor in another organisation that they belong to, by its id or exact name; in their own without one. A key acts in
 * its own only. Throws `not_found`, so that nobody learns which organisations there are.
 */
export async function actingIn(
  { store }: Pick<Services, 'store'>,
  actor: Actor,
  idOrName: string | undefined,
): Promise<Actor> {
  if (idOrName === undefined) return actor;
  const { id, name } = organizations;
  const mine =
    actor.kind === 'person'
      ? sql`${id} in (select ${members.organizationId} from ${members} where ${members.userId} = ${actor.person.userId})`
      : eq(id, organizationOf(actor));
  const [row] = await store.db
    .select({ id, name })
    .from(organizations)
    .where(and(mine, or(eq(id, idOrName), eq(name, idOrName))))
    .orderBy(sql`${id} = ${idOrName} desc`, organizations.createdAt)
    .limit(1);
  if (!row) {
    const hint = 'You can ask about organisations that you are a member of.';
    throw new GatewayError('not_found', `There is no organisation "${idOrName}".`, { param: 'org', hint });
  }
  return actor.kind === 'person' ? { kind: 'person', person: { ...actor.person, organization: row } } : actor;
}
