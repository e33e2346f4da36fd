import { z } from 'zod';
import { KEY_FAILURES } from '../../shared/contracts/provider-keys.ts';
import { openChannel } from '../store/channel.ts';
import type { SharedMemory } from '../store/redis.ts';

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
  const channel = openChannel(shared, CHANNEL, (message) => {
    const told = schema.safeParse(message);
    if (told.success) heard(told.data);
  });
  return (change) => channel.tell(change);
}
