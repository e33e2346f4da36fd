import { type Key, listKeys, showKey } from '../../../shared/contracts/keys.ts';
import { GatewayError } from '../../../shared/errors.ts';
import type { Context } from '../../context.ts';
import { list } from '../../pages.ts';

/** The key of this id, or the one active key of this name. Throws `not_found`, or `usage` when several have the name. */
export async function findKey(context: Context, idOrName: string): Promise<Key> {
  try {
    return await context.call(showKey, { params: { id: idOrName } });
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'not_found') throw error;
    const keys = await list<Key>(context, listKeys, { name: idOrName }).catch(() => []);
    const named = keys.filter((key) => key.name === idOrName.trim() && key.status === 'active');
    if (named.length === 1) return named[0]!;
    if (named.length === 0) throw error;
    throw new GatewayError('usage', `${named.length} active keys are called "${idOrName}".`, {
      hint: `Name one by its id: ${named.map(({ id }) => id).join(', ')}.`,
    });
  }
}

/** A key as a question names it: with its name when a person is going to read it, which costs a call. */
export async function keyLabel(context: Context, id: string): Promise<string> {
  if (!context.willAsk) return id;
  const { name } = await context.call(showKey, { params: { id } });
  return `"${name}" (${id})`;
}
