import type { Scan } from '../dialects/json-scan.ts';
import type { BodyChanges } from '../dialects/neutral.ts';
import { mayBeSigned, thoughtsFor } from '../routing/makers.ts';
import type { Target } from '../routing/plan.ts';
import type { Services } from '../services.ts';
import type { Exchange } from './exchange.ts';
import { pinnedCredential } from './pinned.ts';

const NOTHING = Object.freeze({});

/** Which of the request's signed thoughts must not go to this target; the credential that the others belong to is the one to call it with. */
export function thoughtsAt(
  services: Pick<Services, 'makers' | 'pins'>,
  exchange: Exchange,
  scan: Scan,
  target: Target,
): Pick<BodyChanges, 'isForeign'> {
  if (!mayBeSigned(scan)) return NOTHING;
  const { attempts } = exchange;
  const thoughts = thoughtsFor(services.makers, scan, target, {
    credential: () => pinnedCredential(services, exchange, target),
    failed: attempts!.failed,
    tried: attempts!.tried,
  });
  exchange.prefers = thoughts.credentialId;
  return thoughts;
}
