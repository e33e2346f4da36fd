import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { ONE_ORGANIZATION } from './text.ts';

/** `gateway orgs rename <id> <name>` */
export const command = (context: Context) =>
  make('rename', {
    example: 'gateway orgs rename current Acme --json',
    prints: ONE_ORGANIZATION,
    output: async () => (await import('../../../shared/contracts/organizations.ts')).organizationSchema,
    errors: ['not_logged_in', 'not_found', 'permission_denied'],
  })
    .argument('<id>', 'its id or name; `current` for the one in use')
    .argument('<name>', 'the new name')
    .action(async (id: string, name: string) => {
      const { updateOrganization } = await import('../../../shared/contracts/organizations.ts');
      const renamed = await context.call(
        updateOrganization,
        { params: { id }, body: { name } },
        { flags: { name: '<name>' } },
      );
      await context.show(renamed, (shown) => `The organisation ${shown.id} is now called "${shown.name}".`);
    });
