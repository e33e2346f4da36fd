import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { ONE_MEMBER, roleOption } from './role.ts';

/** `gateway members add <email>` */
export const command = (context: Context) =>
  make('add', {
    example: 'gateway members add ann@example.com --role developer --json',
    prints: ONE_MEMBER,
    output: async () => (await import('../../../shared/contracts/members.ts')).memberSchema,
    errors: ['not_logged_in', 'permission_denied', 'conflict'],
  })
    .argument('<email>', 'their e-mail address')
    .addOption(roleOption('what they may do').default('developer'))
    .action(async (email: string, { role }: { role: 'owner' | 'admin' | 'developer' }) => {
      const { addMember } = await import('../../../shared/contracts/members.ts');
      const added = await context.call(addMember, { body: { email, role } }, { flags: { email: '<email>' } });
      await context.show(added, (shown) =>
        shown.status === 'active'
          ? `${shown.email} is now a member, as ${shown.role}. They act in this organisation after \`gateway orgs use\`.`
          : `${shown.email} joins as ${shown.role} when they first sign in here with that address. No mail was sent: tell them.`,
      );
    });
