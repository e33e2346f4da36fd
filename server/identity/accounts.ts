import { and, desc, eq, isNull, ne, sql } from 'drizzle-orm';
import { GatewayError } from '../../shared/errors.ts';
import type { Services } from '../services.ts';
import { members, organizations, projects, users } from '../store/schema.ts';
import type { Database, Transaction } from '../store/store.ts';
import { audit, insertOrganization, insertUser, lockAccounts } from './account-records.ts';
import type { Person } from './identity.ts';

/** The `users.issuer` of people who sign in with the embedded issuer. Its URL will not do: it changes with the port. */
export const EMBEDDED_ISSUER = 'embedded';
/** The `users.issuer` of an owner whom nobody has claimed yet. */
export const BOOTSTRAP_ISSUER = 'bootstrap';

/** Somebody whose identity is proven: by an e-mail code (no subject, the address counts) or by an external issuer. */
export interface Claimant {
  issuer: string;
  subject?: string;
  email: string | null;
  /** Somebody vouched for the address: it may then open doors. */
  emailVerified?: boolean;
  displayName: string;
}

/**
 * The user id of a claimant, made on first sight. The first person ever becomes the owner, and takes over what bootstrap
 * made, or gets an organisation with the opening credit; everyone later gets an organisation with nothing in it. Of a known
 * person it notes an address that somebody vouches for only now.
 */
export async function findOrCreateAccount(
  { store, config, log }: Pick<Services, 'store' | 'config' | 'log'>,
  claimant: Claimant,
): Promise<string> {
  const known = await findAccount(store.db, claimant);
  if (known) {
    if (claimant.emailVerified && !known.emailVerified) await noteVerified(store.db, known.id, claimant.email);
    return known.id;
  }
  return store.transaction(async (tx, announce) => {
    await lockAccounts(tx);
    const meanwhile = await findAccount(tx, claimant);
    if (meanwhile) return meanwhile.id;
    const [person] = await tx.select({ id: users.id }).from(users).where(ne(users.issuer, BOOTSTRAP_ISSUER)).limit(1);
    const claimed = person ? undefined : await claimPlaceholder(tx, claimant);
    if (claimed) {
      log.info({ user: claimed }, 'the first person signed in and is now the owner');
      return claimed;
    }
    const isOwner = person === undefined;
    const userId = await insertUser(tx, { ...claimant, isOwner });
    const openingNano = isOwner ? config.bootstrapCreditNano : 0n;
    await insertOrganization(tx, announce, { name: claimant.displayName, userId, openingNano });
    log.info({ user: userId, owner: isOwner }, 'a new person signed in');
    return userId;
  });
}

/** Someone already known, by their subject at the issuer, else by their address. */
export async function findAccount(
  db: Database | Transaction,
  { issuer, subject, email }: Pick<Claimant, 'issuer' | 'subject' | 'email'>,
): Promise<{ id: string; emailVerified: boolean } | undefined> {
  const who = subject === undefined ? eq(users.email, email ?? '') : eq(users.subject, subject);
  const [row] = await db
    .select({ id: users.id, emailVerified: users.emailVerified })
    .from(users)
    .where(and(eq(users.issuer, issuer), who))
    .limit(1);
  return row;
}

async function noteVerified(db: Database, id: string, email: string | null): Promise<void> {
  await db.update(users).set({ email, emailVerified: true }).where(eq(users.id, id));
}

async function claimPlaceholder(tx: Transaction, claimant: Claimant): Promise<string | undefined> {
  const [placeholder] = await tx
    .select({ id: users.id })
    .from(users)
    .where(eq(users.issuer, BOOTSTRAP_ISSUER))
    .limit(1);
  if (!placeholder) return undefined;
  const { id } = placeholder;
  await tx
    .update(users)
    .set({ ...claimant, subject: claimant.subject ?? id })
    .where(eq(users.id, id));
  await audit(tx, { actor: id, action: 'user.claimed', target: id, details: { issuer: claimant.issuer } });
  return id;
}

/**
 * A user with the organisation they chose, else joined first, and its oldest project, as they are now.
 * @returns undefined for an unknown id. A deactivated person is returned: the caller decides (see `activePerson`).
 */
export async function findPerson({ store }: Pick<Services, 'store'>, userId: string): Promise<Person | undefined> {
  const [row] = await store.db
    .select({ user: users, role: members.role, organization: organizations, project: projects })
    .from(users)
    .innerJoin(members, eq(members.userId, users.id))
    .innerJoin(organizations, eq(organizations.id, members.organizationId))
    .innerJoin(projects, and(eq(projects.organizationId, organizations.id), isNull(projects.removedAt)))
    .where(eq(users.id, userId))
    .orderBy(
      desc(sql`coalesce(${organizations.id} = ${users.organizationId}, false)`),
      members.createdAt,
      members.organizationId,
      projects.createdAt,
      projects.id,
    )
    .limit(1);
  if (!row) return undefined;
  const { user, organization, project } = row;
  return {
    userId: user.id,
    displayName: user.displayName,
    email: user.email,
    subject: user.subject,
    status: user.status,
    isOwner: user.isOwner,
    organization: { id: organization.id, name: organization.name },
    project: { id: project.id, name: project.name },
    role: row.role as Person['role'],
  };
}

/** `findPerson` for someone about to act. Throws `invalid_token` when the account is gone or deactivated. */
export async function activePerson(services: Pick<Services, 'store'>, userId: string): Promise<Person> {
  const person = await findPerson(services, userId);
  if (person?.status === 'active') return person;
  throw new GatewayError(
    'invalid_token',
    person ? 'This account is deactivated.' : 'This account does not exist any more.',
    {
      hint: 'Ask whoever runs this server.',
    },
  );
}
