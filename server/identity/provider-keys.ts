/** An organisation's own keys at providers, as its owners and admins add, list, change and remove them. */
import { and, desc, eq, or, sql } from 'drizzle-orm';
import type { Parsed, Reply } from '../../shared/contracts/endpoint.ts';
import type * as contracts from '../../shared/contracts/provider-keys.ts';
import { GatewayError } from '../../shared/errors.ts';
import { knownProvider } from '../providers/upstreams.ts';
import type { Services } from '../services.ts';
import { after, exactInstant, pageOf } from '../store/cursor.ts';
import { newId } from '../store/ids.ts';
import { organizations, providerKeys } from '../store/schema.ts';
import type { Database, Transaction } from '../store/store.ts';
import { note } from './account-records.ts';
import type { Person } from './identity.ts';
import { admitted, refuseOurs } from './provider-key-input.ts';
import { hintOf, type ProviderKeyRow, seal, sortSettings, unseal, view } from './provider-key-records.ts';
import { requireAdmin } from './roles.ts';

type Key = contracts.ProviderKey;
type Stored = Pick<Services, 'store' | 'secrets' | 'upstreams'>;

/** A page of them, newest first. Throws `permission_denied` for developers, as all of these do. */
export async function listProviderKeys(
  { store, upstreams }: Pick<Services, 'store' | 'upstreams'>,
  person: Person,
  { limit, cursor }: Parsed<typeof contracts.listProviderKeys>['query'],
): Promise<Reply<typeof contracts.listProviderKeys>> {
  mayManage(person);
  const rows = await store.db
    .select({ row: providerKeys, at: exactInstant(providerKeys.createdAt) })
    .from(providerKeys)
    .where(and(mine(person), after({ at: providerKeys.createdAt, id: providerKeys.id }, cursor)))
    .orderBy(desc(providerKeys.createdAt), desc(providerKeys.id))
    .limit(limit + 1);
  return pageOf(
    rows,
    limit,
    ({ at, row }) => ({ at, id: row.id }),
    ({ row }) => view({ upstreams }, row),
  );
}

/** The one of this id, provider, or `provider/label`. Throws `not_found`, or `conflict` when several are meant. */
export async function findProviderKey(
  db: Database | Transaction,
  person: Person,
  named: string,
): Promise<ProviderKeyRow> {
  mayManage(person);
  const rows = await db
    .select()
    .from(providerKeys)
    .where(
      and(
        mine(person),
        or(
          eq(providerKeys.id, named),
          eq(providerKeys.provider, named),
          eq(sql`${providerKeys.provider} || '/' || ${providerKeys.label}`, named),
        ),
      ),
    )
    .limit(20);
  const exact = rows.find(({ id }) => id === named) ?? (rows.length === 1 ? rows[0] : undefined);
  if (exact) return exact;
  if (rows.length === 0) {
    throw new GatewayError('not_found', `There is no key of your own at "${named}".`, {
      param: 'id',
      hint: 'Run `gateway providers list` to see those there are.',
    });
  }
  const names = rows.map(({ provider, label }) => `${provider}/${label}`);
  throw new GatewayError('conflict', `There are ${rows.length} keys at ${named}.`, {
    param: 'id',
    hint: `Name one of them: ${names.join(', ')}.`,
  });
}

/** Adds one. Throws `conflict` when the provider has one of this label, `invalid_request` for what it does not take. */
export async function addProviderKey(
  { store, secrets, upstreams }: Stored,
  person: Person,
  body: Parsed<typeof contracts.addProviderKey>['body'],
): Promise<Key> {
  mayManage(person);
  const { provider, label, key, baseUrl, open, secret } = admitted(person, body);
  return store.transaction(async (tx, announce) => {
    await lockKeys(tx, person);
    await refuseTaken(tx, person, provider, label);
    const id = newId('pvk');
    const [row] = await tx
      .insert(providerKeys)
      .values({
        id,
        organizationId: person.organization.id,
        provider,
        label,
        baseUrl,
        settings: open,
        sealed: seal(secrets, { key, settings: secret }),
        hint: hintOf(key),
        createdBy: person.userId,
      })
      .returning();
    await note(tx, person, 'provider_key.added', id, { provider, label, base_url: baseUrl });
    announce('provider', person.organization.id);
    return view({ upstreams }, row!);
  });
}

