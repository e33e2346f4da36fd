import { type Key, showKey } from '../../../shared/contracts/keys.ts';
import { GatewayError } from '../../../shared/errors.ts';
import type { Context } from '../../context.ts';
import { findByName } from './find-by-name.ts';

/** The id of the key that an argument means: what looks like one is taken as it is, anything else is a key's name. */
export async function keyId(context: Context, idOrName: string): Promise<string> {
  return isId(idOrName) ? idOrName : (await keyOfName(context, idOrName)).id;
}

/** The key of this id, or the one of this name. Throws `not_found`, or `usage` when several have the name. */
export function findKey(context: Context, idOrName: string): Promise<Key> {
  return isId(idOrName) ? context.call(showKey, { params: { id: idOrName } }) : keyOfName(context, idOrName);
}

/** A key as a question names it: with its name when a person is going to read it, which costs a call. */
export async function keyLabel(context: Context, id: string): Promise<string> {
  if (!context.willAsk) return id;
  const { name } = await context.call(showKey, { params: { id } });
  return `"${name}" (${id})`;
}

function isId(text: string): boolean {
  return text.startsWith('key_');
}

async function keyOfName(context: Context, name: string): Promise<Key> {
  const key = await findByName(context, name, { expired: true, otherwise: 'Name one by its id' });
  if (key) return key;
  throw new GatewayError('not_found', `There is no key "${name}".`, {
    hint: 'Run `gateway keys list` to see the keys.',
    next: [{ command: 'gateway keys list', when: 'to see what there is' }],
  });
}
