import type { RoutingInForce, RoutingPatch } from '../../shared/contracts/project-routing.ts';
import type { RoutingOverrides } from '../../shared/contracts/routing.ts';
import { GatewayError } from '../../shared/errors.ts';
import { BOUNDARIES } from './auto/tiers.ts';
import { type RoutingSettings, settingsOf } from './settings.ts';

type Json = Readonly<Record<string, unknown>>;

/** Overrides with a change in them: null takes away, and what is empty after that is left out. Pure. */
export function mergeOverrides(before: RoutingOverrides, patch: RoutingPatch): RoutingOverrides {
  return merged(before, patch) as RoutingOverrides;
}

function merged(before: Json, patch: Json): Json {
  const after: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(patch)) {
    const next = isGroup(value) ? merged(isGroup(before[name]) ? before[name] : {}, value) : value;
    if (next === null || (isGroup(next) && Object.keys(next).length === 0)) delete after[name];
    else if (next !== undefined) after[name] = next;
  }
  return after;
}

function isGroup(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Refuses values that do not go together, whichever of them are the project's own. Throws `invalid_request`. */
export function checkOverrides(overrides: RoutingOverrides): void {
  const { history, auto } = inForce(settingsOf(overrides));
  const { tier1_minutes: first, tier2_minutes: second, window_minutes: window } = history;
  if (first > second || second > window) {
    throw new GatewayError(
      'invalid_request',
      `history: tier1_minutes (${first}), tier2_minutes (${second}) and window_minutes (${window}) must not fall in this order.`,
      { param: first > second ? 'history.tier1_minutes' : 'history.tier2_minutes' },
    );
  }
  const { MEDIUM = 0, COMPLEX = 0, REASONING = 0 } = auto.boundaries;
  if (MEDIUM > COMPLEX || COMPLEX > REASONING) {
    throw new GatewayError(
      'invalid_request',
      `auto.boundaries: MEDIUM (${MEDIUM}), COMPLEX (${COMPLEX}) and REASONING (${REASONING}) must not fall in this order.`,
      { param: MEDIUM > COMPLEX ? 'auto.boundaries.MEDIUM' : 'auto.boundaries.COMPLEX' },
    );
  }
}

/** Settings as the API spells them. */
export function inForce({ priorities, auto, ...groups }: RoutingSettings): RoutingInForce {
  const spelt = Object.entries(groups).map(([name, group]) => [name, inSnakeCase(group)]);
  const boundaries = { ...BOUNDARIES, ...auto.boundaries };
  return { ...Object.fromEntries(spelt), priorities, auto: { ...auto, boundaries } } as RoutingInForce;
}

function inSnakeCase(group: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(group).map(([name, value]) => [name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`), value]),
  );
}
