import type { Router } from 'express';
import { createTopup, showTopup } from '../../../shared/contracts/topup.ts';
import { findTopup, openTopup } from '../../billing/topup.ts';
import type { Services } from '../../services.ts';
import { personOf } from '../caller.ts';
import { mount } from '../mount.ts';

/** Asking for credit. */
export function topupRoutes(router: Router, services: Services): void {
  mount(router, services, createTopup, (inside, { actor, body }) => openTopup(inside, personOf(actor), body));
  mount(router, services, showTopup, (inside, { actor, params }) => findTopup(inside, personOf(actor), params.id));
}
