/** The projects of an organisation, as its people list, make, rename and remove them. */
import { and, asc, desc, eq, isNull, ne, type SQL, sql } from 'drizzle-orm';
import type { Parsed, Reply } from '../../shared/contracts/endpoint.ts';
import type {
  listProjects as listContract,
  Project,
  removeProject as removeContract,
  updateProject as updateContract,
} from '../../shared/contracts/projects.ts';
import { GatewayError } from '../../shared/errors.ts';
import type { Services } from '../services.ts';
import { after, exactInstant, pageOf } from '../store/cursor.ts';
import { newId } from '../store/ids.ts';
import { apiKeys, organizations, projects } from '../store/schema.ts';
import type { Database, Transaction } from '../store/store.ts';
import { note } from './account-records.ts';
import type { Person } from './identity.ts';
import { requireAdmin } from './roles.ts';

type Row = typeof projects.$inferSelect;

/** A page of the projects, newest first. */
export async function listProjects(
  { store }: Pick<Services, 'store'>,
  person: Person,
  { limit, cursor }: Parsed<typeof listContract>['query'],
): Promise<Reply<typeof listContract>> {
  const rows = await select(store.db, person, after({ at: projects.createdAt, id: projects.id }, cursor))
    .orderBy(desc(projects.createdAt), desc(projects.id))
    .limit(limit + 1);
  return pageOf(
    rows,
    limit,
    ({ at, project }) => ({ at, id: project.id }),
    (row) => view(row),
  );
}

/** One of this id or exact name. Throws `not_found`. */
export async function showProject(
  { store }: Pick<Services, 'store'>,
  person: Person,
  idOrName: string,
): Promise<Project> {
  return view(await projectRecord(store.db, person, idOrName));
}

/** Makes a project. Throws `conflict` when the name is taken, `permission_denied` for developers. */
export async function createProject(
  { store }: Pick<Services, 'store'>,
  person: Person,
  name: string,
): Promise<Project> {
  requireAdmin(person.role, person.organization.name, 'create projects');
  return store.transaction(async (tx) => {
    await lockProjects(tx, person);
    await refuseTaken(tx, person, name);
    const id = newId('prj');
    const organizationId = person.organization.id;
    await tx.insert(projects).values({ id, organizationId, name });
    await note(tx, person, 'project.created', id, { name });
    return view(await projectRecord(tx, person, id));
  });
}

/** Gives it another name or other settings. Throws as `createProject` does. */
export async function updateProject(
  { store }: Pick<Services, 'store'>,
  person: Person,
  idOrName: string,
  changes: Parsed<typeof updateContract>['body'],
): Promise<Project> {
  requireAdmin(person.role, person.organization.name, 'change projects');
  return store.transaction(async (tx, announce) => {
    await lockProjects(tx, person);
    const found = await projectRecord(tx, person, idOrName);
    const { id } = found.project;
    const changed = changedOf(found.project, changes);
    if (Object.keys(changed).length === 0) return view(found);
    if (changed.name !== undefined) {
      await refuseTaken(tx, person, changed.name);
      await note(tx, person, 'project.renamed', id, { name: changed.name, before: found.project.name });
      announce('user', person.userId);
    }
    const { name: _name, ...settings } = changed;
    if (Object.keys(settings).length > 0) {
      await note(tx, person, 'project.updated', id, settings);
      announce('project', id);
    }
    await tx.update(projects).set(changed).where(eq(projects.id, id));
    return view({ ...found, project: { ...found.project, ...changed } });
  });
}

/** The columns that are to be other than they are. */
function changedOf(before: Row, changes: Parsed<typeof updateContract>['body']) {
  const { name, response_retention_days: days, prompt_cache_marks: marks, response_cache_seconds: cache } = changes;
  return {
    ...(name !== undefined && name !== before.name && { name }),
    ...(days !== undefined && days !== before.responseRetentionDays && { responseRetentionDays: days }),
    ...(marks !== undefined && marks !== before.cacheMarks && { cacheMarks: marks }),
    ...(cache !== undefined && cache !== before.responseCacheSeconds && { responseCacheSeconds: cache }),
  };
}

