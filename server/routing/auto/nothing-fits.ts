import { GatewayError } from '../../../shared/errors.ts';
import { servesTier, tierOf } from '../../catalog/tiers.ts';
import type { Wanted } from './auto.ts';
import type { Choice, Way } from './models.ts';
import { NEEDS } from './needs.ts';

/** A thing that was asked for. */
interface Demand {
  /** What a model does that has it. */
  says: string;
  met: (way: Way) => boolean;
  /** What kind of thing it is. */
  code: 'priority' | 'capability' | 'service_tier';
  error: 'model_not_supported' | 'context_length_exceeded' | 'unsupported_service_tier' | 'permission_denied';
  param?: string;
}

/** All that was asked for, what decides first in front. */
export function demandsOf(wanted: Wanted): Demand[] {
  const { promptTokens, outputTokens, facts, priorities } = wanted;
  const tier = tierOf(facts.serviceTier);
  return [
    {
      says: 'is of a provider that the project allows',
      met: ({ target }) => priorities[target.offer.provider] !== 0,
      code: 'priority',
      error: 'permission_denied',
      param: 'model',
    },
    ...NEEDS.filter(({ bit }) => wanted.needs & bit).map(
      ({ bit, says }): Demand => ({
        says,
        met: ({ met }) => (met & bit) !== 0,
        code: 'capability',
        error: 'model_not_supported',
      }),
    ),
    ...(tier === undefined
      ? []
      : [
          {
            says: `is served in the service tier ${tier.slice(0, 40)}`,
            met: ({ target }: Way) => servesTier(target.offer, facts.serviceTier),
            code: 'service_tier' as const,
            error: 'unsupported_service_tier' as const,
            param: 'service_tier',
          },
        ]),
    {
      says: `generates ${outputTokens} tokens`,
      met: ({ mostOutput }) => outputTokens <= mostOutput,
      code: 'capability',
      error: 'model_not_supported',
      param: 'max_tokens',
    },
    {
      says: `has room for about ${promptTokens + outputTokens} tokens`,
      met: ({ window }) => promptTokens + outputTokens <= window,
      code: 'capability',
      error: 'context_length_exceeded',
    },
  ];
}

/** Why no model is left: nothing is offered, the key's rules, or what was asked for that none has. */
export function nothingFits(choices: readonly Choice[], wanted: Wanted, refusal: string | undefined): GatewayError {
  if (refusal !== undefined)
    return new GatewayError('permission_denied', `Access denied to every model that fits: ${refusal}.`, {
      param: 'model',
    });
  const ways = choices.flatMap((choice) => choice.ways);
  if (ways.length === 0)
    return new GatewayError('model_not_found', 'There is no model here that auto could choose.', {
      param: 'model',
      hint: 'Add a provider with `gateway providers add <name>`, or name a model: `gateway models` lists them.',
    });
  const demands = demandsOf(wanted);
  const alone = demands.find(({ met }) => !ways.some(met));
  if (alone) return unmet([alone]);
  let left = ways;
  const asked: Demand[] = [];
  for (const demand of demands) {
    if (left.every(demand.met)) continue;
    asked.push(demand);
    left = left.filter(demand.met);
    if (left.length === 0) return unmet(asked);
  }
  return new GatewayError('model_not_found', 'The models here that auto could choose are made for programs alone.', {
    param: 'model',
  });
}

function unmet(demands: readonly Demand[]): GatewayError {
  const { error, param } = demands.at(-1)!;
  return new GatewayError(
    error,
    `No model that auto can choose here ${demands.map(({ says }) => says).join(' and ')}.`,
    {
      param: param ?? 'model',
      hint: 'Ask for less, or name a model: `gateway models` lists them with what each can do.',
    },
  );
}
