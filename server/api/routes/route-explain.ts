import type { Router } from 'express';
import { explainRoute } from '../../../shared/contracts/route-explain.ts';
import { GatewayError } from '../../../shared/errors.ts';
import { keyOfPerson } from '../../identity/key-of-person.ts';
import { admitCaller } from '../../policy/admit.ts';
import { explain } from '../../proxy/explain/explain.ts';
import type { Services } from '../../services.ts';
import { mount } from '../mount.ts';

/** Where a request would go. */
export function routeExplainRoutes(router: Router, services: Services): void {
  mount(router, services, explainRoute, async (inside, { actor, body, request }) => {
    if (actor.kind === 'person') return explain(inside, await keyOfPerson(inside, actor.person, body.project), body);
    if (body.project !== undefined)
      throw new GatewayError('invalid_request', "An API key's project is its own: leave out project.", {
        param: 'project',
      });
    admitCaller(inside, actor.key, request);
    return explain(inside, actor.key, body);
  });
}
