import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { ONE_MEMBER, roleOption } from './role.ts';

/** `gateway members update <id>` */
export const command = (context: Context) =>
  make('update', {
    example: 'gateway members update ann@example.com --role admin --json',
    prints: ONE_MEMBER,
    output: async () => (await import('../../../shared/contracts/members.ts')).memberSchema,
    errors: ['not_logged_in', 'not_found', 'permission_denied', 'conflict'],
  })
    .argument('<id>', 'their e-mail address or id')
    .addOption(roleOption('what they may do from now on').makeOptionMandatory())
    .action(async (id: string, { role }: { role: 'owner' | 'admin' | 'developer' }) => {
      const { updateMember } = await import('../../../shared/contracts/members.ts');
      const updated = await context.call(updateMember, { params: { id }, body: { role } });
      await context.show(updated, (shown) => `${shown.email ?? shown.id} is now ${shown.role}.`);
    });