/** Changes label, key, base URL, settings or status. Settings that are not named stay. */
export async function updateProviderKey(
  { store, secrets, upstreams }: Stored,
  person: Person,
  named: string,
  { label, key, base_url: baseUrl, settings, status }: Parsed<typeof contracts.updateProviderKey>['body'],
): Promise<Key> {
  mayManage(person);
  return store.transaction(async (tx, announce) => {
    await lockKeys(tx, person);
    const found = await findProviderKey(tx, person, named);
    if (label !== undefined && label !== found.label) await refuseTaken(tx, person, found.provider, label);
    const { open, secret } = sortSettings(knownProvider(found.provider), settings ?? {});
    if (baseUrl !== undefined) refuseOurs(person, found.provider, baseUrl);
    if (baseUrl !== undefined && baseUrl !== found.baseUrl && found.hint !== '') needKeyAgain(key, baseUrl);
    const answersForIt =
      baseUrl !== undefined || (settings !== undefined && (found.baseUrl === null || !person.isOwner));
    const changesSecret = key !== undefined || Object.keys(secret).length > 0;
    const before = changesSecret ? unseal(secrets, found.sealed) : undefined;
    const [row] = await tx
      .update(providerKeys)
      .set({
        ...(label !== undefined && { label }),
        ...(status !== undefined && { status }),
        ...(baseUrl !== undefined && { baseUrl }),
        ...(settings !== undefined && { settings: { ...found.settings, ...open } }),
        // Who gave the address answers for where it leads; without one the settings decide, and whoever changed them last does.
        ...(answersForIt && { createdBy: person.userId }),
        ...(before && {
          sealed: seal(secrets, { key: key ?? before.key, settings: { ...before.settings, ...secret } }),
        }),
        ...(key !== undefined && { hint: hintOf(key) }),
        updatedAt: sql`now()`,
      })
      .where(eq(providerKeys.id, found.id))
      .returning();
    const given = { label, key, base_url: baseUrl, settings, status };
    const changed = Object.entries(given).flatMap(([name, value]) => (value ? [name] : []));
    const to = baseUrl === undefined ? {} : { base_url: baseUrl };
    await note(tx, person, 'provider_key.updated', found.id, { provider: found.provider, changed, ...to });
    announce('provider', person.organization.id);
    return view({ upstreams }, row!);
  });
}

export async function removeProviderKey(
  { store }: Pick<Services, 'store'>,
  person: Person,
  named: string,
): Promise<Reply<typeof contracts.removeProviderKey>> {
  mayManage(person);
  return store.transaction(async (tx, announce) => {
    const { id, provider, label } = await findProviderKey(tx, person, named);
    await tx.delete(providerKeys).where(eq(providerKeys.id, id));
    await note(tx, person, 'provider_key.removed', id, { provider, label });
    announce('provider', person.organization.id);
    return { id, provider, label, removed: true as const };
  });
}

/** Whoever moves a key to another address must know it: it could otherwise be sent to a server that only collects keys. */
function needKeyAgain(key: string | undefined, baseUrl: string): void {
  if (key !== undefined) return;
  throw new GatewayError('invalid_request', `The key must be given again before it is sent to ${baseUrl}.`, {
    param: 'key',
    hint: 'Add the key with --key, --key-env or --key-stdin. Nothing was changed.',
  });
}

/** Throws `permission_denied` for developers. */
export function mayManage(person: Person): void {
  requireAdmin(person.role, person.organization.name, 'see and change its keys at providers');
}

const mine = (person: Person) => eq(providerKeys.organizationId, person.organization.id);

/** Labels are unique: whoever changes the keys of an organisation does it alone. */
async function lockKeys(tx: Transaction, person: Person): Promise<void> {
  await tx
    .select({ id: organizations.id })
    .from(organizations)
    .where(eq(organizations.id, person.organization.id))
    .for('no key update');
}

async function refuseTaken(tx: Transaction, person: Person, provider: string, label: string): Promise<void> {
  const taken = and(mine(person), eq(providerKeys.provider, provider), eq(providerKeys.label, label));
  if ((await tx.$count(providerKeys, taken)) === 0) return;
  throw new GatewayError('conflict', `There is a key "${label}" at ${provider} already.`, {
    param: 'label',
    hint: `Give it another label (--label), or remove that one: \`gateway providers remove ${provider}/${label}\`.`,
  });
}
