import { GatewayError } from '../../shared/errors.ts';
import type { Offer } from '../catalog/types.ts';
import type { Services } from '../services.ts';

const MOST_REGIONS = 20;

function noRegion(model: string, regions: readonly string[]): GatewayError {
  const plain = model.slice(0, model.lastIndexOf(':'));
  return new GatewayError('model_not_found', `The model ${shown(plain)} is not served in that region.`, {
    param: 'model',
    hint:
      regions.length > 0
        ? `Its regions are ${regions.slice(0, MOST_REGIONS).join(', ')}; without one, the provider's usual one is taken.`
        : 'No region of it can be chosen: leave out what stands behind the colon.',
  });
}

/** As much of a name as an error should repeat. */
export function shown(model: string): string {
  return model.length > 100 ? `${model.slice(0, 100)}…` : model;
}

/** Why no target has that name: no provider of it is configured, there is no such region, or no such model. */
export function notFound(catalog: Services['catalog'], offers: readonly Offer[], model: string): GatewayError {
  if (offers.length > 0) {
    const variables = [
      ...new Set(offers.map(({ provider }) => `LLM_${provider.toUpperCase().replaceAll('-', '_')}_API_KEY`)),
    ];
    return new GatewayError(
      'model_not_found',
      `The model ${shown(model)} is known, but no provider of it is configured here.`,
      {
        param: 'model',
        hint: `Add a key of your own with \`gateway providers add ${offers[0]!.provider}\`, or let whoever runs the server set ${variables.join(' or ')}.`,
      },
    );
  }
  const regions = catalog.regionsOf(model);
  if (regions) return noRegion(model, regions);
  const near = catalog.nearest(model);
  return new GatewayError('model_not_found', `The model ${shown(model)} does not exist.`, {
    param: 'model',
    ...(near.length > 0
      ? { hint: `Did you mean ${near.join(' or ')}? Run \`gateway models\` to see the models offered.` }
      : {}),
  });
}
