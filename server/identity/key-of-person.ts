import { and, asc, eq, isNull } from 'drizzle-orm';
import { settingsOf } from '../routing/settings.ts';
import type { Services } from '../services.ts';
import { organizations, projects } from '../store/schema.ts';
import type { Person } from './identity.ts';
import type { KeyEntry } from './key-ring.ts';
import { projectRecord } from './project-changes.ts';

/**
 * What a new key of the person's would be, without any limits or rules of its own: to look at, not to call with. Throws
 * `not_found` for a project that is not there.
 * @param project its id or name; the one that keys belong to by default when none is named.
 */
export async function keyOfPerson(
  { store, budget }: Pick<Services, 'store' | 'budget'>,
  person: Person,
  project: string | undefined,
): Promise<KeyEntry> {
  const { userId, organization } = person;
  const row =
    project === undefined
      ? await firstProject(store, organization.id)
      : (await projectRecord(store.db, person, project)).project;
  const [payer] = await store.db
    .select({ balanceNano: organizations.balanceNano })
    .from(organizations)
    .where(eq(organizations.id, organization.id));
  const id = `organization:${organization.id}`;
  const balance = {
    id,
    code: 'insufficient_balance' as const,
    label: 'The balance',
    capacity: payer?.balanceNano ?? 0n,
    pending: 0n,
    held: 0n,
    window: null,
    recentNano: 0n,
  };
  return {
    id: userId,
    organizationId: organization.id,
    projectId: row.id,
    project: {
      cacheMarks: row.cacheMarks,
      responseRetentionDays: row.responseRetentionDays,
      routing: settingsOf(row.routing),
      responseCacheSeconds: row.responseCacheSeconds,
    },
    name: 'a new key',
    prefix: '',
    permissions: ['inference'],
    models: [],
    guards: [],
    chain: [],
    expiresAtMs: null,
    accounts: [budget.find(id) ?? balance],
    limited: [],
  };
}

async function firstProject(store: Services['store'], organizationId: string) {
  const [row] = await store.db
    .select()
    .from(projects)
    .where(and(eq(projects.organizationId, organizationId), isNull(projects.removedAt)))
    .orderBy(asc(projects.createdAt), asc(projects.id))
    .limit(1);
  // one project always stays
  return row!;
}
