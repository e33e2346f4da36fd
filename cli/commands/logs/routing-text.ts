/** How a request found its way, for people. */
import type { RoutingStory } from '../../../shared/contracts/usage.ts';
import type { Paint } from '../../paint.ts';
import { type Column, table } from '../../table.ts';
import { duration } from './line.ts';

type Attempt = NonNullable<RoutingStory['attempts']>[number];
type Score = NonNullable<RoutingStory['scores']>[number];

const SCORE_COLUMNS: readonly Column[] = [
  { title: 'compared' },
  { title: 'score', right: true },
  { title: 'USD/M', right: true },
  { title: 'uptime', right: true, drop: 5 },
  { title: 'first token', right: true, drop: 2 },
  { title: 'tokens/s', right: true, drop: 3 },
  { title: 'priority', right: true, drop: 4 },
  { title: 'cache', drop: 1 },
];

/** `session-sticky, strategy price, in a session, no fallback` */
export function routingText({ reason, tier, strategy, session, no_fallback }: RoutingStory): string {
  return [
    reason ?? 'unknown',
    tier ? `tier ${tier}` : '',
    strategy !== undefined && strategy !== 'auto' && !reason?.includes(strategy) ? `strategy ${strategy}` : '',
    session ? 'in a session' : '',
    no_fallback ? 'no fallback' : '',
  ]
    .filter(Boolean)
    .join(', ');
}

/** What was attempted, and what was compared, each below an empty line; nothing where neither is known. */
export async function routingTables(
  { attempts = [], scores = [] }: RoutingStory,
  paint: Paint,
  width: number | undefined,
): Promise<string> {
  const parts = [
    ...(attempts.length > 0
      ? [
          await table(
            paint,
            width,
            [
              { title: 'attempt' },
              { title: 'status' },
              { title: 'outcome', wrap: true },
              { title: 'took', right: true },
            ],
            attempts.map(attemptCells),
          ),
        ]
      : []),
    ...(scores.length > 0 ? [await scoreTable(scores, paint, width)] : []),
  ];
  return parts.map((part) => `\n\n${part}`).join('');
}

/** Scores, the best first. */
export function scoreTable(scores: readonly Score[], paint: Paint, width: number | undefined): Promise<string> {
  return table(paint, width, SCORE_COLUMNS, scores.map(scoreCells));
}

function attemptCells(attempt: Attempt): string[] {
  const { status_code, error_type, succeeded, latency_ms } = attempt;
  return [
    targetText(attempt),
    status_code ? String(status_code) : '-',
    succeeded ? 'answered' : (error_type ?? 'failed'),
    latency_ms === null || latency_ms === undefined ? '-' : duration(Math.round(latency_ms)),
  ];
}

function scoreCells(score: Score): string[] {
  const { uptime, latency_ms, throughput, priority, cache_supported } = score;
  return [
    targetText(score),
    score.score.toFixed(3),
    numeral(score.price, 3),
    uptime === null || uptime === undefined ? '-' : `${numeral(uptime, 1)} %`,
    latency_ms === null || latency_ms === undefined ? '-' : duration(Math.round(latency_ms)),
    numeral(throughput, 1),
    numeral(priority, 2),
    cache_supported ? 'yes' : 'no',
  ];
}

/** `openai/gpt-4o`, `alibaba/deepseek-v3.2:cn-beijing` */
function targetText({ provider, model, region }: Pick<Score, 'provider' | 'model' | 'region'>): string {
  const name = model.startsWith(`${provider}/`) ? model : `${provider}/${model}`;
  return region ? `${name}:${region}` : name;
}

function numeral(value: number | null | undefined, places: number): string {
  return value === null || value === undefined ? '-' : String(Number(value.toFixed(places)));
}
