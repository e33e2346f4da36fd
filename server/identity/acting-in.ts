import { and, eq, or } from 'drizzle-orm';
import { GatewayError } from '../../shared/errors.ts';
import type { Services } from '../services.ts';
import { organizations } from '../store/schema.ts';
import type { Actor } from './actor.ts';
import { findOrganization } from './organizations.ts';

/**
 * The actor in another organisation that they belong to, by its id or exact name; in their own without one. A key acts in
 * its own only. Throws `not_found`, so that nobody learns which organisations there are, and `invalid_request` when several
 * have the name.
 */
export async function actingIn(
  { store }: Pick<Services, 'store'>,
  actor: Actor,
  idOrName: string | undefined,
): Promise<Actor> {
  if (idOrName === undefined) return actor;
  if (actor.kind === 'person') {
    const { id, name } = await findOrganization(store.db, actor.person, idOrName, 'org');
    return { kind: 'person', person: { ...actor.person, organization: { id, name } } };
  }
  const named = or(eq(organizations.id, idOrName), eq(organizations.name, idOrName));
  if ((await store.db.$count(organizations, and(eq(organizations.id, actor.key.organizationId), named))) > 0)
    return actor;
  throw new GatewayError('not_found', `This key is of no organisation "${idOrName}".`, {
    param: 'org',
    hint: 'A key asks about its own only; sign in with `gateway login` to ask about others.',
  });
}
