import type { Router } from 'express';
import { listAudit } from '../../../shared/contracts/audit.ts';
import * as members from '../../../shared/contracts/members.ts';
import * as organizations from '../../../shared/contracts/organizations.ts';
import * as projects from '../../../shared/contracts/projects.ts';
import { listAudit as auditOf } from '../../identity/audit-log.ts';
import { addMember, listMembers, removeMember, updateMember } from '../../identity/members.ts';
import {
  listOrganizations,
  showOrganization,
  updateOrganization,
  useOrganization,
} from '../../identity/organizations.ts';
import {
  createProject,
  listProjects,
  removeProject,
  showProject,
  updateProject,
} from '../../identity/project-changes.ts';
import type { Services } from '../../services.ts';
import { personOf } from '../caller.ts';
import { mount } from '../mount.ts';

/** Organisations, their projects and members, and who changed what. */
export function organizationRoutes(router: Router, services: Services): void {
  mount(router, services, organizations.listOrganizations, (inside, { actor, query }) =>
    listOrganizations(inside, personOf(actor), query),
  );
  mount(router, services, organizations.showOrganization, (inside, { actor, params }) =>
    showOrganization(inside, personOf(actor), params.id),
  );
  mount(router, services, organizations.updateOrganization, (inside, { actor, params, body }) =>
    updateOrganization(inside, personOf(actor), params.id, body),
  );
  mount(router, services, organizations.useOrganization, (inside, { actor, body }) =>
    useOrganization(inside, personOf(actor), body.organization),
  );

  mount(router, services, projects.listProjects, (inside, { actor, query }) =>
    listProjects(inside, personOf(actor), query),
  );
  mount(router, services, projects.createProject, (inside, { actor, body }) =>
    createProject(inside, personOf(actor), body.name),
  );
  mount(router, services, projects.showProject, (inside, { actor, params }) =>
    showProject(inside, personOf(actor), params.id),
  );
  mount(router, services, projects.updateProject, (inside, { actor, params, body }) =>
    updateProject(inside, personOf(actor), params.id, body),
  );
  mount(router, services, projects.removeProject, (inside, { actor, params }) =>
    removeProject(inside, personOf(actor), params.id),
  );

  mount(router, services, members.listMembers, (inside, { actor, query }) =>
    listMembers(inside, personOf(actor), query),
  );
  mount(router, services, members.addMember, (inside, { actor, body }) => addMember(inside, personOf(actor), body));
  mount(router, services, members.updateMember, (inside, { actor, params, body }) =>
    updateMember(inside, personOf(actor), params.id, body.role),
  );
  mount(router, services, members.removeMember, (inside, { actor, params }) =>
    removeMember(inside, personOf(actor), params.id),
  );

  mount(router, services, listAudit, (inside, { actor, query }) => auditOf(inside, personOf(actor), query));
}
