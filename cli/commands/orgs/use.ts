import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { ONE_ORGANIZATION } from './text.ts';

/** `gateway orgs use <id>`: the choice is kept by the server, so it holds on every device and on the pages. It accepts an invitation. */
export const command = (context: Context) =>
  make('use', {
    example: 'gateway orgs use Acme --json',
    prints: ONE_ORGANIZATION,
    output: async () => (await import('../../../shared/contracts/organizations.ts')).organizationSchema,
    errors: ['not_logged_in', 'not_found', 'permission_denied'],
  })
    .argument('<id>', 'its id or name, as `orgs list` has it')
    .action(async (id: string) => {
      const { useOrganization } = await import('../../../shared/contracts/organizations.ts');
      const used = await context.call(
        useOrganization,
        { body: { organization: id } },
        { flags: { organization: '<id>' } },
      );
      await context.show(
        used,
        (shown) => `You now act in "${shown.name}" (${shown.role}), here and wherever else you are signed in.`,
      );
    });
