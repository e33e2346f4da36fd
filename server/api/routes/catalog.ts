import type { Router } from 'express';
import * as contracts from '../../../shared/contracts/catalog.ts';
import { GatewayError } from '../../../shared/errors.ts';
import type { Services } from '../../services.ts';
import { personOf } from '../caller.ts';
import { mount } from '../mount.ts';

/** The list of models: where it comes from, and taking a newer one. */
export function catalogRoutes(router: Router, services: Services): void {
  mount(router, services, contracts.showCatalog, ({ catalogUpdates }) => catalogUpdates.state());
  mount(router, services, contracts.refreshCatalog, async ({ catalogUpdates, log }, { actor, body }) => {
    const person = personOf(actor);
    if (!person.isOwner)
      throw new GatewayError('permission_denied', "Only the server's owner may change what models cost here.");
    log.info({ owner: person.userId, source: body.url ?? body.source }, 'the list of models is refreshed by hand');
    return catalogUpdates.refresh(body);
  });
}
