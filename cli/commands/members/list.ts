import type { Member } from '../../../shared/contracts/members.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { table } from '../../table.ts';

/** `gateway members list` */
export const command = (context: Context) =>
  make('list', {
    example: 'gateway members list --json',
    prints: '[{"id":"usr_1a2b","email":"ann@example.com","display_name":"Ann","role":"owner","status":"active", …}, …]',
    output: async () => (await import('../../../shared/contracts/members.ts')).memberSchema.array(),
    errors: ['not_logged_in', 'permission_denied'],
  }).action(async () => {
    const [{ listMembers }, { list }] = await Promise.all([
      import('../../../shared/contracts/members.ts'),
      import('../../pages.ts'),
    ]);
    const members = await list<Member>(context, listMembers, {});
    await context.show(members, (rows, paint, width) => {
      const columns = [
        { title: 'e-mail' },
        { title: 'name', wrap: true, drop: 2 },
        { title: 'role' },
        { title: 'status', drop: 3 },
        { title: 'since', drop: 1 },
        { title: 'id', drop: 4 },
      ];
      const cells = rows.map((row) => [
        row.email ?? '',
        row.display_name ?? '',
        row.role,
        row.status === 'invited' ? paint.yellow('invited') : row.status,
        row.created_at.slice(0, 10),
        row.id,
      ]);
      return table(paint, width, columns, cells);
    });
  });
