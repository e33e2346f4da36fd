import type { RoutingStory } from '../../shared/contracts/usage.ts';

/** What `metadata.routing` says of an attempt, and how long it took. */
export interface ToldAttempt {
  provider: string;
  model: string;
  region?: string;
  status_code: number;
  error_type: string;
  succeeded: boolean;
  latency_ms?: number;
}

/** What a target was compared by. */
export interface ToldScore {
  provider: string;
  model: string;
  region?: string;
  score: number;
  price?: number | undefined;
  uptime?: number;
  latency_ms?: number;
  throughput?: number;
  priority?: number;
  cache_supported?: boolean;
}

/** How a request found its way. */
export interface ToldRouting {
  reason: string;
  strategy?: string;
  tier?: string;
  no_fallback?: boolean;
  attempts?: readonly ToldAttempt[];
  scores: readonly ToldScore[];
}

/** A score as it is written: every request has several, and their names would be most of its record. */
type Row = [
  provider: string,
  model: string,
  region: string | null,
  score: number,
  price: number | null,
  uptime: number | null,
  latencyMs: number | null,
  throughput: number | null,
  priority: number | null,
  cacheSupported: boolean | null,
];

type Note = Omit<ToldRouting, 'scores'> & { scores: Row[] };

/** What a record has of its routing: the attempts are left out where there was but one, which answered. */
export function routingNote({ scores, ...story }: ToldRouting): string {
  return JSON.stringify({ ...story, scores: scores.map(rowOf) });
}

/** The same as it is told. `answered`: the only attempt, where the note names none. */
export function routingStoryOf(note: string | null, answered: ToldAttempt): RoutingStory | null {
  if (note === null) return null;
  const { scores, attempts = [answered], ...story } = JSON.parse(note) as Note;
  return { ...story, attempts: attempts.map((attempt) => ({ ...attempt })), scores: scores.map(scoreOf) };
}

function rowOf(score: ToldScore): Row {
  const { provider, model, region, price, uptime, latency_ms, throughput, priority, cache_supported } = score;
  return [
    provider,
    model,
    region ?? null,
    score.score,
    price ?? null,
    uptime ?? null,
    latency_ms ?? null,
    throughput ?? null,
    priority ?? null,
    cache_supported ?? null,
  ];
}

function scoreOf(row: Row) {
  const [provider, model, region, score, price, uptime, latency_ms, throughput, priority, cache_supported] = row;
  const measured = { score, price, uptime, latency_ms, throughput, priority, cache_supported };
  return { provider, model, ...(region !== null && { region }), ...measured };
}
