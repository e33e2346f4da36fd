import type { Router } from 'express';
import * as contracts from '../../../shared/contracts/keys.ts';
import { organizationOf } from '../../identity/actor.ts';
import { createKey, getKey, listKeys, revokeKey, rollKey, updateKey } from '../../identity/keys.ts';
import { knownModels, withKnownNames } from '../../policy/known-names.ts';
import { offeredTo } from '../../routing/plan.ts';
import type { Services } from '../../services.ts';
import { mount } from '../mount.ts';

/** API keys. */
export function keyRoutes(router: Router, services: Services): void {
  mount(router, services, contracts.createKey, (inside, { actor, body }) => {
    const offered = offeredTo(inside, { organizationId: organizationOf(actor) });
    const models = body.models && knownModels(offered, body.models, 'models');
    const iam = body.iam?.map((rule, at) => withKnownNames(offered, rule, `iam.${at}.`));
    return createKey(inside, actor, { ...body, models, iam });
  });
  mount(router, services, contracts.listKeys, (inside, { actor, query }) => listKeys(inside, actor, query));
  mount(router, services, contracts.showKey, (inside, { actor, params }) => getKey(inside, actor, params.id));
  mount(router, services, contracts.updateKey, (inside, { actor, params, body }) => {
    const offered = offeredTo(inside, { organizationId: organizationOf(actor) });
    const models = body.models && knownModels(offered, body.models, 'models');
    return updateKey(inside, actor, params.id, { ...body, models });
  });
  mount(router, services, contracts.revokeKey, (inside, { actor, params }) => revokeKey(inside, actor, params.id));
  mount(router, services, contracts.rollKey, (inside, { actor, params, body }) =>
    rollKey(inside, actor, params.id, body),
  );
}
