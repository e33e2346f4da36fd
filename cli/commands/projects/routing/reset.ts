import { command as make } from '../../../command.ts';
import type { Context } from '../../../context.ts';
import { withoutOf } from './settings.ts';
import { ONE_ROUTING, routingTable } from './text.ts';

/** `gateway projects routing reset <id> [keys…]` */
export const command = (context: Context) =>
  make('reset', {
    example: 'gateway projects routing reset web --json',
    examples: ['gateway projects routing reset web weights retry.max_retries'],
    prints: ONE_ROUTING,
    output: async () => (await import('../../../../shared/contracts/project-routing.ts')).projectRoutingSchema,
    errors: ['not_logged_in', 'not_found', 'invalid_request', 'permission_denied'],
  })
    .argument('<id>', 'its id or name')
    .argument('[keys...]', 'settings or groups of them, as `show` lists them; without any, everything')
    .action(async (id: string, keys: string[]) => {
      const patch = withoutOf(keys);
      const { resetRouting, updateRouting } = await import('../../../../shared/contracts/project-routing.ts');
      const now =
        keys.length === 0
          ? await context.call(resetRouting, { params: { id } })
          : await context.call(updateRouting, { params: { id }, body: patch });
      await context.show(now, routingTable);
    });
