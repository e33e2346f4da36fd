import { command as make } from '../../../command.ts';
import type { Context } from '../../../context.ts';
import { patchOf } from './settings.ts';
import { ONE_ROUTING, routingTable } from './text.ts';

/** `gateway projects routing set <id> <settings…>` */
export const command = (context: Context) =>
  make('set', {
    example: 'gateway projects routing set web weights.price=0.8 retry.max_retries=1 --json',
    examples: [
      'gateway projects routing set web priorities.openai=0 sticky.enabled=off',
      'gateway projects routing set web weights.price=default',
    ],
    prints: ONE_ROUTING,
    output: async () => (await import('../../../../shared/contracts/project-routing.ts')).projectRoutingSchema,
    errors: ['not_logged_in', 'not_found', 'invalid_request', 'permission_denied'],
  })
    .argument('<id>', 'its id or name')
    .argument('<settings...>', '<setting>=<value>, as `show` lists them; lists with commas; =default takes one back')
    .action(async (id: string, settings: string[]) => {
      const [{ updateRouting }, body] = await Promise.all([
        import('../../../../shared/contracts/project-routing.ts'),
        patchOf(settings),
      ]);
      const changed = await context.call(
        updateRouting,
        { params: { id }, body },
        { flags: { priorities: '<settings>', auto: '<settings>', history: '<settings>' } },
      );
      await context.show(changed, routingTable);
    });
