import type { Router } from 'express';
import * as contracts from '../../../shared/contracts/project-routing.ts';
import { changeRouting, showRouting } from '../../identity/project-routing.ts';
import { withKnownRouting } from '../../policy/known-routing.ts';
import { offeredTo } from '../../routing/plan.ts';
import { checkOverrides, mergeOverrides } from '../../routing/project-overrides.ts';
import type { Services } from '../../services.ts';
import { personOf } from '../caller.ts';
import { mount } from '../mount.ts';

/** How the requests of a project are routed. */
export function projectRoutingRoutes(router: Router, services: Services): void {
  mount(router, services, contracts.showRouting, (inside, { actor, params }) =>
    showRouting(inside, personOf(actor), params.id),
  );
  mount(router, services, contracts.updateRouting, (inside, { actor, params, body }) => {
    const person = personOf(actor);
    const known = withKnownRouting(offeredTo(inside, { organizationId: person.organization.id }), body);
    return changeRouting(inside, person, params.id, (before) => {
      const after = mergeOverrides(before, known);
      checkOverrides(after);
      return after;
    });
  });
  mount(router, services, contracts.resetRouting, (inside, { actor, params }) =>
    changeRouting(inside, personOf(actor), params.id, () => ({})),
  );
}
