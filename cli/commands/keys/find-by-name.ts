import { type Key, listKeys } from '../../../shared/contracts/keys.ts';
import type { Context } from '../../context.ts';
import { list } from '../../pages.ts';

/** The newest key of this name that works or could work again; undefined when there is none. */
export async function findByName(context: Context, name: string, project?: string): Promise<Key | undefined> {
  const keys = await list<Key>(context, listKeys, { name, project });
  return keys.find((key) => key.name === name.trim() && (key.status === 'active' || key.status === 'disabled'));
}
