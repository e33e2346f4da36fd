import { createHash } from 'node:crypto';
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
  loadedAtMs: number;
}

/** How long a deactivated account or an ended sign-in may still be served. */
const FRESH_MS = 1000;
const MAX_TOKENS = 10_000;

/**
 * Remembers by hash which tokens were verified, until they expire, so that a signature is checked once. Who the person
 * is and whether they may act is asked of the store again after a second.
 */
export function rememberTokens(verify: (token: string) => Promise<Verified>): (token: string) => Promise<Person> {
  const entries = new Map<string, Entry>();

  const entryOf = async (token: string): Promise<Entry> => {
    const hash = createHash('sha256').update(token).digest('base64');
    const known = entries.get(hash);
    if (known && known.expiresAtMs > Date.now()) return known;
    entries.delete(hash);
    const entry: Entry = { ...(await verify(token)), person: undefined, loadedAtMs: 0 };
    if (entries.size >= MAX_TOKENS) entries.delete(entries.keys().next().value!);
    entries.set(hash, entry);
    return entry;
  };

  return async (token) => {
    const entry = await entryOf(token);
    if (!entry.person || Date.now() - entry.loadedAtMs >= FRESH_MS) {
      entry.loadedAtMs = Date.now();
      entry.person = entry.load();
      // A failure is not remembered: the next call asks again.
      entry.person.catch(() => {
        entry.person = undefined;
      });
    }
    return entry.person;
  };
}
