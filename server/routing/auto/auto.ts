import { TIERS, type Tier } from '../../../shared/contracts/routing.ts';
import { servesTier, timesOf } from '../../catalog/tiers.ts';
import type { Health } from '../health.ts';
import type { Offered, Target } from '../plan.ts';
import type { RoutingSettings } from '../settings.ts';
import { type Classification, classify } from './classify.ts';
import type { Features } from './features.ts';
import { type Choice, choicesNamed, choicesOf, type Way } from './models.ts';
import { type AutoFacts, needsOf } from './needs.ts';
import { nothingFits } from './nothing-fits.ts';
import { USUAL_OUTPUT } from './tiers.ts';

/** So many models are tried one after the other. */
const MOST_MODELS = 5;

/** Of what is measured, what decides here. */
type Knowing = Pick<Health, 'isDown' | 'vitals'>;

/** A request for the model `auto`. */
export interface AutoAsked {
  facts: AutoFacts;
  features: Features;
  settings: RoutingSettings;
  /** What keeps the key from a target, in words; undefined when nothing does. Absent: nothing does. */
  refusal?: (target: Target) => string | undefined;
  /** The id of the target that the session stays at, once it has one. */
  pinned?: string | undefined;
}

/** A model that a request may go to, with its targets in the order of `plan`; at least one. */
export interface AutoModel {
  model: string;
  tier: Tier;
  /** What this request is expected to cost at its cheapest target, in USD: to be compared, never to be billed. */
  priceUsd: number;
  /** None of its targets is well. */
  down: boolean;
  targets: Target[];
}

/** What was chosen for a request, and why. */
export interface AutoPlan {
  classification: Classification;
  /** The best first; at least one. `choose` decides between the first one's targets; the others are for when all of these fail. */
  models: AutoModel[];
}

/** What of a request every way is asked for, as numbers. */
export interface Wanted {
  tier: Tier;
  rank: number;
  needs: number;
  /** It has to do with programs, so models that are made for them may be asked. */
  code: boolean;
  promptTokens: number;
  /** For each choice; 0 when nobody said. */
  outputTokens: number;
  facts: AutoFacts;
  priorities: RoutingSettings['priorities'];
}

/**
 * The cheapest healthy models that are good enough for a request and have what it needs, by what this very request is
 * expected to cost. Where no model of its tier is left, those nearest below come, as a failing answer is worse. A session
 * stays at its model while that is good enough. Calls nobody; throws what was asked that no model has.
 */
export function autoTargets(services: Offered & { health: Knowing }, asked: AutoAsked): AutoPlan {
  const { classification, wanted, choices } = weigh(services, asked);
  const prices = choices.map((choice) => leastPrice(choice, wanted));
  const exact = new Uint8Array(prices.length);
  const well: AutoModel[] = [];
  const down: AutoModel[] = [];
  let refusal: string | undefined;
  while (well.length < MOST_MODELS) {
    const at = next(choices, prices, wanted.rank);
    if (at < 0) break;
    const choice = choices[at]!;
    if (!exact[at]) {
      prices[at] = priceOf(choice, wanted);
      exact[at] = 1;
      continue;
    }
    const priceUsd = prices[at]! / 1e12;
    prices[at] = Number.POSITIVE_INFINITY;
    const fit = choice.ways.filter((way) => fits(way, wanted)).map(({ target }) => target);
    const targets = fit.filter((target) => {
      const words = asked.refusal?.(target);
      refusal ??= words;
      return words === undefined;
    });
    if (targets.length === 0) continue;
    const sick = targets.every((target) => isSick(services.health, target, asked.settings));
    (sick ? down : well).push({ model: choice.model, tier: choice.tier, priceUsd, down: sick, targets });
  }
  const models = [...well, ...down].slice(0, MOST_MODELS);
  if (models.length === 0) throw nothingFits(choices, wanted, refusal);
  return { classification, models: pinnedFirst(models, { ...asked, choices, wanted }, services.health) };
}

/** What is asked of every way to a model, and the models that there are to choose from. */
export function weigh(offered: Offered, { facts, features, settings }: AutoAsked) {
  const classification = classify(features, settings.auto.boundaries);
  const { tier } = classification;
  const names = settings.auto.models[tier];
  const wanted: Wanted = {
    tier,
    // whom a project names for a tier is good enough for it
    rank: names ? 0 : TIERS.indexOf(tier),
    needs: needsOf(features, facts),
    code: names !== undefined || features.counts.code > 0 || features.codeShape > 0,
    promptTokens: features.promptTokens,
    outputTokens: facts.maxOutputTokens === undefined ? 0 : Math.ceil(facts.maxOutputTokens / facts.choices),
    facts,
    priorities: settings.priorities,
  };
  return {
    classification,
    wanted,
    named: names !== undefined,
    choices: names ? choicesNamed(offered, names) : choicesOf(offered),
  };
}

