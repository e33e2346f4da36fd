/** What a key may be given: never more than the keys above it have. */
import { sql } from 'drizzle-orm';
import { GatewayError } from '../../shared/errors.ts';
import { canonical } from '../catalog/names.ts';
import type { Transaction } from '../store/store.ts';

/** The part of a key that bounds those below it. */
export interface Bounds {
  permissions: readonly string[];
  models: readonly string[] | null;
}

/** How many keys a key may have above it. The data plane follows a chain at most 32 keys up. */
export const MAX_DEPTH = 16;

/** A key and the keys above it, nearest first. */
export async function chainOf(tx: Transaction, id: string): Promise<Bounds[]> {
  const { rows } = await tx.execute<{ permissions: string[]; models: string[] | null }>(sql`
    with recursive chain as (
      select id, parent_id, permissions, models, 0 as depth from api_keys where id = ${id}
      union all
      select k.id, k.parent_id, k.permissions, k.models, chain.depth + 1
      from api_keys k join chain on k.id = chain.parent_id where chain.depth < ${MAX_DEPTH * 2})
    select permissions, models from chain order by depth`);
  return rows;
}

/** Throws `permission_denied` when a key would have more than those above it. Models of its own are optional. */
export function checkBounds(
  above: readonly Bounds[],
  wanted: { permissions?: readonly string[]; models?: readonly string[] | null },
): void {
  const parent = above[0];
  const extra = parent && wanted.permissions?.find((permission) => !parent.permissions.includes(permission));
  if (extra) {
    const has = parent.permissions.join(', ') || 'none';
    throw new GatewayError('permission_denied', `The key above has no permission "${extra}" to give.`, {
      param: 'permissions',
      hint: `Ask for permissions that it has: ${has}.`,
    });
  }
  for (const { models } of above) {
    const foreign = models && wanted.models?.find((name) => !models.some((allowed) => covers(allowed, name)));
    if (foreign) {
      throw new GatewayError('permission_denied', `A key above may not use the model "${foreign}".`, {
        param: 'models',
        hint: `Name models that it may use: ${models.slice(0, 10).join(', ')}.`,
      });
    }
  }
}

/** `gpt-4o` covers itself in every spelling and `openai/gpt-4o`. */
function covers(allowed: string, name: string): boolean {
  const [outer, inner] = [canonical(allowed), canonical(name)];
  return inner === outer || (!outer.includes('/') && inner.endsWith(`/${outer}`));
}
