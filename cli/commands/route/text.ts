/** Where a request would go, for people. */
import type { Explanation } from '../../../shared/contracts/route-explain.ts';
import type { Paint } from '../../paint.ts';
import { type Column, factLines, table } from '../../table.ts';
import { duration } from '../logs/line.ts';

type Candidate = Explanation['candidates'][number];
type Place = NonNullable<Explanation['chosen']>;

const MOST_SIGNALS = 4;

const CANDIDATES: readonly Column[] = [
  { title: '#', right: true },
  { title: 'candidate' },
  { title: 'score', right: true },
  { title: 'in', right: true, drop: 6 },
  { title: 'out USD/M', right: true, drop: 6 },
  { title: 'cost USD', right: true },
  { title: 'uptime', right: true, drop: 5 },
  { title: 'first token', right: true, drop: 2 },
  { title: 'tokens/s', right: true, drop: 1 },
  { title: 'priority', right: true, drop: 3 },
  { title: 'cache', drop: 1 },
  { title: 'keys', right: true, drop: 4 },
];
const EXCLUDED: readonly Column[] = [
  { title: 'excluded', wrap: true },
  { title: 'because', wrap: true },
];
/** Of models that are out for the same reason, so many are named; JSON has them all. */
const MOST_NAMED = 3;

/** The decision, what was compared, and what is out. */
export async function explanationText(told: Explanation, paint: Paint, width: number | undefined): Promise<string> {
  const parts = [facts(told, paint, width)];
  if (told.candidates.length > 0)
    parts.push(
      await table(
        paint,
        width,
        CANDIDATES,
        told.candidates.map((one, at) => candidateCells(one, at)),
      ),
    );
  if (told.excluded.length > 0) parts.push(await table(paint, width, EXCLUDED, excludedCells(told.excluded)));
  return parts.join('\n\n');
}

function facts(told: Explanation, paint: Paint, width: number | undefined): string {
  const { chosen, refusal, fallbacks, reason } = told;
  return factLines(
    paint,
    [
      ['model', told.model],
      ['tier', tierText(told)],
      ['goes to', chosen ? `${paint.bold(nameOf(chosen))}: ${reasonText(told)}` : null],
      ['refused', refusal && `${refusal.http_status} ${refusal.code}: ${refusal.message}`],
      ['then to', fallbacks.length > 0 ? fallbacks.map(nameOf).join(', ') : chosen && reason ? 'nobody else' : null],
      ['estimate', estimateText(told)],
      ['money', moneyText(told)],
    ],
    width,
  );
}

/** `COMPLEX, 0.31: work 0.12, code 0.10` */
function tierText({ tier, tier_score, signals }: Explanation): string | null {
  if (tier === null) return null;
  const strongest = signals.slice(0, MOST_SIGNALS).map(({ name, score }) => `${name} ${score}`);
  return `${tier}, ${tier_score}${strongest.length > 0 ? `: ${strongest.join(', ')}` : ''}`;
}

function reasonText({ reason, session, no_fallback }: Explanation): string {
  return [reason ?? '', session === null ? '' : `session ${session}`, no_fallback ? 'no fallback' : '']
    .filter(Boolean)
    .join(', ');
}

function estimateText({ estimate }: Explanation): string | null {
  if (!estimate) return null;
  const { input_tokens, output_tokens_typical, output_tokens_max, cost_usd, max_cost_usd } = estimate;
  return `${cost_usd} USD for ${input_tokens} tokens in and ${output_tokens_typical} out; at most ${max_cost_usd} USD for ${output_tokens_max} out`;
}

function moneyText({ budget: { affordable, left_usd, bounded_by } }: Explanation): string | null {
  if (left_usd === null || bounded_by === null) return null;
  return `${affordable ? 'enough' : 'not enough'}: ${left_usd} USD left of ${bounded_by.replace(/^The /, 'the ')}`;
}

function candidateCells(one: Candidate, at: number): string[] {
  return [
    String(at + 1),
    `${nameOf(one)}${one.own_key ? ' (own key)' : ''}${one.down ? ' (down)' : ''}`,
    one.score === null ? '-' : one.score.toFixed(3),
    one.price?.input ?? '-',
    one.price?.output ?? '-',
    one.estimated_cost_usd ?? '-',
    one.uptime === null ? '-' : `${Number(one.uptime.toFixed(1))} %`,
    one.latency_ms === null ? '-' : duration(Math.round(one.latency_ms)),
    one.throughput === null ? '-' : String(Number(one.throughput.toFixed(1))),
    String(one.priority),
    one.cache_supported ? 'yes' : 'no',
    `${one.keys.healthy}/${one.keys.total}`,
  ];
}

/** One row a reason, as `auto` leaves out a hundred models for a few. A model that its reason names is named once. */
function excludedCells(excluded: Explanation['excluded']): string[][] {
  const byReason = new Map<string, string[]>();
  for (const { model, reason } of excluded) {
    const shared = reason.replace(`the model ${model}`, 'the model').replace(`, not ${model}`, '');
    byReason.set(shared, [...(byReason.get(shared) ?? []), model]);
  }
  return [...byReason].map(([reason, models]) => {
    const more = models.length - MOST_NAMED;
    const named = models.slice(0, MOST_NAMED).join(', ');
    return [more > 0 ? `${named} and ${more} more` : named, reason];
  });
}

function nameOf({ model, region }: Place): string {
  return region === null || model.endsWith(`:${region}`) ? model : `${model}:${region}`;
}
