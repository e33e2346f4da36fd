import type { Services } from '../services.ts';
import type { Target } from './plan.ts';
import { offerFacts } from './prices.ts';
import { type Scored, type Scores, score, type Weighing } from './score.ts';

/** Targets in the order of their worth. What is measured of them changes slowly, so an order holds for a moment. */
export interface Rankings {
  /** First what is up, then what costs no credit, then the best score; equals stay in the order given. Not to be changed. */
  of(targets: readonly Target[], weighing: Weighing): Scores;
  /** Something failed: every order is found anew. */
  forget(): void;
}

/** As long as measurements are fresh, at most. */
const FRESH_MS = 50;

interface Ranking extends Scores, Weighing {
  generation: number;
  untilMs: number;
}

/** @param now milliseconds that only ever grow. */
export function createRankings(
  { health }: { health: Pick<Services['health'], 'vitals' | 'isDown'> },
  now: () => number = () => performance.now(),
): Rankings {
  const known = new WeakMap<readonly Target[], Ranking[]>();
  let generation = 0;
  return {
    of(targets, weighing) {
      const nowMs = now();
      let rankings = known.get(targets);
      if (!rankings) {
        rankings = [];
        known.set(targets, rankings);
      }
      const at = rankings.findIndex((one) => isAlike(one, weighing, targets));
      const there = rankings[at];
      if (there && there.generation === generation && nowMs < there.untilMs) return there;
      const { settings, strategy, stream, promptTokens } = weighing;
      // not all of what is asked: that would keep the whole request
      const by = { settings, strategy, stream, promptTokens };
      const fresh = { ...rank(health, targets, by), ...by, generation, untilMs: nowMs + FRESH_MS };
      // of projects with settings of their own there may be many
      if (at >= 0) rankings[at] = fresh;
      else if (rankings.length < MOST_ALIKE) rankings.push(fresh);
      else rankings.splice(0, rankings.length, fresh);
      return fresh;
    },
    forget() {
      generation++;
    },
  };
}

const MOST_ALIKE = 16;

function rank(
  health: Pick<Services['health'], 'vitals' | 'isDown'>,
  targets: readonly Target[],
  weighing: Weighing,
): Scores {
  const { scores, excluded } = score(health, targets, weighing);
  scores.sort((a, b) => Number(a.down) - Number(b.down) || Number(isOwn(b)) - Number(isOwn(a)) || a.score - b.score);
  return { scores, excluded };
}

function isOwn({ target }: Scored): boolean {
  return target.upstream.own;
}

/** Whether a prompt is long matters at some lengths alone. */
function isAlike(one: Ranking, other: Weighing, targets: readonly Target[]): boolean {
  return (
    one.settings === other.settings &&
    one.strategy === other.strategy &&
    one.stream === other.stream &&
    (one.promptTokens === other.promptTokens || sameLength(one.promptTokens, other.promptTokens, other, targets))
  );
}

function sameLength(one: number, other: number, { settings }: Weighing, targets: readonly Target[]): boolean {
  const { cachePromptTokens } = settings.thresholds;
  if (one >= cachePromptTokens !== other >= cachePromptTokens) return false;
  return targets.every(({ offer }) => {
    const { long } = offerFacts(offer);
    return long === undefined || one > long.above === other > long.above;
  });
}
