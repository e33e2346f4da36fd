import type { RoutingOverrides, Tier } from '../../shared/contracts/routing.ts';

/** How the measured past counts: minutes and weights. Of `windowMinutes`, the newest weigh most. */
export interface History {
  windowMinutes: number;
  tier1Minutes: number;
  tier2Minutes: number;
  tier1Weight: number;
  tier2Weight: number;
  tier3Weight: number;
}

/** Everything of routing that a number decides. A project may override each (`shared/contracts/routing.ts`). */
export interface RoutingSettings {
  /** How much each factor counts, relative to the sum of those that are active. */
  weights: { price: number; imagePrice: number; uptime: number; throughput: number; latency: number; cache: number };
  thresholds: {
    /** From so many prompt tokens on, prompt-cache support counts. */
    cachePromptTokens: number;
    /** Percent of uptime below which the penalty begins. */
    uptimePenalty: number;
    /** What is assumed of a target that nothing is known of: percent, milliseconds to the first token, tokens a second. */
    defaultUptime: number;
    defaultLatency: number;
    defaultThroughput: number;
    /** The share of requests that try another target: 0 to 1. */
    explorationRate: number;
  };
  retry: {
    /** Attempts after the first. */
    maxRetries: number;
    /** Percent of uptime below which a provider that was asked for by name is left for another. */
    lowUptimeFallbackThreshold: number;
  };
  timeouts: {
    connectMs: number;
    firstByteMs: number;
    idleMs: number;
    /** The whole request, retries included. */
    gatewayMs: number;
    /** One attempt, streamed or not. */
    streamingMs: number;
    plainMs: number;
  };
  history: History;
  sticky: {
    /** Whether a model's last target is kept while it is nearly as good as the best. */
    enabled: boolean;
    /** Whether a session keeps its target. */
    sessions: boolean;
    ttlSeconds: number;
    /** Percent of uptime below which it is left at once. */
    uptimeThreshold: number;
    /** How much better another's score must be for it to be left. */
    scoreMargin: number;
  };
  /** By provider; 1 where there is none, 0: never. */
  priorities: Readonly<Record<string, number>>;
  auto: {
    boundaries: Partial<Record<Exclude<Tier, 'SIMPLE'>, number>>;
    models: Partial<Record<Tier, readonly string[]>>;
  };
}

/** The defaults. Source: LLM Gateway's routing document, "Per-Project Routing Configuration". */
export const DEFAULTS: RoutingSettings = {
  weights: { price: 0.6, imagePrice: 1, uptime: 0.5, throughput: 0.05, latency: 0.025, cache: 0.2 },
  thresholds: {
    cachePromptTokens: 5000,
    uptimePenalty: 95,
    defaultUptime: 100,
    defaultLatency: 1000,
    defaultThroughput: 50,
    explorationRate: 0.01,
  },
  retry: { maxRetries: 2, lowUptimeFallbackThreshold: 90 },
  timeouts: {
    connectMs: 10_000,
    firstByteMs: 1_200_000,
    idleMs: 600_000,
    gatewayMs: 1_500_000,
    streamingMs: 1_200_000,
    plainMs: 600_000,
  },
  history: { windowMinutes: 60, tier1Minutes: 1, tier2Minutes: 5, tier1Weight: 10, tier2Weight: 3, tier3Weight: 1 },
  sticky: { enabled: true, sessions: true, ttlSeconds: 3600, uptimeThreshold: 85, scoreMargin: 0.15 },
  priorities: {},
  auto: { boundaries: {}, models: {} },
};

/** The settings of a project: the server's, with its overrides in their place. */
export function settingsOf(overrides: RoutingOverrides | null, defaults: RoutingSettings = DEFAULTS): RoutingSettings {
  if (overrides === null) return defaults;
  const merged: Record<string, unknown> = { ...defaults };
  for (const [group, given] of Object.entries(overrides)) {
    const base = defaults[group as keyof RoutingSettings] as Record<string, unknown>;
    // names of providers are not ours to spell
    const own = group === 'priorities' ? given : inCamelCase(given);
    merged[group] = { ...base, ...own };
  }
  return merged as unknown as RoutingSettings;
}

function inCamelCase(group: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(group).map(([name, value]) => [name.replace(/_(\w)/g, (_, c: string) => c.toUpperCase()), value]),
  );
}