/** Whether a way has all that is needed. The estimate of the prompt is not taken for more exact than it is. */
export function fits({ met, window, mostOutput, target }: Way, wanted: Wanted): boolean {
  return (
    (met & wanted.needs) === wanted.needs &&
    wanted.promptTokens + wanted.outputTokens <= window &&
    wanted.outputTokens <= mostOutput &&
    wanted.priorities[target.offer.provider] !== 0 &&
    (wanted.facts.serviceTier === undefined || servesTier(target.offer, wanted.facts.serviceTier))
  );
}

/** What the request costs at least at any way to a model; infinite when none can have what is needed. */
function leastPrice(choice: Choice, wanted: Wanted): number {
  if ((choice.met & wanted.needs) !== wanted.needs) return Number.POSITIVE_INFINITY;
  // tiers and places may cost less: nothing is known before each way is looked at
  if (wanted.facts.serviceTier !== undefined || wanted.facts.place !== undefined) return 0;
  const { input, output, request } = choice.least;
  return wanted.promptTokens * input + usualOutput(choice, wanted) * output + request;
}

/** What the request is expected to cost at the cheapest of a model's ways that fit, in pico-dollars; infinite when none does. */
export function priceOf(choice: Choice, wanted: Wanted): number {
  let least = Number.POSITIVE_INFINITY;
  if (choice.codeOnly && !wanted.code) return least;
  const output = usualOutput(choice, wanted);
  for (const way of choice.ways) {
    if (!fits(way, wanted)) continue;
    const long = wanted.promptTokens > way.longFrom;
    const tokens =
      wanted.promptTokens * (long ? way.longInput : way.input) + output * (long ? way.longOutput : way.output);
    const price = tokens * timesFor(way.target, wanted.facts) + way.request;
    if (price < least) least = price;
  }
  return least;
}

function usualOutput({ reasons }: Choice, { tier, outputTokens, facts }: Wanted): number {
  const { answer, thoughts } = USUAL_OUTPUT[tier];
  const usual = answer + (reasons && facts.reasoning?.effort !== 'none' ? thoughts : 0);
  return (outputTokens > 0 ? Math.min(usual, outputTokens) : usual) * facts.choices;
}

function timesFor({ offer }: Target, { serviceTier, place }: AutoFacts): number {
  if (serviceTier === undefined && place === undefined) return 1;
  const [top, bottom] = timesOf(offer, serviceTier, place);
  return Number(top) / Number(bottom);
}

/** The best that is left: good enough ones first, the cheapest of them; then, of those below, the one that is least so. */
function next(choices: readonly Choice[], prices: readonly number[], rank: number): number {
  let best = -1;
  let bestRank = 0;
  for (let at = 0; at < choices.length; at++) {
    if (prices[at] === Number.POSITIVE_INFINITY) continue;
    const enough = Math.min(choices[at]!.rank, rank);
    if (best >= 0 && (enough < bestRank || (enough === bestRank && prices[at]! >= prices[best]!))) continue;
    best = at;
    bestRank = enough;
  }
  return best;
}

function isSick(health: Knowing, { id }: Target, { history, sticky }: RoutingSettings): boolean {
  if (health.isDown(id)) return true;
  const { uptime } = health.vitals(id, history);
  return uptime !== undefined && uptime < sticky.uptimeThreshold;
}

interface Staying extends Pick<AutoAsked, 'pinned' | 'refusal' | 'settings'> {
  choices: readonly Choice[];
  wanted: Wanted;
}

/** The models with the one first that the session is at, when it is as good as what was found, and well. */
function pinnedFirst(models: AutoModel[], staying: Staying, health: Knowing): AutoModel[] {
  const { pinned, refusal, settings, choices, wanted } = staying;
  if (pinned === undefined || models[0]!.targets.some(({ id }) => id === pinned)) return models;
  const choice = choices.find(({ ways }) => ways.some(({ target }) => target.id === pinned));
  if (!choice || Math.min(choice.rank, wanted.rank) < Math.min(TIERS.indexOf(models[0]!.tier), wanted.rank))
    return models;
  const targets = choice.ways.filter((way) => fits(way, wanted) && !refusal?.(way.target)).map(({ target }) => target);
  const kept = targets.find(({ id }) => id === pinned);
  if (!kept || isSick(health, kept, settings)) return models;
  const priceUsd = priceOf(choice, wanted) / 1e12;
  const first: AutoModel = { model: choice.model, tier: choice.tier, priceUsd, down: false, targets };
  return [first, ...models.filter(({ model }) => model !== choice.model)].slice(0, MOST_MODELS);
}
