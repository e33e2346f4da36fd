/** The organisations of a person: which there are, what they are called, and which one is acted in. */
import { eq, sql } from 'drizzle-orm';
import type { Parsed, Reply } from '../../shared/contracts/endpoint.ts';
import { type RateLimits, ratesOrNull } from '../../shared/contracts/limits.ts';
import type {
  listOrganizations as listContract,
  Organization,
  updateOrganization as updateContract,
} from '../../shared/contracts/organizations.ts';
import { GatewayError } from '../../shared/errors.ts';
import { formatUsd } from '../../shared/money.ts';
import type { Services } from '../services.ts';
import { after, exactInstant, pageOf } from '../store/cursor.ts';
import { organizations, users } from '../store/schema.ts';
import type { Database, Transaction } from '../store/store.ts';
import { audit, lockAccounts } from './account-records.ts';
import type { Person } from './identity.ts';
import { acceptInvitation, invitationsOf } from './invitations.ts';
import { type Role, requireAdmin } from './roles.ts';

interface Row extends Record<string, unknown> {
  id: string;
  name: string;
  role: string;
  balance: string;
  rates: RateLimits | null;
  created: string;
  /** The invitation that they did not accept yet. */
  invitation: string | null;
  at: string;
}

/** A page of the person's organisations and of those that they are invited to, the newest first. */
export async function listOrganizations(
  { store }: Pick<Services, 'store'>,
  person: Person,
  { limit, cursor }: Parsed<typeof listContract>['query'],
): Promise<Reply<typeof listContract>> {
  const { rows } = await store.db.execute<Row>(sql`
    select * from ${belonging(person.userId)} where ${after(ORDER, cursor) ?? sql`true`}
    order by since desc, id desc limit ${limit + 1}`);
  return pageOf(
    rows,
    limit,
    (row) => row,
    (row) => view(row, person.organization.id),
  );
}

/** One of them by id or exact name. Throws `not_found`, `invalid_request` when several have the name. */
export async function showOrganization(
  { store }: Pick<Services, 'store'>,
  person: Person,
  idOrName: string,
): Promise<Organization> {
  return view(await findOrganization(store.db, person, idOrName, 'id'), person.organization.id);
}

/** Gives one another name or other rate limits. Throws `permission_denied` for developers. */
export async function updateOrganization(
  { store }: Pick<Services, 'store'>,
  person: Person,
  idOrName: string,
  { name, rate_limits: limits }: Parsed<typeof updateContract>['body'],
): Promise<Organization> {
  return store.transaction(async (tx, announce) => {
    const row = await findOrganization(tx, person, idOrName, 'id');
    const { id, name: before } = row;
    requireAdmin(row.role as Role, before, name === undefined ? 'change its limits' : 'rename it');
    const noted = { organizationId: id, actor: person.userId, target: id };
    const changed: { name?: string; rates?: RateLimits | null } = {};
    if (name !== undefined) {
      changed.name = name;
      await audit(tx, { ...noted, action: 'organization.renamed', details: { name, before } });
      announce('user', person.userId);
    }
    if (limits !== undefined) {
      changed.rates = ratesOrNull(limits);
      await audit(tx, { ...noted, action: 'organization.updated', details: { rate_limits: changed.rates } });
    }
    await tx.update(organizations).set(changed).where(eq(organizations.id, id));
    announce('organization', id);
    return view({ ...row, ...changed }, person.organization.id);
  });
}

/** From now on the person acts in this organisation; they join it when they were invited to it. */
export async function useOrganization(
  { store }: Pick<Services, 'store'>,
  person: Person,
  idOrName: string,
): Promise<Organization> {
  return store.transaction(async (tx, announce) => {
    await lockAccounts(tx);
    const row = await findOrganization(tx, person, idOrName, 'organization', 'invited');
    const { id, invitation } = row;
    if (invitation !== null) await acceptInvitation(tx, person.userId, invitation);
    await tx.update(users).set({ organizationId: id }).where(eq(users.id, person.userId));
    announce('user', person.userId);
    return view({ ...row, invitation: null }, id);
  });
}

const ORDER = { at: sql`since`, id: sql`id` };

/** A person's memberships and invitations as one table. */
const belonging = (userId: string) => sql`(
  select o.id, o.name, o.balance_nano as balance, o.rates, o.created_at as created, m.role, null as invitation,
    m.created_at as since, ${exactInstant(sql`m.created_at`)} as at
  from members m join organizations o on o.id = m.organization_id where m.user_id = ${userId}
  union all
  select o.id, o.name, o.balance_nano, o.rates, o.created_at, i.role, i.id, i.created_at, ${exactInstant(sql`i.created_at`)}
  from invitations i join organizations o on o.id = i.organization_id
  where i.id in ${invitationsOf(userId)}) as belonging`;

/**
 * One that they are a member of, by id or exact name; `current` is the one that they act in. Throws as `showOrganization`.
 * @param which `invited`: one that they are invited to will do, too, where they are in none that is called so.
 */
export async function findOrganization(
  db: Database | Transaction,
  person: Person,
  named: string,
  param: string,
  which: 'joined' | 'invited' = 'joined',
): Promise<Row> {
  const idOrName = named === 'current' ? person.organization.id : named;
  const { rows } = await db.execute<Row>(sql`
    select * from ${belonging(person.userId)} where (id = ${idOrName} or name = ${idOrName})
    and ${which === 'joined' ? sql`invitation is null` : sql`true`} order by since`);
  const joined = rows.filter(({ invitation }) => invitation === null);
  const called = joined.length > 0 ? joined : rows;
  const found = rows.find(({ id }) => id === idOrName) ?? called[0];
  if (!found) {
    throw new GatewayError('not_found', `You are in no organisation "${idOrName}".`, {
      param,
      hint: 'Run `gateway orgs list` to see yours.',
    });
  }
  if (called.length > 1 && found.id !== idOrName) {
    throw new GatewayError('invalid_request', `${called.length} of your organisations are called "${idOrName}".`, {
      param,
      hint: `Name it by its id: ${called.map(({ id }) => id).join(', ')}.`,
    });
  }
  return found;
}

function view({ id, name, role, balance, rates, created, invitation }: Row, currentId: string): Organization {
  return {
    id,
    name,
    role,
    status: invitation === null ? 'active' : 'invited',
    current: id === currentId,
    balance_usd: invitation === null ? formatUsd(BigInt(balance)) : null,
    rate_limits: invitation === null ? rates : null,
    created_at: new Date(created).toISOString(),
  };
}
