import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';

/** `gateway members remove <id>` */
export const command = (context: Context) =>
  make('remove', {
    example: 'gateway members remove ann@example.com --yes --json',
    prints: '{"id":"usr_1a2b","email":"ann@example.com","removed":true,"active_keys":0}',
    output: async () => (await import('../../../shared/contracts/members.ts')).removeMember.reply,
    errors: ['confirmation_required', 'not_logged_in', 'not_found', 'permission_denied', 'conflict'],
  })
    .argument('<id>', 'their e-mail address or id')
    .action(async (id: string) => {
      await context.confirm(`Remove ${id} from the organisation?`);
      const { removeMember } = await import('../../../shared/contracts/members.ts');
      const removed = await context.call(removeMember, { params: { id } });
      await context.show(removed, ({ email, id: removedId, active_keys: keys }) => {
        const left =
          keys === 0
            ? ''
            : `\n${keys === 1 ? '1 key that they made goes' : `${keys} keys that they made go`} on working: see \`gateway keys list\`.`;
        return `Removed ${email ?? removedId}.${left}`;
      });
    });
