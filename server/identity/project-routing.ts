/** How a project wants its requests routed, as its people read and change it. */
import { isDeepStrictEqual } from 'node:util';
import { eq } from 'drizzle-orm';
import type { ProjectRouting } from '../../shared/contracts/project-routing.ts';
import type { RoutingOverrides } from '../../shared/contracts/routing.ts';
import { inForce } from '../routing/project-overrides.ts';
import { DEFAULTS, settingsOf } from '../routing/settings.ts';
import type { Services } from '../services.ts';
import { projects } from '../store/schema.ts';
import { note } from './account-records.ts';
import type { Person } from './identity.ts';
import { lockProjects, projectRecord } from './project-changes.ts';
import { requireAdmin } from './roles.ts';

type Project = { id: string; name: string; routing: RoutingOverrides | null };

/** What holds for a project. Throws `not_found`. */
export async function showRouting(
  { store }: Pick<Services, 'store'>,
  person: Person,
  idOrName: string,
): Promise<ProjectRouting> {
  return view((await projectRecord(store.db, person, idOrName)).project);
}

/**
 * Changes what the project wants otherwise. Throws `permission_denied` for developers, `not_found`, and what `change` throws.
 * @param change what it wants now → what it is to want.
 */
export async function changeRouting(
  { store }: Pick<Services, 'store'>,
  person: Person,
  idOrName: string,
  change: (before: RoutingOverrides) => RoutingOverrides,
): Promise<ProjectRouting> {
  requireAdmin(person.role, person.organization.name, 'change projects');
  return store.transaction(async (tx, announce) => {
    await lockProjects(tx, person);
    const { project } = await projectRecord(tx, person, idOrName);
    const before = project.routing ?? {};
    const after = change(before);
    if (isDeepStrictEqual(after, before)) return view(project);
    const routing = Object.keys(after).length === 0 ? null : after;
    await tx.update(projects).set({ routing }).where(eq(projects.id, project.id));
    await note(tx, person, 'project.routing_changed', project.id, { routing: after });
    announce('project', project.id);
    return view({ ...project, routing });
  });
}

function view({ id, name, routing }: Project): ProjectRouting {
  return {
    project: id,
    name,
    overrides: routing ?? {},
    effective: inForce(settingsOf(routing)),
    defaults: inForce(DEFAULTS),
  };
}
