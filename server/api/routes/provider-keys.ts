import type { Router } from 'express';
import * as contracts from '../../../shared/contracts/provider-keys.ts';
import { view } from '../../identity/provider-key-records.ts';
import { tryProviderKey } from '../../identity/provider-key-trial.ts';
import {
  addProviderKey,
  findProviderKey,
  listProviderKeys,
  removeProviderKey,
  updateProviderKey,
} from '../../identity/provider-keys.ts';
import { listProviders } from '../../identity/providers-offered.ts';
import type { Services } from '../../services.ts';
import { personOf } from '../caller.ts';
import { mount } from '../mount.ts';

/** The providers there are, and an organisation's own keys at them. */
export function providerKeyRoutes(router: Router, services: Services): void {
  mount(router, services, contracts.listProviders, (inside, { actor, query }) => listProviders(inside, actor, query));
  mount(router, services, contracts.listProviderKeys, (inside, { actor, query }) =>
    listProviderKeys(inside, personOf(actor), query),
  );
  mount(router, services, contracts.addProviderKey, (inside, { actor, body }) =>
    addProviderKey(inside, personOf(actor), body),
  );
  mount(router, services, contracts.showProviderKey, async (inside, { actor, params }) =>
    view(inside, await findProviderKey(inside.store.db, personOf(actor), params.id)),
  );
  mount(router, services, contracts.updateProviderKey, (inside, { actor, params, body }) =>
    updateProviderKey(inside, personOf(actor), params.id, body),
  );
  mount(router, services, contracts.removeProviderKey, (inside, { actor, params }) =>
    removeProviderKey(inside, personOf(actor), params.id),
  );
  mount(router, services, contracts.testProviderKey, (inside, { actor, params, body }) =>
    tryProviderKey(inside, personOf(actor), params.id, body.model),
  );
}
