import type { Organization } from '../../../shared/contracts/organizations.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { table } from '../../table.ts';

/** `gateway orgs list` */
export const command = (context: Context) =>
  make('list', {
    example: 'gateway orgs list --json',
    prints:
      '[{"id":"org_1a2b","name":"Acme","role":"owner","status":"active","current":true,"balance_usd":"4.20", …}, …]',
    output: async () => (await import('../../../shared/contracts/organizations.ts')).organizationSchema.array(),
    errors: ['not_logged_in', 'permission_denied'],
  }).action(async () => {
    const [{ listOrganizations }, { list }] = await Promise.all([
      import('../../../shared/contracts/organizations.ts'),
      import('../../pages.ts'),
    ]);
    const organizations = await list<Organization>(context, listOrganizations, {});
    await context.show(organizations, (rows, paint, width) => {
      const columns = [
        { title: '' },
        { title: 'name', wrap: true },
        { title: 'your role', drop: 2 },
        { title: 'status', drop: 3 },
        { title: 'balance USD', right: true, drop: 1 },
        { title: 'id' },
      ];
      const cells = rows.map(({ current, name, role, status, balance_usd, id }) => [
        current ? '*' : '',
        name,
        role,
        status === 'invited' ? paint.yellow('invited') : status,
        balance_usd ?? '',
        id,
      ]);
      return table(paint, width, columns, cells);
    });
  });
