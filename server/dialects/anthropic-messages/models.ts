import type { Provider } from '../../providers/provider.ts';

/** Models that take system messages in the middle of a conversation. Source: Anthropic, "Mid-conversation system messages". */
const SYSTEM_INSIDE = /opus-4-8|opus-5|sonnet-5|fable|mythos/;

/** Clouds that serve these models without it. */
const WITHOUT = /vertex|bedrock|azure/;

export function takesSystemInside(model: string, { name }: Pick<Provider, 'name'>): boolean {
  return SYSTEM_INSIDE.test(model.replaceAll('.', '-')) && !WITHOUT.test(name);
}

/** From these on Claude takes `temperature` or `top_p`, not both. Source: "Migrating to Claude 4.5". */
const ONE_OF_TWO = /(?:opus-4-[1-9]|(?:sonnet|haiku)-4-[5-9])(?!\d)/;

export function takesOneSampling(model: string): boolean {
  return ONE_OF_TWO.test(model.replaceAll('.', '-'));
}
