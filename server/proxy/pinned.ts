import type { KeyEntry } from '../identity/key-ring.ts';
import type { Pin, PinnedSession } from '../routing/pins.ts';
import type { Target } from '../routing/plan.ts';
import type { Services } from '../services.ts';
import type { Exchange } from './exchange.ts';

type Pinning = Pick<Services, 'pins'>;

/** Where the request's session stays, once it has been answered; undefined without a session. */
export function pinOf({ pins }: Pinning, exchange: Exchange, key: KeyEntry): Pin | undefined {
  const session = sessionOf(exchange, key);
  return session && pins.get(session, lifeOf(key));
}

/** The credential that the session has been served with at this target. */
export function pinnedCredential(services: Pinning, exchange: Exchange, target: Target): string | undefined {
  const pin = pinOf(services, exchange, exchange.key!);
  return pin?.targetId === target.id ? pin.credentialId : undefined;
}

/** The session stays here from now on. */
export function pin({ pins }: Pinning, exchange: Exchange, target: Target, credentialId: string): void {
  const key = exchange.key!;
  const session = sessionOf(exchange, key);
  if (session) pins.keep(session, { targetId: target.id, credentialId }, lifeOf(key));
}

function sessionOf({ session, facts }: Exchange, { projectId }: KeyEntry): PinnedSession | undefined {
  return session === undefined ? undefined : { projectId, model: facts!.model, session };
}

function lifeOf({ project }: KeyEntry): number {
  return project.routing.sticky.ttlSeconds;
}
