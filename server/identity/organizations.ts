/** The organisations of a person: which there are, what they are called, and which one is acted in. */
import { and, desc, eq, or } from 'drizzle-orm';
import type { Parsed, Reply } from '../../shared/contracts/endpoint.ts';
import type { listOrganizations as listContract, Organization } from '../../shared/contracts/organizations.ts';
import { GatewayError } from '../../shared/errors.ts';
import { formatUsd } from '../../shared/money.ts';
import type { Services } from '../services.ts';
import { after, exactInstant, pageOf } from '../store/cursor.ts';
import { members, organizations, users } from '../store/schema.ts';
import type { Database, Transaction } from '../store/store.ts';
import { audit } from './account-records.ts';
import type { Person } from './identity.ts';
import { type Role, requireAdmin } from './roles.ts';

type Row = { organization: typeof organizations.$inferSelect; role: string };

/** A page of the person's organisations, the newest membership first. */
export async function listOrganizations(
  { store }: Pick<Services, 'store'>,
  person: Person,
  { limit, cursor }: Parsed<typeof listContract>['query'],
): Promise<Reply<typeof listContract>> {
  const order = { at: members.createdAt, id: members.organizationId };
  const rows = await store.db
    .select({ organization: organizations, role: members.role, at: exactInstant(members.createdAt) })
    .from(members)
    .innerJoin(organizations, eq(organizations.id, members.organizationId))
    .where(and(eq(members.userId, person.userId), after(order, cursor)))
    .orderBy(desc(members.createdAt), desc(members.organizationId))
    .limit(limit + 1);
  return pageOf(
    rows,
    limit,
    ({ at, organization }) => ({ at, id: organization.id }),
    (row) => view(row, person.organization.id),
  );
}

/** One of them by id or exact name. Throws `not_found`, `invalid_request` when several have the name. */
export async function showOrganization(
  { store }: Pick<Services, 'store'>,
  person: Person,
  idOrName: string,
): Promise<Organization> {
  return view(await find(store.db, person, idOrName, 'id'), person.organization.id);
}

/** Gives one another name. Throws `permission_denied` for developers. */
export async function renameOrganization(
  { store }: Pick<Services, 'store'>,
  person: Person,
  idOrName: string,
  name: string,
): Promise<Organization> {
  return store.transaction(async (tx, announce) => {
    const row = await find(tx, person, idOrName, 'id');
    const { id, name: before } = row.organization;
    requireAdmin(row.role as Role, before, 'rename it');
    await tx.update(organizations).set({ name }).where(eq(organizations.id, id));
    const details = { name, before };
    await audit(tx, {
      organizationId: id,
      actor: person.userId,
      action: 'organization.renamed',
      target: id,
      details,
    });
    announce('user', person.userId);
    return view({ ...row, organization: { ...row.organization, name } }, person.organization.id);
  });
}

/** From now on the person acts in this organisation. */
export async function useOrganization(
  { store }: Pick<Services, 'store'>,
  person: Person,
  idOrName: string,
): Promise<Organization> {
  return store.transaction(async (tx, announce) => {
    const row = await find(tx, person, idOrName, 'organization');
    const { id } = row.organization;
    await tx.update(users).set({ organizationId: id }).where(eq(users.id, person.userId));
    announce('user', person.userId);
    return view(row, id);
  });
}

/** `current` is the one that the person acts in. */
async function find(db: Database | Transaction, person: Person, named: string, param: string): Promise<Row> {
  const idOrName = named === 'current' ? person.organization.id : named;
  const rows = await db
    .select({ organization: organizations, role: members.role })
    .from(members)
    .innerJoin(organizations, eq(organizations.id, members.organizationId))
    .where(
      and(eq(members.userId, person.userId), or(eq(organizations.id, idOrName), eq(organizations.name, idOrName))),
    );
  const found = rows.find(({ organization }) => organization.id === idOrName) ?? rows[0];
  if (!found) {
    throw new GatewayError('not_found', `You are in no organisation "${idOrName}".`, {
      param,
      hint: 'Run `gateway orgs list` to see yours.',
    });
  }
  if (rows.length > 1 && found.organization.id !== idOrName) {
    throw new GatewayError('invalid_request', `${rows.length} of your organisations are called "${idOrName}".`, {
      param,
      hint: `Name it by its id: ${rows.map(({ organization }) => organization.id).join(', ')}.`,
    });
  }
  return found;
}

function view({ organization, role }: Row, currentId: string): Organization {
  const { id, name, balanceNano, createdAt } = organization;
  return {
    id,
    name,
    role,
    current: id === currentId,
    balance_usd: formatUsd(balanceNano),
    created_at: createdAt.toISOString(),
  };
}