/** Removes it, unless keys belong to it or it is the only one (`conflict`). Its usage stays in the books. */
export async function removeProject(
  { store }: Pick<Services, 'store'>,
  person: Person,
  idOrName: string,
): Promise<Reply<typeof removeContract>> {
  requireAdmin(person.role, person.organization.name, 'remove projects');
  return store.transaction(async (tx, announce) => {
    await lockProjects(tx, person);
    const { id, name } = (await projectRecord(tx, person, idOrName)).project;
    // A key that is being made holds the row (see `holdProject`): it is counted here, or finds the project removed.
    await tx.select({ id: projects.id }).from(projects).where(eq(projects.id, id)).for('update');
    const keys = await tx.$count(apiKeys, and(eq(apiKeys.projectId, id), ne(apiKeys.status, 'revoked')));
    if (keys > 0) {
      throw new GatewayError(
        'conflict',
        `The project "${name}" has ${keys} ${keys === 1 ? 'key' : 'keys'} that ${keys === 1 ? 'is' : 'are'} not revoked.`,
        { hint: `Run \`gateway keys list --project ${id}\` and revoke them first.` },
      );
    }
    if ((await tx.$count(projects, mine(person))) === 1) {
      throw new GatewayError('conflict', `"${name}" is the only project, and every key belongs to one.`, {
        hint: 'Run `gateway projects create --name <name>` first, or `gateway projects rename`.',
      });
    }
    await tx.update(projects).set({ removedAt: sql`now()` }).where(eq(projects.id, id));
    await note(tx, person, 'project.removed', id, { name });
    announce('user', person.userId);
    return { id, name, removed: true as const };
  });
}

const mine = (person: Person): SQL =>
  and(eq(projects.organizationId, person.organization.id), isNull(projects.removedAt))!;

// Names are written out: in a query of one table the library leaves the table's off, which means another one in here.
const activeKeys = sql<number>`(
  select count(*) from api_keys k where k.project_id = projects.id and k.status <> 'revoked')`.mapWith(Number);
/** Where a key belongs that names no project: the oldest. */
const isDefault = sql<boolean>`not exists (
  select 1 from projects older where older.organization_id = projects.organization_id and older.removed_at is null
  and (older.created_at, older.id) < (projects.created_at, projects.id))`;

function select(db: Database | Transaction, person: Person, only?: SQL) {
  return db
    .select({ project: projects, keys: activeKeys, isDefault, at: exactInstant(projects.createdAt) })
    .from(projects)
    .where(and(mine(person), only))
    .$dynamic();
}

type Found = { project: Row; keys: number; isDefault: boolean };

/** One that is not removed, by id or exact name. Throws `not_found`. */
export async function projectRecord(db: Database | Transaction, person: Person, idOrName: string): Promise<Found> {
  const named = sql`(${projects.id} = ${idOrName} or ${projects.name} = ${idOrName})`;
  const [row] = await select(db, person, named)
    .orderBy(desc(sql`${projects.id} = ${idOrName}`), asc(projects.createdAt))
    .limit(1);
  if (row) return row;
  throw new GatewayError('not_found', `There is no project "${idOrName}".`, {
    param: 'id',
    hint: 'Run `gateway projects list` to see what there is.',
  });
}

/** Names are unique and one project stays: whoever changes projects does it alone. */
export async function lockProjects(tx: Transaction, person: Person): Promise<void> {
  await tx
    .select({ id: organizations.id })
    .from(organizations)
    .where(eq(organizations.id, person.organization.id))
    .for('no key update');
}

async function refuseTaken(tx: Transaction, person: Person, name: string): Promise<void> {
  if ((await tx.$count(projects, and(mine(person), eq(projects.name, name)))) === 0) return;
  throw new GatewayError('conflict', `There is a project "${name}" already.`, {
    param: 'name',
    hint: 'Choose another name.',
  });
}

function view({ project, keys, isDefault }: Found): Project {
  const { id, name, createdAt, responseRetentionDays, cacheMarks, responseCacheSeconds } = project;
  return {
    id,
    name,
    default: isDefault,
    active_keys: keys,
    response_retention_days: responseRetentionDays,
    prompt_cache_marks: cacheMarks,
    response_cache_seconds: responseCacheSeconds,
    created_at: createdAt.toISOString(),
  };
}
