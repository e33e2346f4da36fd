import { GatewayError } from '../../shared/errors.ts';
import type { RequestFacts } from '../dialects/neutral.ts';
import { checkReasoning } from '../dialects/reasoning.ts';
import type { Target } from './plan.ts';

/** What a model that generates no text is good for, by capability. */
const OTHER_ENDPOINTS: Readonly<Record<string, string>> = {
  embeddings: 'POST /v1/embeddings',
  moderation: 'POST /v1/moderations',
};

/**
 * Of the targets planned, those that can do what a completion asks for. Throws what is in the way at the best one when
 * none can: `model_not_supported`.
 */
export function fitting(targets: readonly Target[], facts: RequestFacts): readonly Target[] {
  let first: unknown;
  const left = targets.filter(({ offer }) => {
    try {
      checkGenerates(offer);
      checkReasoning(facts, offer);
      return true;
    } catch (error) {
      first ??= error;
      return false;
    }
  });
  if (left.length === 0) throw first;
  // the same list, for what is known of it
  return left.length === targets.length ? targets : left;
}

function checkGenerates(offer: Target['offer']): void {
  const endpoint = otherEndpointOf(offer);
  if (endpoint === undefined) return;
  throw new GatewayError('model_not_supported', `${offer.id} answers on ${endpoint} only.`, {
    param: 'model',
    hint: 'Run `gateway models` to see the models offered, with what each can do.',
  });
}

/** Where a model that generates no text answers instead; undefined for one that does. */
export function otherEndpointOf({ capabilities }: Pick<Target['offer'], 'capabilities'>): string | undefined {
  for (const capability of capabilities) {
    const endpoint = OTHER_ENDPOINTS[capability];
    if (endpoint !== undefined) return endpoint;
  }
  return undefined;
}
