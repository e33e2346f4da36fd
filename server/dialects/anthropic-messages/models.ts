/** Models that take system messages in the middle of a conversation. Source: Anthropic, "Mid-conversation system messages". */
const SYSTEM_INSIDE = /opus-4-8|opus-5|sonnet-5|fable|mythos/;

export function takesSystemInside(model: string): boolean {
  return SYSTEM_INSIDE.test(model.replaceAll('.', '-'));
}

/** From these on Claude takes `temperature` or `top_p`, not both. Source: "Migrating to Claude 4.5". */
const ONE_OF_TWO = /(?:opus-4-[1-9]|(?:sonnet|haiku)-4-[5-9])(?!\d)/;

export function takesOneSampling(model: string): boolean {
  return ONE_OF_TWO.test(model.replaceAll('.', '-'));
}
