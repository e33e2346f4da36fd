/** API keys as their owners handle them: made and looked at here, changed in `key-changes.ts`. */
import { and, desc, eq, ne } from 'drizzle-orm';
import { apiKeyPrefix, generateApiKey } from '../../shared/api-key.ts';
import type { Parsed, Reply } from '../../shared/contracts/endpoint.ts';
import type { createKey as createContract, Key, listKeys as listContract } from '../../shared/contracts/keys.ts';
import { ratesOrNull } from '../../shared/contracts/limits.ts';
import { GatewayError } from '../../shared/errors.ts';
import { parseUsd } from '../../shared/money.ts';
import { expiryToDate } from '../billing/period.ts';
import type { Services } from '../services.ts';
import { after, exactInstant, pageOf } from '../store/cursor.ts';
import { newId } from '../store/ids.ts';
import { apiKeys } from '../store/schema.ts';
import type { Transaction } from '../store/store.ts';
import { audit } from './account-records.ts';
import { type Actor, actorId, organizationOf, visible } from './actor.ts';
import { chainOf, checkBounds, MAX_DEPTH } from './key-bounds.ts';
import { findKey, type KeyRecord, lockKey } from './key-records.ts';
import { insertRules } from './key-rules.ts';
import { keyView } from './key-view.ts';
import { findProject, holdProject } from './projects.ts';

export { revokeKey, rollKey, updateKey } from './key-changes.ts';

type NewKey = Parsed<typeof createContract>['body'];

/**
 * Makes a key; `raw` in the answer is its secret, which is stored nowhere. An API key makes keys below itself only.
 * Throws `not_found` (parent, project), `conflict` (a revoked parent), `permission_denied` (more than the parent has).
 */
export async function createKey(
  services: Pick<Services, 'store' | 'secrets'>,
  actor: Actor,
  wanted: NewKey,
): Promise<Reply<typeof createContract>> {
  const { store, secrets } = services;
  const now = new Date();
  const raw = generateApiKey();
  const limits = {
    limitNano: nano(wanted.limit_usd),
    periodLimitNano: nano(wanted.period_limit_usd),
    period: wanted.period ?? null,
    expiresAt: wanted.expires_in === undefined ? null : expiryToDate(wanted.expires_in, now),
  };
  return store.transaction(async (tx, announce) => {
    const parent = await lockParent(tx, actor, wanted.parent);
    const above = parent ? await chainOf(tx, parent.id) : [];
    const permissions = [...new Set(wanted.permissions ?? ['inference'])];
    checkBounds(above, { permissions, models: wanted.models });
    if (above.length > MAX_DEPTH) {
      throw new GatewayError('conflict', `A key may have at most ${MAX_DEPTH} keys above it.`, {
        param: 'parent',
        hint: 'Hang it below a key further up.',
      });
    }
    const [row] = await tx
      .insert(apiKeys)
      .values({
        ...limits,
        id: newId('key'),
        organizationId: organizationOf(actor),
        projectId: await projectFor(tx, actor, parent, wanted.project),
        createdBy: actor.kind === 'person' ? actor.person.userId : (parent?.createdBy ?? null),
        parentId: parent?.id ?? null,
        name: wanted.name,
        prefix: apiKeyPrefix(raw),
        hash: secrets.hashApiKey(raw),
        permissions,
        models: wanted.models ?? null,
        rates: ratesOrNull(wanted.rate_limits),
        periodAnchor: now,
        createdAt: now,
        updatedAt: now,
      })
      .returning();
    await insertRules(tx, row!.id, wanted.iam ?? []);
    const { name, ...rest } = wanted;
    await audit(tx, {
      organizationId: row!.organizationId,
      actor: actorId(actor),
      action: 'key.created',
      target: row!.id,
      details: { name, prefix: row!.prefix, ...rest },
    });
    announce('key', row!.id);
    return { ...keyView(row!, now), raw };
  });
}

/** A page of the keys that the actor may see, newest first. */
export async function listKeys(
  { store }: Pick<Services, 'store'>,
  actor: Actor,
  query: Parsed<typeof listContract>['query'],
): Promise<Reply<typeof listContract>> {
  const order = { at: apiKeys.createdAt, id: apiKeys.id };
  const rows = await store.db
    .select({ key: apiKeys, at: exactInstant(apiKeys.createdAt) })
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.organizationId, organizationOf(actor)),
        visible(actor, apiKeys.id),
        query.all ? undefined : ne(apiKeys.status, 'revoked'),
        query.name === undefined ? undefined : eq(apiKeys.name, query.name),
        query.project === undefined
          ? undefined
          : eq(apiKeys.projectId, await findProject(store.db, actor, query.project)),
        after(order, query.cursor),
      ),
    )
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
    .limit(query.limit + 1);
  const now = new Date();
  return pageOf(
    rows,
    query.limit,
    ({ at, key }) => ({ at, id: key.id }),
    ({ key }) => keyView(key, now),
  );
}

/** One key. Throws `not_found`, also for one that the actor may not see. */
export async function getKey({ store }: Pick<Services, 'store'>, actor: Actor, id: string): Promise<Key> {
  return keyView(await findKey(store.db, actor, id), new Date());
}

/** The parent, held until the transaction ends, so that a revocation of it finds the new key too. */
async function lockParent(tx: Transaction, actor: Actor, id: string | undefined): Promise<KeyRecord | undefined> {
  const parentId = id ?? (actor.kind === 'key' ? actor.key.id : undefined);
  if (parentId === undefined) return undefined;
  const parent = await lockKey(tx, actor, parentId, 'share', 'parent');
  if (parent.status === 'revoked')
    throw new GatewayError('conflict', `The key "${parent.name}" is revoked, so no key can hang below it.`, {
      param: 'parent',
    });
  return parent;
}

async function projectFor(
  tx: Transaction,
  actor: Actor,
  parent: KeyRecord | undefined,
  named: string | undefined,
): Promise<string> {
  const project = named === undefined ? undefined : await findProject(tx, actor, named);
  if (parent && project !== undefined && project !== parent.projectId) {
    throw new GatewayError('invalid_request', 'A key belongs to the project of the key above it.', {
      param: 'project',
      hint: 'Leave out the project or the parent.',
    });
  }
  const own = actor.kind === 'person' ? actor.person.project.id : actor.key.projectId;
  return holdProject(tx, project ?? parent?.projectId ?? own);
}

function nano(usd: string | undefined): bigint | null {
  return usd === undefined ? null : parseUsd(usd)!;
}
