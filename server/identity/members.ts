/** Who belongs to an organisation: people, and addresses that were invited and nobody has joined with yet. */
import { and, eq, ne, sql } from 'drizzle-orm';
import type { Parsed, Reply } from '../../shared/contracts/endpoint.ts';
import type {
  addMember as addContract,
  listMembers as listContract,
  Member,
  removeMember as removeContract,
} from '../../shared/contracts/members.ts';
import { GatewayError } from '../../shared/errors.ts';
import type { Services } from '../services.ts';
import { after, exactInstant, pageOf } from '../store/cursor.ts';
import { newId } from '../store/ids.ts';
import { apiKeys, invitations, members, organizations, users } from '../store/schema.ts';
import type { Transaction } from '../store/store.ts';
import { insertOrganization, lockAccounts, note } from './account-records.ts';
import type { Person } from './identity.ts';
import { atLeast, type Role, requireAdmin, roleIn } from './roles.ts';

interface Row extends Record<string, unknown> {
  id: string;
  email: string | null;
  display_name: string | null;
  role: string;
  status: 'active' | 'invited';
  at: string;
}

/** A page of the members, newest first. */
export async function listMembers(
  { store }: Pick<Services, 'store'>,
  person: Person,
  { limit, cursor }: Parsed<typeof listContract>['query'],
): Promise<Reply<typeof listContract>> {
  const { rows } = await store.db.execute<Row>(sql`
    select * from ${belonging(person.organization.id)} where ${after(ORDER, cursor) ?? sql`true`}
    order by created_at desc, id desc limit ${limit + 1}`);
  return pageOf(rows, limit, (row) => row, view);
}

/**
 * Invites an address: whoever proves that it is theirs may join (see `useOrganization`). Whether it has an account is
 * not told. Throws `conflict` when it is there, `permission_denied`.
 */
export async function addMember(
  { store }: Pick<Services, 'store'>,
  person: Person,
  { email, role }: Parsed<typeof addContract>['body'],
): Promise<Member> {
  return changing(store, person, 'add members', async (tx, own) => {
    refuseAbove(own, role, person);
    const organizationId = person.organization.id;
    if ((await find(tx, person, email)).length > 0) {
      const hint = `Run \`gateway members update ${email} --role ${role}\` to change the role.`;
      throw new GatewayError('conflict', `${email} is a member, or invited, already.`, { param: 'email', hint });
    }
    const id = newId('inv');
    await tx.insert(invitations).values({ id, organizationId, email, role, createdBy: person.userId });
    await note(tx, person, 'member.added', id, { email, role });
    return view(await findOrThrow(tx, person, id));
  });
}

/** Gives a member another role. Throws `conflict` for the last owner, `permission_denied`, `not_found`. */
export async function updateMember(
  { store }: Pick<Services, 'store'>,
  person: Person,
  idOrEmail: string,
  role: Role,
): Promise<Member> {
  return changing(store, person, 'change roles', async (tx, own, announce) => {
    const member = await findOrThrow(tx, person, idOrEmail);
    refuseAbove(own, member.role as Role, person);
    refuseAbove(own, role, person);
    if (member.role === role) return view(member);
    await keepAnOwner(tx, person, member);
    const { id } = member;
    const organizationId = person.organization.id;
    if (member.status === 'invited') await tx.update(invitations).set({ role }).where(eq(invitations.id, id));
    else
      await tx
        .update(members)
        .set({ role })
        .where(and(eq(members.organizationId, organizationId), eq(members.userId, id)));
    await note(tx, person, 'member.updated', id, { email: member.email, role, before: member.role });
    announce('user', id);
    return view({ ...member, role });
  });
}

/**
 * Takes a member or an invited address out; people may also go by themselves. Nobody is left without an organisation: who
 * has no other one gets one of their own. Throws as `updateMember` does.
 */
