import type { Logger } from 'pino';
import type { Accounting } from './billing/accounting.ts';
import type { Budget } from './billing/budget.ts';
import type { ResponseCache } from './cache/response-cache.ts';
import type { Catalog } from './catalog/catalog.ts';
import type { CatalogUpdates } from './catalog/update/updates.ts';
import type { Config } from './config.ts';
import type { Identity } from './identity/identity.ts';
import type { KeyRing } from './identity/key-ring.ts';
import type { Secrets } from './identity/secrets.ts';
import type { Limits } from './policy/limits/limits.ts';
import type { Upstreams } from './providers/upstreams.ts';
import type { Conversations } from './responses/conversations.ts';
import type { Health } from './routing/health.ts';
import type { Makers } from './routing/makers.ts';
import type { Pins } from './routing/pins.ts';
import type { Preferences } from './routing/preferred.ts';
import type { Rankings } from './routing/rankings.ts';
import type { SharedMemory } from './store/redis.ts';
import type { Store } from './store/store.ts';

/** What rooms may reach for. Built once, top to bottom, in `main.ts`; a room takes `Pick<Services, …>` of it. */
export interface Services {
  config: Config;
  /** What the server calls itself, without a trailing slash; known once it listens. */
  publicUrl: string;
  log: Logger;
  store: Store;
  /** Redis, where the configuration names one. */
  shared: SharedMemory | undefined;
  health: Health;
  rankings: Rankings;
  preferences: Preferences;
  /** Which target each session stays at. */
  pins: Pins;
  /** Who made which thoughts. */
  makers: Makers;
  secrets: Secrets;
  /** Answers that serve requests which are the same. */
  responseCache: ResponseCache;
  keyRing: KeyRing;
  conversations: Conversations;
  budget: Budget;
  /** How much may be asked in a time. */
  limits: Limits;
  accounting: Accounting;
  catalog: Catalog;
  catalogUpdates: CatalogUpdates;
  upstreams: Upstreams;
  identity: Identity;
}
