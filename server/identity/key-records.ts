import { and, eq, sql } from 'drizzle-orm';
import { GatewayError } from '../../shared/errors.ts';
import { apiKeys } from '../store/schema.ts';
import type { Database, Transaction } from '../store/store.ts';
import { type Actor, organizationOf, subtree, visible } from './actor.ts';

export type KeyRecord = typeof apiKeys.$inferSelect;

/**
 * The row of a key that the actor may see. Throws `not_found`, so that nobody learns which keys others have.
 * @param param the parameter that named it.
 */
export async function findKey(
  db: Database | Transaction,
  actor: Actor,
  id: string,
  param: 'id' | 'parent' | 'key' = 'id',
): Promise<KeyRecord> {
  const [row] = await db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.id, id), eq(apiKeys.organizationId, organizationOf(actor)), visible(actor, apiKeys.id)))
    .limit(1);
  if (row) return row;
  const hint = 'Run `gateway keys list` to see the keys there are.';
  throw new GatewayError('not_found', `There is no key "${id}".`, { param, hint });
}

/**
 * Holds a key and all keys below it until the transaction ends, in the order of their ids, as booking does: then neither
 * waits for the other in a circle.
 */
export async function lockSubtree(tx: Transaction, actor: Actor, id: string): Promise<KeyRecord> {
  await findKey(tx, actor, id);
  await tx.execute(sql`select id from api_keys where id in ${subtree(id)} order by id for update`);
  return findKey(tx, actor, id);
}

/** Holds one key: `share` lets others hold it so too, but lets nobody change it. */
export async function lockKey(
  tx: Transaction,
  actor: Actor,
  id: string,
  how: 'share' | 'update',
  param: 'id' | 'parent' = 'id',
): Promise<KeyRecord> {
  await findKey(tx, actor, id, param);
  await tx.execute(sql`select id from api_keys where id = ${id} for ${sql.raw(how)}`);
  return findKey(tx, actor, id, param);
}

/**
 * Holds one key that is about to be changed. Throws `permission_denied` for an API key that would change itself, which
 * could then undo what was decided about it, and `conflict` for a revoked key.
 */
export async function lockToChange(tx: Transaction, actor: Actor, id: string): Promise<KeyRecord> {
  const row = await lockKey(tx, actor, id, 'update');
  refuseSelf(actor, id);
  refuseRevoked(row);
  return row;
}

/** Throws when an API key would change itself. */
export function refuseSelf(actor: Actor, id: string): void {
  if (actor.kind !== 'key' || actor.key.id !== id) return;
  throw new GatewayError('permission_denied', 'A key may not change itself, only keys below it.', {
    hint: 'Ask the account owner, or use the key above this one.',
  });
}

/** Throws when a key is revoked. */
export function refuseRevoked(row: KeyRecord): void {
  if (row.status !== 'revoked') return;
  throw new GatewayError('conflict', `The key "${row.name}" is revoked, which is final.`, {
    hint: 'Create a new key with `gateway keys create --name <name>`.',
  });
}