export async function removeMember(
  { store }: Pick<Services, 'store'>,
  person: Person,
  idOrEmail: string,
): Promise<Reply<typeof removeContract>> {
  return changing(store, person, undefined, async (tx, own, announce) => {
    const member = await findOrThrow(tx, person, idOrEmail);
    const { id, email } = member;
    const organizationId = person.organization.id;
    if (id !== person.userId) {
      requireAdmin(own, person.organization.name, 'remove members');
      refuseAbove(own, member.role as Role, person);
    }
    await keepAnOwner(tx, person, member);
    if (member.status === 'invited') await tx.delete(invitations).where(eq(invitations.id, id));
    else {
      await tx.delete(members).where(and(eq(members.organizationId, organizationId), eq(members.userId, id)));
      await tx
        .update(users)
        .set({ organizationId: null })
        .where(and(eq(users.id, id), eq(users.organizationId, organizationId)));
      if ((await tx.$count(members, eq(members.userId, id))) === 0) {
        const name = member.display_name ?? email ?? id;
        await insertOrganization(tx, announce, { name, userId: id, openingNano: 0n });
      }
    }
    await note(tx, person, 'member.removed', id, { email, role: member.role });
    announce('user', id);
    const theirs = and(
      eq(apiKeys.organizationId, organizationId),
      eq(apiKeys.createdBy, id),
      ne(apiKeys.status, 'revoked'),
    );
    return { id, email, removed: true as const, active_keys: await tx.$count(apiKeys, theirs) };
  });
}

type Changes<T> = (tx: Transaction, own: Role, announce: Parameters<typeof insertOrganization>[1]) => Promise<T>;

/** Changes of an organisation's members happen one after the other, by somebody whose role is read anew. */
async function changing<T>(
  store: Services['store'],
  person: Person,
  what: string | undefined,
  work: Changes<T>,
): Promise<T> {
  return store.transaction(async (tx, announce) => {
    await lockAccounts(tx);
    const { id, name } = person.organization;
    await tx.select({ id: organizations.id }).from(organizations).where(eq(organizations.id, id)).for('no key update');
    const own = (await roleIn(tx, id, person.userId)) ?? 'developer';
    if (what !== undefined) requireAdmin(own, name, what);
    return work(tx, own, announce);
  });
}

/** Only an owner makes, changes or removes owners. */
function refuseAbove(own: Role, role: Role, person: Person): void {
  if (atLeast(own, role)) return;
  throw new GatewayError(
    'permission_denied',
    `Only an owner of "${person.organization.name}" may do this to an owner.`,
    {
      hint: 'Ask one of them: `gateway members list` names them.',
    },
  );
}

async function keepAnOwner(tx: Transaction, person: Person, member: Row): Promise<void> {
  if (member.role !== 'owner' || member.status !== 'active') return;
  const owners = and(eq(members.organizationId, person.organization.id), eq(members.role, 'owner'));
  if ((await tx.$count(members, owners)) > 1) return;
  throw new GatewayError(
    'conflict',
    `${member.email ?? member.id} is the last owner of "${person.organization.name}".`,
    {
      hint: 'Make somebody else an owner first: `gateway members update <id> --role owner`.',
    },
  );
}

const ORDER = { at: sql`created_at`, id: sql`id` };

/** The members and the invited addresses of an organisation as one table. */
const belonging = (organizationId: string) => sql`(
  select u.id, u.email, u.display_name, m.role, 'active' as status, m.created_at, ${exactInstant(sql`m.created_at`)} as at
  from members m join users u on u.id = m.user_id where m.organization_id = ${organizationId}
  union all
  select id, email, null, role, 'invited', created_at, ${exactInstant(sql`created_at`)} as at
  from invitations where organization_id = ${organizationId}) as belonging`;

const find = async (db: Transaction, person: Person, idOrEmail: string): Promise<Row[]> =>
  (
    await db.execute<Row>(sql`
      select * from ${belonging(person.organization.id)} where id = ${idOrEmail} or email = ${idOrEmail.toLowerCase()}`)
  ).rows;

async function findOrThrow(tx: Transaction, person: Person, idOrEmail: string): Promise<Row> {
  const [row, ...others] = await find(tx, person, idOrEmail);
  if (!row) {
    throw new GatewayError('not_found', `"${idOrEmail}" is no member of "${person.organization.name}".`, {
      param: 'id',
      hint: 'Run `gateway members list` to see who is.',
    });
  }
  if (others.length === 0) return row;
  throw new GatewayError('conflict', `${others.length + 1} members have the address "${idOrEmail}".`, {
    param: 'id',
    hint: `Name one by its id: ${[row, ...others].map(({ id }) => id).join(', ')}.`,
  });
}

function view({ id, email, display_name, role, status, at }: Row): Member {
  return { id, email, display_name, role, status, created_at: new Date(at).toISOString() };
}
