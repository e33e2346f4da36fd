import type { Router } from 'express';
import * as contracts from '../../../shared/contracts/iam.ts';
import { organizationOf } from '../../identity/actor.ts';
import { addRule, getRule, listRules, removeRule, updateRule } from '../../identity/key-rules.ts';
import { withKnownNames } from '../../policy/known-names.ts';
import { offeredTo } from '../../routing/plan.ts';
import type { Services } from '../../services.ts';
import { mount } from '../mount.ts';

/** The rules of API keys. */
export function iamRoutes(router: Router, services: Services): void {
  mount(router, services, contracts.listRules, (inside, { actor, params, query }) =>
    listRules(inside, actor, params.id, query),
  );
  mount(router, services, contracts.addRule, (inside, { actor, params, body }) =>
    addRule(
      inside,
      actor,
      params.id,
      withKnownNames(offeredTo(inside, { organizationId: organizationOf(actor) }), body),
    ),
  );
  mount(router, services, contracts.showRule, (inside, { actor, params }) => getRule(inside, actor, params));
  mount(router, services, contracts.updateRule, (inside, { actor, params, body }) =>
    updateRule(inside, actor, params, body, (rule) =>
      withKnownNames(offeredTo(inside, { organizationId: organizationOf(actor) }), rule),
    ),
  );
  mount(router, services, contracts.removeRule, (inside, { actor, params }) => removeRule(inside, actor, params));
}
