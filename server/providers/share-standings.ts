import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { SharedMemory } from '../store/redis.ts';
import { KEY_FAILURES } from './key-standing.ts';

/** A credential that is left alone from now on, or is good again. */
export type StandingChange = z.output<typeof schema>;

const schema = z.object({
  /** `Upstream.scope`, its name, and `Route.id`. */
  scope: z.string(),
  provider: z.string(),
  id: z.string(),
  /** Null: it is good again. */
  reason: z.enum(KEY_FAILURES).nullable(),
  forMs: z.number().min(0),
});
const message = schema.extend({ from: z.string() });

const CHANNEL = 'provider-keys:1';

/**
 * What one process finds out about a credential is told to all, so that not each has to fail with it; it also reaches one
 * that answers the management API alone. Returns what tells. While Redis is down each process finds out by itself.
 */
export function shareStandings(
  shared: SharedMemory | undefined,
  heard: (change: StandingChange) => void,
): (change: StandingChange) => void {
  if (!shared) return () => {};
  const from = randomBytes(6).toString('hex');
  shared.subscribe(CHANNEL, (text) => {
    const told = message.safeParse(parsed(text));
    if (told.success && told.data.from !== from) heard(told.data);
  });
  return (change) => shared.publish(CHANNEL, JSON.stringify({ ...change, from }));
}

/** Others may write to the same Redis. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
