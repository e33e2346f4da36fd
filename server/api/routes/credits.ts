import type { Router } from 'express';
import * as contracts from '../../../shared/contracts/credits.ts';
import { autoTopup, setAutoTopup } from '../../billing/auto-topup.ts';
import type { Services } from '../../services.ts';
import { personOf } from '../caller.ts';
import { mount } from '../mount.ts';

/** Automatic top-up. */
export function creditRoutes(router: Router, services: Services): void {
  mount(router, services, contracts.showAutoTopup, (inside, { actor }) => autoTopup(inside, personOf(actor)));
  mount(router, services, contracts.setAutoTopup, (inside, { actor, body }) =>
    setAutoTopup(inside, personOf(actor), body),
  );
}
