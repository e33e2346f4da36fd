import { TIERS, type Tier } from '../../../shared/contracts/routing.ts';
import { GatewayError } from '../../../shared/errors.ts';
import type { Offer } from '../../catalog/types.ts';
import { type Offered, plan, type Target } from '../plan.ts';
import { metBy } from './needs.ts';
import { BY_PRICE, CODE_ONLY, QUALITIES, type Quality, SMALL } from './qualities.ts';

/** One way to a model, with what is asked of it on every request as plain numbers. */
export interface Way {
  target: Target;
  /** Bits of `NEEDS`. */
  met: number;
  /** Tokens; infinite where nobody says. */
  window: number;
  mostOutput: number;
  /** Pico-dollars a token, and a request. */
  input: number;
  output: number;
  request: number;
  /** From so many input tokens on, the others hold. */
  longFrom: number;
  longInput: number;
  longOutput: number;
}

/** A model that `auto` may choose, and all ways to it. */
export interface Choice {
  model: string;
  /** The place of its tier among `TIERS`. */
  rank: number;
  tier: Tier;
  codeOnly: boolean;
  reasons: boolean;
  ways: readonly Way[];
  /** No way costs less than these, and none has more than these: so most models need no look at their ways. */
  least: Pick<Way, 'input' | 'output' | 'request'>;
  met: number;
}

/** A model's tier and what it is for, by its name or, where no row names it, by its price and whether it reasons. */
export function qualityOf(offer: Pick<Offer, 'model' | 'capabilities' | 'price'>): Quality {
  const reasons = offer.capabilities.includes('reasoning');
  const row = QUALITIES.find(([pattern]) => pattern.test(offer.model))?.[1];
  const quality = row ?? ruleFor(offer, reasons);
  return quality.tier === 'REASONING' && !reasons ? { ...quality, tier: 'COMPLEX' } : quality;
}

function ruleFor({ model, price }: Pick<Offer, 'model' | 'price'>, reasons: boolean): Quality {
  const usd = Number(price.outputPico) / 1e6;
  const row = BY_PRICE.find(({ outputUsd }) => usd >= outputUsd)!;
  const tier = reasons ? row.reasons : row.plain;
  const lowered = SMALL.test(model) ? TIERS[Math.max(0, TIERS.indexOf(tier) - 1)]! : tier;
  return { tier: lowered, ...(CODE_ONLY.test(model) && { only: 'code' as const }) };
}

/** What is in the way of an offer being chosen by `auto` at all; undefined when nothing is. */
export function unfit(offer: Offer): string | undefined {
  const { capabilities } = offer;
  if (offer.deprecated) return 'is deprecated';
  if (offer.priceUnknown) return 'has no known price';
  if (['embeddings', 'moderation', 'image_output'].some((name) => capabilities.includes(name)))
    return 'is not made for text';
  return qualityOf(offer).never ? 'is made for another kind of work' : undefined;
}

const compiled = new WeakMap<object, { offers: readonly Offer[]; choices: readonly Choice[] }>();

/** The models that may be chosen here: made anew only when the catalogue, its prices or the providers change. */
export function choicesOf(offered: Offered): readonly Choice[] {
  const { offers } = offered.catalog;
  const known = compiled.get(offered.upstreams);
  if (known?.offers === offers) return known.choices;
  const models = new Set(
    offers.filter((offer) => offered.upstreams.get(offer.provider) && !unfit(offer)).map(({ model }) => model),
  );
  const choices = [...models].map((model) =>
    choiceOf(
      model,
      waysTo(offered, model).filter(({ target }) => !unfit(target.offer)),
    ),
  );
  compiled.set(offered.upstreams, { offers, choices });
  return choices;
}

const named = new WeakMap<
  readonly string[],
  { offers: readonly Offer[]; upstreams: Offered['upstreams']; choices: readonly Choice[] }
>();

/** The models that a project names itself, those of its own servers too. Names of what is not offered are left out. */
export function choicesNamed(offered: Offered, names: readonly string[]): readonly Choice[] {
  const { upstreams } = offered;
  const { offers } = offered.catalog;
  const known = named.get(names);
  if (known?.offers === offers && known.upstreams === upstreams) return known.choices;
  const choices = [...new Set(names)]
    .map((name) => choiceOf(name, waysTo(offered, name)))
    .filter(({ ways }) => ways.length > 0);
  named.set(names, { offers, upstreams, choices });
  return choices;
}

function choiceOf(name: string, ways: readonly Way[]): Choice {
  const first = ways[0]?.target.offer;
  const quality: Quality = first ? qualityOf(first) : { tier: 'SIMPLE' };
  return {
    model: first?.priceUnknown ? name : (first?.model ?? name),
    rank: TIERS.indexOf(quality.tier),
    tier: quality.tier,
    codeOnly: quality.only === 'code',
    reasons: first?.capabilities.includes('reasoning') === true,
    ways,
    least: {
      input: Math.min(...ways.map(({ input, longInput, longFrom }) => Math.min(input, longPrice(longFrom, longInput)))),
      output: Math.min(
        ...ways.map(({ output, longOutput, longFrom }) => Math.min(output, longPrice(longFrom, longOutput))),
      ),
      request: Math.min(...ways.map(({ request }) => request)),
    },
    met: ways.reduce((bits, { met }) => bits | met, 0),
  };
}

/** A price of long prompts; infinite where there is none. */
function longPrice(from: number, price: number): number {
  return from === Number.POSITIVE_INFINITY ? from : price;
}

function waysTo(offered: Offered, name: string): Way[] {
  try {
    return plan(offered, name).map(wayOf);
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'model_not_found') return [];
    throw error;
  }
}

function wayOf(target: Target): Way {
  const { offer } = target;
  const long = offer.longContext;
  return {
    target,
    met: metBy(offer),
    window: offer.contextWindow ?? Number.POSITIVE_INFINITY,
    mostOutput: offer.maxOutputTokens ?? Number.POSITIVE_INFINITY,
    input: Number(offer.price.inputPico),
    output: Number(offer.price.outputPico),
    request: Number(offer.price.requestNano) * 1000,
    longFrom: long?.aboveInputTokens ?? Number.POSITIVE_INFINITY,
    longInput: Number(long?.price.inputPico ?? 0n),
    longOutput: Number(long?.price.outputPico ?? 0n),
  };
}
