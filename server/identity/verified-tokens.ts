import { createHash } from 'node:crypto';
import type { Store } from '../store/store.ts';
import type { Person } from './identity.ts';

/** A token whose signature and claims are right. */
export interface Verified {
  /** When it expires, in milliseconds. */
  expiresAtMs: number;
  /** The person behind it, as the store has them now. Throws when they may not act any more. */
  load(): Promise<Person>;
}

interface Entry extends Verified {
  person: Promise<Person> | undefined;
  /** Undefined until the first load tells. */
  userId: string | undefined;
  loadedAtMs: number;
}

/** How long a deactivated account or an ended sign-in may still be served. */
const FRESH_MS = 1000;
const MAX_TOKENS = 10_000;

/**
 * Remembers by hash which tokens were verified, until they expire, so that a signature is checked once. Who the person
 * is and whether they may act is asked of the store again after a second, and at once when a change of them is announced.
 */
export function rememberTokens(
  store: Pick<Store, 'onChange'>,
  verify: (token: string) => Promise<Verified>,
): (token: string) => Promise<Person> {
  const entries = new Map<string, Entry>();

  store.onChange((topic, id) => {
    if (topic !== 'user' && topic !== 'all') return;
    for (const entry of entries.values()) {
      if (topic === 'all' || entry.userId === undefined || entry.userId === id) entry.person = undefined;
    }
  });

  const entryOf = async (token: string): Promise<Entry> => {
    const hash = createHash('sha256').update(token).digest('base64');
    const known = entries.get(hash);
    if (known && known.expiresAtMs > Date.now()) return known;
    entries.delete(hash);
    const entry: Entry = { ...(await verify(token)), person: undefined, userId: undefined, loadedAtMs: 0 };
    if (entries.size >= MAX_TOKENS) entries.delete(entries.keys().next().value!);
    entries.set(hash, entry);
    return entry;
  };

  return async (token) => {
    const entry = await entryOf(token);
    if (!entry.person || Date.now() - entry.loadedAtMs >= FRESH_MS) {
      entry.loadedAtMs = Date.now();
      const loading = entry.load();
      entry.person = loading;
      loading.then(
        ({ userId }) => {
          entry.userId = userId;
        },
        // A failure is not remembered: the next call asks again.
        () => {
          if (entry.person === loading) entry.person = undefined;
        },
      );
    }
    return entry.person;
  };
}
