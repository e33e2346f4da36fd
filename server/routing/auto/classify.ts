import { TIERS, type Tier } from '../../../shared/contracts/routing.ts';
import type { RoutingSettings } from '../settings.ts';
import type { Features } from './features.ts';
import { BOUNDARIES, FULL, type SignalName, START, WEIGHTS } from './tiers.ts';

/** A thing that counted, and by how much: what it added to the score, rounded to thousandths. */
export interface Signal {
  name: SignalName;
  score: number;
}

/** How hard a request is, and why. */
export interface Classification {
  tier: Tier;
  /** -1 to 1. */
  score: number;
  /** What counted most first. */
  signals: Signal[];
}

/** Features → tier. Pure. `boundaries`: where a project wants them otherwise. */
export function classify(features: Features, boundaries: RoutingSettings['auto']['boundaries'] = {}): Classification {
  const values = valuesOf(features);
  let sum = START;
  const signals: Signal[] = [];
  for (const name of Object.keys(WEIGHTS) as SignalName[]) {
    const score = WEIGHTS[name] * values[name];
    if (score === 0) continue;
    sum += score;
    signals.push({ name, score: rounded(score) });
  }
  signals.sort((a, b) => Math.abs(b.score) - Math.abs(a.score));
  const score = rounded(Math.max(-1, Math.min(1, sum)));
  return { tier: tierOf(score, boundaries), score, signals };
}

/** The highest tier whose boundary the score reaches. */
function tierOf(score: number, given: RoutingSettings['auto']['boundaries']): Tier {
  const reached = TIERS.filter((tier) => tier === 'SIMPLE' || score >= (given[tier] ?? BOUNDARIES[tier]));
  return reached.at(-1)!;
}

function valuesOf(features: Features): Record<SignalName, number> {
  const { counts, askTokens, promptTokens, turns, toolResults } = features;
  const hard = counts.reasoning + counts.work + counts.expertise + counts.mathematics;
  const length = ofLogarithm(askTokens, FULL.leastTokens, FULL.askTokens);
  return {
    length,
    context: ofLogarithm(promptTokens, FULL.leastContext, FULL.contextTokens),
    code: Math.min(1, part(counts.code, FULL.code) + features.codeShape / 2),
    mathematics: Math.min(1, part(counts.mathematics, FULL.mathematics) + features.mathShape / 2),
    reasoning: part(counts.reasoning, FULL.reasoning),
    work: part(counts.work, FULL.work),
    expertise: part(counts.expertise, FULL.expertise),
    // beside harder work, that something is to be explained says little
    ask: part(counts.ask, FULL.ask) * (hard > 2 ? 0.3 : 1),
    writing: part(counts.writing, FULL.writing),
    steps: part(counts.steps + features.listItems + Math.max(0, features.questions - 1), FULL.steps),
    limits: part(counts.limits, FULL.limits),
    tools: features.tools ? 1 : 0,
    agent: part(toolResults, FULL.toolResults),
    structured: features.structured ? 1 : 0,
    media: features.images || features.documents || features.audio ? 1 : 0,
    depth: part(Math.max(0, turns - 2), FULL.turns),
    language: features.foreign > 0.3 ? 1 : 0,
    // "what is" in front of something hard does not make it easy
    simple:
      part(counts.simple, FULL.simple) * (hard > 1 ? 0.2 : hard === 1 || counts.ask > 0 ? 0.6 : 1) * (1 - length / 2),
  };
}

function part(count: number, full: number): number {
  return Math.min(1, count / full);
}

/** 0 up to `least`, 1 from `full` on, and evenly between for each doubling. */
function ofLogarithm(tokens: number, least: number, full: number): number {
  return tokens <= least ? 0 : Math.min(1, Math.log(tokens / least) / Math.log(full / least));
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
