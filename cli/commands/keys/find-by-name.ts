import { type Key, listKeys } from '../../../shared/contracts/keys.ts';
import { GatewayError } from '../../../shared/errors.ts';
import type { Context } from '../../context.ts';
import { list } from '../../pages.ts';

const LONGEST_NAME = 100;

interface Where {
  project?: string;
  /** Whether a key that has expired counts too, which an update can bring back. */
  expired?: boolean;
  /** What to do when several keys have the name, with their ids behind it. */
  otherwise?: string;
}

/**
 * The key that a name means: the active one, else the one that could work again; undefined when there is none. Throws
 * `usage` with the ids when several have the name.
 */
export async function findByName(
  context: Context,
  name: string,
  { project, expired = false, otherwise = 'Rename or revoke all but one of them' }: Where = {},
): Promise<Key | undefined> {
  const namesakes = await keysNamed(context, name, project);
  const active = namesakes.filter(({ status }) => status === 'active');
  const dormant = namesakes.filter(({ status }) => status === 'disabled' || (expired && status === 'expired'));
  const found = active.length > 0 ? active : dormant;
  if (found.length < 2) return found[0];
  const what = active.length > 0 ? 'active keys' : 'keys';
  throw new GatewayError('usage', `${found.length} ${what} are called "${name.trim()}".`, {
    hint: `${otherwise}: ${found.map(({ id }) => id).join(', ')}.`,
    next: [{ command: 'gateway keys list', when: 'to see what distinguishes them' }],
  });
}

/** Every key of this name that is not revoked, newest first. */
export async function keysNamed(context: Context, name: string, project?: string): Promise<Key[]> {
  const wanted = name.trim();
  // no key has such a name, and the server would refuse the question
  if (wanted.length > LONGEST_NAME) return [];
  const keys = await list<Key>(context, listKeys, { name: wanted, project });
  return keys.filter((key) => key.name === wanted && key.status !== 'revoked');
}
