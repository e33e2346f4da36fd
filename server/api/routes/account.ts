import type { Router } from 'express';
import { balance, discovery, emailCode, me } from '../../../shared/contracts/account.ts';
import { GatewayError } from '../../../shared/errors.ts';
import { formatUsd } from '../../../shared/money.ts';
import { spendableNano } from '../../billing/statement.ts';
import { profileOf } from '../../identity/profile.ts';
import type { Services } from '../../services.ts';
import { mount, mountPublic } from '../mount.ts';

/** Signing in, and who one is then. */
export function accountRoutes(router: Router, services: Services): void {
  mountPublic(router, services, discovery, ({ identity }) => identity.discovery());

  mountPublic(router, services, emailCode, async ({ identity }, { body, request }) => {
    if (!identity.embedded) {
      const hint = 'Run `gateway login`.';
      throw new GatewayError('not_found', 'People sign in at an external issuer here, which sends no codes.', { hint });
    }
    const { expiresInS } = await identity.sendEmailCode(body.email, request.ip ?? '');
    const delivered = identity.embedded.sendsMail ? ('mail' as const) : ('log' as const);
    return { sent: true as const, expires_in: expiresInS, delivered };
  });

  mount(router, services, me, async (inside, { actor }) => ({
    ...(await profileOf(inside, actor)),
    balance_usd: formatUsd(await spendableNano(inside, actor)),
  }));

  mount(router, services, balance, async (inside, { actor }) => ({
    balance_usd: formatUsd(await spendableNano(inside, actor)),
    currency: 'USD' as const,
  }));
}
