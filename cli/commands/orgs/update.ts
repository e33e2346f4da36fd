import { GatewayError } from '../../../shared/errors.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { addRateLimitFlag, type RateLimitFlag, rateLimitsOf } from '../../rate-limits.ts';
import { ONE_ORGANIZATION, organizationText } from './text.ts';

/** `gateway orgs update <id>` */
export const command = (context: Context) =>
  addRateLimitFlag(
    make('update', {
      example: 'gateway orgs update current --rate-limit requests_per_minute=600 --json',
      prints: ONE_ORGANIZATION.replace('"rate_limits":null', '"rate_limits":{"requests_per_minute":600}'),
      output: async () => (await import('../../../shared/contracts/organizations.ts')).organizationSchema,
      errors: ['not_logged_in', 'not_found', 'permission_denied'],
    }),
    '; replaces those it has, none takes them away',
  )
    .argument('<id>', 'its id or name; `current` for the one in use')
    .action(async (id: string, { rateLimit }: { rateLimit?: RateLimitFlag }) => {
      if (rateLimit === undefined)
        throw new GatewayError('usage', 'Nothing to change was named.', {
          hint: 'Add --rate-limit requests_per_minute=600, or --rate-limit none. `gateway orgs rename` changes the name.',
        });
      const { updateOrganization } = await import('../../../shared/contracts/organizations.ts');
      const body = { rate_limits: rateLimitsOf(rateLimit) };
      await context.show(await context.call(updateOrganization, { params: { id }, body }), organizationText);
    });
