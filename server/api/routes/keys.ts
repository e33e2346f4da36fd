import type { Router } from 'express';
import * as contracts from '../../../shared/contracts/keys.ts';
import { GatewayError } from '../../../shared/errors.ts';
import { createKey, getKey, listKeys, revokeKey, rollKey, updateKey } from '../../identity/keys.ts';
import type { Services } from '../../services.ts';
import { mount } from '../mount.ts';

/** API keys. */
export function keyRoutes(router: Router, services: Services): void {
  mount(router, services, contracts.createKey, (inside, { actor, body }) => {
    checkModels(inside, body.models);
    return createKey(inside, actor, body);
  });
  mount(router, services, contracts.listKeys, (inside, { actor, query }) => listKeys(inside, actor, query));
  mount(router, services, contracts.showKey, (inside, { actor, params }) => getKey(inside, actor, params.id));
  mount(router, services, contracts.updateKey, (inside, { actor, params, body }) => {
    checkModels(inside, body.models);
    return updateKey(inside, actor, params.id, body);
  });
  mount(router, services, contracts.revokeKey, (inside, { actor, params }) => revokeKey(inside, actor, params.id));
  mount(router, services, contracts.rollKey, (inside, { actor, params, body }) =>
    rollKey(inside, actor, params.id, body),
  );
}

/** A key for a model that is misspelt would be refused everything, so the spelling is checked here. */
function checkModels({ catalog }: Pick<Services, 'catalog'>, names: readonly string[] | null | undefined): void {
  const at = names?.findIndex((name) => catalog.find(name).length === 0) ?? -1;
  if (at < 0) return;
  const name = names![at]!;
  const near = catalog.nearest(name);
  const hint = near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'Run `gateway models` to see the models offered.';
  throw new GatewayError('invalid_request', `There is no model "${name}".`, { param: `models.${at}`, hint });
}
