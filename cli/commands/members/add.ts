import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { roleOption } from './role.ts';

/** `gateway members add <email>`: an invitation, which the person accepts by `orgs use`. */
export const command = (context: Context) =>
  make('add', {
    example: 'gateway members add ann@example.com --role developer --json',
    prints:
      '{"id":"inv_1a2b","email":"ann@example.com","display_name":null,"role":"developer","status":"invited","created_at":"2026-01-01T00:00:00.000Z"}',
    output: async () => (await import('../../../shared/contracts/members.ts')).memberSchema,
    errors: ['not_logged_in', 'permission_denied', 'conflict'],
  })
    .argument('<email>', 'their e-mail address')
    .addOption(roleOption('what they may do').default('developer'))
    .action(async (email: string, { role }: { role: 'owner' | 'admin' | 'developer' }) => {
      const { addMember } = await import('../../../shared/contracts/members.ts');
      const added = await context.call(addMember, { body: { email, role } }, { flags: { email: '<email>' } });
      await context.show(
        added,
        (shown) =>
          `Invited ${shown.email} as ${shown.role}. No mail was sent: tell them to sign in with that address, and to join by \`gateway orgs use\`.`,
      );
    });
