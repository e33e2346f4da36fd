import { eq } from 'drizzle-orm';
import type { Router } from 'express';
import { formatUsd } from '../../shared/money.ts';
import { organizations } from '../store/schema.ts';
import type { Console } from './console.ts';
import { home } from './pages/home.ts';

/** `/`: what this is. */
export function homeRoutes(router: Router, { services, browsers, headers, show }: Console): void {
  const { store, publicUrl } = services;
  router.get('/', headers, async (request, response) => {
    const view = await browsers.view(request, response);
    const organizationId = view.person?.organization.id;
    const [row] = organizationId
      ? await store.db
          .select({ balance: organizations.balanceNano })
          .from(organizations)
          .where(eq(organizations.id, organizationId))
      : [];
    show(
      response,
      view,
      'One key for every large language model',
      home(view, { publicUrl, balanceUsd: row && formatUsd(row.balance) }),
    );
  });
}
