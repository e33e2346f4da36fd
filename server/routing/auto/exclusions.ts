import type { Offered, Target } from '../plan.ts';
import { type AutoAsked, weigh } from './auto.ts';
import { type Choice, unfit, type Way } from './models.ts';
import { demandsOf } from './nothing-fits.ts';

/** Why a request for `auto` does not go to an offer. */
export interface AutoExclusion {
  provider: string;
  /** `provider/model` */
  model: string;
  code: 'unsuited' | 'tier' | 'price' | 'rule' | 'priority' | 'service_tier' | 'capability';
  reason: string;
}

type Why = Pick<AutoExclusion, 'code' | 'reason'>;

/**
 * Every offer here that a request does not go to, each with the first thing that is in its way.
 * @param chosen where it goes.
 */
export function autoExclusions(offered: Offered, asked: AutoAsked, chosen: readonly Target[]): AutoExclusion[] {
  const { wanted, choices, named } = weigh(offered, asked);
  const demands = demandsOf(wanted);
  const went = new Set(chosen.map(({ id }) => id));
  const whyNot = (choice: Choice, way: Way): Why => {
    const unmet = demands.find(({ met }) => !met(way));
    if (unmet) return { code: unmet.code, reason: `It is no model that ${unmet.says}.` };
    const refusal = asked.refusal?.(way.target);
    if (refusal !== undefined) return { code: 'rule', reason: `Access denied: ${refusal}.` };
    if (choice.codeOnly && !wanted.code) return { code: 'unsuited', reason: 'It is made for programs alone.' };
    if (choice.rank < wanted.rank)
      return { code: 'tier', reason: `It is trusted with ${choice.tier} prompts, and this one is ${wanted.tier}.` };
    return { code: 'price', reason: 'It is expected to cost more than those that are tried.' };
  };
  const considered = choices.flatMap((choice) =>
    choice.ways
      .filter(({ target }) => !went.has(target.id))
      .map((way) => ({ ...nameOf(way.target.offer), ...whyNot(choice, way) })),
  );
  return named ? considered : [...considered, ...unsuited(offered)];
}

/** What `auto` never chooses. */
function unsuited({ catalog, upstreams }: Offered): AutoExclusion[] {
  return catalog.offers
    .filter(({ provider }) => upstreams.get(provider))
    .flatMap((offer) => {
      const why = unfit(offer);
      return why === undefined ? [] : [{ ...nameOf(offer), code: 'unsuited' as const, reason: `It ${why}.` }];
    });
}

function nameOf({ provider, id }: Target['offer']): Pick<AutoExclusion, 'provider' | 'model'> {
  return { provider, model: id };
}
