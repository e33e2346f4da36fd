import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { Person } from './identity.ts';
import type { KeyEntry } from './key-ring.ts';

/** Who acts on an organisation: a person, who sees all of it, or an API key, which sees itself and what hangs below it. */
export type Actor = { kind: 'person'; person: Person } | { kind: 'key'; key: KeyEntry };

export function organizationOf(actor: Actor): string {
  return actor.kind === 'person' ? actor.person.organization.id : actor.key.organizationId;
}

/** The actor's own id, for the audit log. */
export function actorId(actor: Actor): string {
  return actor.kind === 'person' ? actor.person.userId : actor.key.id;
}

/** The ids of a key and of all keys below it, to stand behind `in`. */
export function subtree(rootId: string): SQL {
  return sql`(with recursive below as (
    select id from api_keys where id = ${rootId}
    union all
    select child.id from api_keys child join below on child.parent_id = below.id)
    select id from below)`;
}

/** The condition that a column of key ids holds one that the actor may see; undefined when its organisation is condition enough. */
export function visible(actor: Actor, keyId: SQLWrapper): SQL | undefined {
  return actor.kind === 'person' ? undefined : sql`${keyId} in ${subtree(actor.key.id)}`;
}
