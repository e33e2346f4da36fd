import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { ONE_ORGANIZATION, organizationText } from './text.ts';

/** `gateway orgs show [id]` */
export const command = (context: Context) =>
  make('show', {
    example: 'gateway orgs show --json',
    prints: ONE_ORGANIZATION,
    output: async () => (await import('../../../shared/contracts/organizations.ts')).organizationSchema,
    errors: ['not_logged_in', 'not_found', 'permission_denied'],
  })
    .argument('[id]', 'its id or name; the one in use when left out', 'current')
    .action(async (id: string) => {
      const { showOrganization } = await import('../../../shared/contracts/organizations.ts');
      await context.show(await context.call(showOrganization, { params: { id } }), organizationText);
    });
