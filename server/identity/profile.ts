import { asc, eq, sql } from 'drizzle-orm';
import type { me } from '../../shared/contracts/account.ts';
import type { Reply } from '../../shared/contracts/endpoint.ts';
import { GatewayError } from '../../shared/errors.ts';
import type { Services } from '../services.ts';
import { apiKeys, members, organizations, projects, users } from '../store/schema.ts';
import type { Actor } from './actor.ts';
import type { KeyEntry } from './key-ring.ts';

/** Who is asking, but for the balance. */
export type Profile = Omit<Reply<typeof me>, 'balance_usd'>;

/** The person; for an API key, the person on whose behalf it acts, and the key itself. */
export async function profileOf(services: Pick<Services, 'store'>, actor: Actor): Promise<Profile> {
  if (actor.kind === 'key') return keyProfile(services, actor.key);
  const { person } = actor;
  return {
    id: person.userId,
    display_name: person.displayName,
    email: person.email,
    sub: person.subject,
    status: person.status,
    organization: person.organization,
    project: person.project,
    role: person.role,
    key: null,
  };
}

/** A key acts for whoever made it; when that is nobody any more, for the member who has been there longest. */
async function keyProfile({ store }: Pick<Services, 'store'>, key: KeyEntry): Promise<Profile> {
  const [row] = await store.db
    .select({ user: users, organization: organizations, project: projects })
    .from(apiKeys)
    .innerJoin(organizations, eq(organizations.id, apiKeys.organizationId))
    .innerJoin(projects, eq(projects.id, apiKeys.projectId))
    .innerJoin(members, eq(members.organizationId, apiKeys.organizationId))
    .innerJoin(users, eq(users.id, members.userId))
    .where(eq(apiKeys.id, key.id))
    .orderBy(sql`(${users.id} = ${apiKeys.createdBy}) desc nulls last`, asc(members.createdAt))
    .limit(1);
  if (!row) throw new GatewayError('not_found', 'The organisation of this API key has no members.');
  const { user, organization, project } = row;
  return {
    id: user.id,
    display_name: user.displayName,
    email: user.email,
    sub: user.subject,
    status: user.status,
    organization: { id: organization.id, name: organization.name },
    project: { id: project.id, name: project.name },
    role: 'api_key',
    key: { id: key.id, name: key.name, key_prefix: key.prefix, permissions: [...key.permissions] },
  };
}
