/** Changing, revoking and rolling keys. */
import { eq, sql } from 'drizzle-orm';
import { apiKeyPrefix, generateApiKey } from '../../shared/api-key.ts';
import type { Parsed, Reply } from '../../shared/contracts/endpoint.ts';
import type { Key, revokeKey as revokeContract, rollKey as rollContract } from '../../shared/contracts/keys.ts';
import { GatewayError } from '../../shared/errors.ts';
import { expiryToDate } from '../billing/period.ts';
import type { Services } from '../services.ts';
import { apiKeys, auditLog } from '../store/schema.ts';
import type { Announce, Transaction } from '../store/store.ts';
import { audit } from './account-records.ts';
import { type Actor, actorId, organizationOf, subtree } from './actor.ts';
import { chainOf, checkBounds } from './key-bounds.ts';
import { changedFields, type KeyPatch } from './key-patch.ts';
import { type KeyRecord, lockKey, lockSubtree, refuseRevoked, refuseSelf } from './key-records.ts';
import { keyView } from './key-view.ts';

const MOST_GRACE_DAYS = 30;

/**
 * Changes a key. An API key may change only keys below itself. Permissions that are taken away are taken from the keys
 * below too. Throws `conflict` for a revoked key and for activating an expired one without a new expiry.
 */
export async function updateKey(
  { store }: Pick<Services, 'store'>,
  actor: Actor,
  id: string,
  patch: KeyPatch,
): Promise<Key> {
  const now = new Date();
  return store.transaction(async (tx, announce) => {
    const row = await lockSubtree(tx, actor, id);
    refuseSelf(actor, id);
    refuseRevoked(row);
    if (row.parentId !== null) checkBounds(await chainOf(tx, row.parentId), patch);
    const [changed] = await tx
      .update(apiKeys)
      .set({ ...changedFields(row, patch, now), updatedAt: now })
      .where(eq(apiKeys.id, id))
      .returning();
    await audit(tx, {
      organizationId: row.organizationId,
      actor: actorId(actor),
      action: 'key.updated',
      target: id,
      details: { ...patch },
    });
    announce('key', id);
    if (patch.permissions) await narrowBelow(tx, announce, actor, changed!);
    return keyView(changed!, now);
  });
}

/** Revokes a key and all keys below it, for good. Repeating it revokes nothing more. An API key may revoke itself. */
export async function revokeKey(
  { store }: Pick<Services, 'store'>,
  actor: Actor,
  id: string,
): Promise<Reply<typeof revokeContract>> {
  return store.transaction(async (tx, announce) => {
    let revoked = 0;
    // Again until nothing is left: while we waited for a lock, its holder may have hung another key below.
    for (;;) {
      await lockSubtree(tx, actor, id);
      const rows = await tx
        .update(apiKeys)
        .set({ status: 'revoked', previousHash: null, previousExpiresAt: null, updatedAt: sql`now()` })
        .where(sql`${apiKeys.id} in ${subtree(id)} and ${apiKeys.status} <> 'revoked'`)
        .returning({ id: apiKeys.id });
      if (rows.length === 0) break;
      revoked += rows.length;
      await recordEach(tx, announce, actor, rows, (key) => ({
        action: 'key.revoked',
        details: key === id ? {} : { with: id },
      }));
    }
    return { id, status: 'revoked', revoked };
  });
}

/** Gives a key a new secret; the old one dies at once or after `grace`. An API key may roll itself. */
export async function rollKey(
  { store, secrets }: Pick<Services, 'store' | 'secrets'>,
  actor: Actor,
  id: string,
  { grace }: NonNullable<Parsed<typeof rollContract>['body']> = {},
): Promise<Reply<typeof rollContract>> {
  const now = new Date();
  const raw = generateApiKey();
  const oldExpiresAt = grace === undefined ? null : expiryToDate(grace, now, 'grace');
  if (oldExpiresAt && oldExpiresAt.getTime() > now.getTime() + MOST_GRACE_DAYS * 86_400_000) {
    throw new GatewayError('invalid_request', `The grace time may be at most ${MOST_GRACE_DAYS}d.`, {
      param: 'grace',
      hint: 'Name a shorter time, such as 24h.',
    });
  }
  return store.transaction(async (tx, announce) => {
    const row = await lockKey(tx, actor, id, 'update');
    refuseRevoked(row);
    const [changed] = await tx
      .update(apiKeys)
      .set({
        hash: secrets.hashApiKey(raw),
        prefix: apiKeyPrefix(raw),
        previousHash: oldExpiresAt && row.hash,
        previousExpiresAt: oldExpiresAt,
        // A bootstrap key without our checksum must be let through until its grace is over.
        irregular: row.irregular && oldExpiresAt !== null,
        updatedAt: now,
      })
      .where(eq(apiKeys.id, id))
      .returning();
    const details = { prefix: changed!.prefix, old_prefix: row.prefix, ...(grace === undefined ? {} : { grace }) };
    await audit(tx, {
      organizationId: row.organizationId,
      actor: actorId(actor),
      action: 'key.rolled',
      target: id,
      details,
    });
    announce('key', id);
    return { ...keyView(changed!, now), raw, old_expires_at: oldExpiresAt?.toISOString() ?? null };
  });
}

/** Takes from the keys below what the key itself no longer has. */
async function narrowBelow(tx: Transaction, announce: Announce, actor: Actor, key: KeyRecord): Promise<void> {
  const kept = JSON.stringify(key.permissions);
  const rows = await tx
    .update(apiKeys)
    .set({
      permissions: sql`(select coalesce(jsonb_agg(p), '[]'::jsonb) from jsonb_array_elements(${apiKeys.permissions}) p where p <@ ${kept}::jsonb)`,
      updatedAt: sql`now()`,
    })
    .where(sql`${apiKeys.id} in ${subtree(key.id)} and not ${apiKeys.permissions} <@ ${kept}::jsonb`)
    .returning({ id: apiKeys.id });
  await recordEach(tx, announce, actor, rows, () => ({
    action: 'key.updated',
    details: { permissions_kept: key.permissions, with: key.id },
  }));
}

async function recordEach(
  tx: Transaction,
  announce: Announce,
  actor: Actor,
  rows: readonly { id: string }[],
  entry: (id: string) => { action: string; details: Record<string, unknown> },
): Promise<void> {
  for (let at = 0; at < rows.length; at += 1000) {
    const part = rows.slice(at, at + 1000);
    await tx.insert(auditLog).values(
      part.map(({ id }) => ({
        organizationId: organizationOf(actor),
        actor: actorId(actor),
        target: id,
        ...entry(id),
      })),
    );
    for (const { id } of part) announce('key', id);
  }
}
