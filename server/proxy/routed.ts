import type { IncomingHttpHeaders } from 'node:http';
import type { Scan } from '../dialects/json-scan.ts';
import type { KeyEntry } from '../identity/key-ring.ts';
import type { Target } from '../routing/plan.ts';
import type { Services } from '../services.ts';
import { Attempts } from './attempts.ts';
import type { Exchange } from './exchange.ts';
import { pinOf } from './pinned.ts';
import { targetsFor } from './targets.ts';
import { timeoutsOf } from './timeouts.ts';

/** The request's way over its targets, before the first is tried. Throws what is in the way of all of them. */
export function routed(
  services: Services,
  exchange: Exchange,
  key: KeyEntry,
  able: (targets: readonly Target[]) => readonly Target[],
  scan?: Scan,
): Attempts {
  const { headers } = exchange.request;
  const { routing } = key.project;
  const timeouts = timeoutsOf(routing.timeouts, headers);
  exchange.noFallback = isOn(headers, 'x-no-fallback');
  const { choice, classification } = targetsFor(services, key, {
    facts: exchange.facts!,
    scan,
    able,
    session: exchange.session === undefined ? undefined : { pinned: pinOf(services, exchange, key)?.targetId },
    noFallback: exchange.noFallback,
    random: Math.random,
  });
  exchange.tier = classification?.tier;
  return new Attempts(choice, timeouts, routing.retry.maxRetries);
}

/** True for a header that switches something on. */
export function isOn(headers: IncomingHttpHeaders, name: string): boolean {
  const given = headers[name];
  return given === 'true' || given === '1';
}
