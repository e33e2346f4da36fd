import { command as make } from '../../../command.ts';
import type { Context } from '../../../context.ts';
import { ONE_ROUTING, routingTable } from './text.ts';

/** `gateway projects routing show <id>` */
export const command = (context: Context) =>
  make('show', {
    example: 'gateway projects routing show web --json',
    prints: ONE_ROUTING,
    output: async () => (await import('../../../../shared/contracts/project-routing.ts')).projectRoutingSchema,
    errors: ['not_logged_in', 'not_found', 'permission_denied'],
  })
    .argument('<id>', 'its id or name')
    .action(async (id: string) => {
      const { showRouting } = await import('../../../../shared/contracts/project-routing.ts');
      await context.show(await context.call(showRouting, { params: { id } }), routingTable);
    });
