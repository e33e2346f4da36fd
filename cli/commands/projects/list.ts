import type { Project } from '../../../shared/contracts/projects.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { defaultProject } from '../../default-project.ts';
import { table } from '../../table.ts';

/** `gateway projects list` */
export const command = (context: Context) =>
  make('list', {
    example: 'gateway projects list --json',
    prints: '[{"id":"prj_1a2b","name":"web","default":false,"active_keys":2, …}, …]',
    output: async () => (await import('../../../shared/contracts/projects.ts')).projectSchema.array(),
    errors: ['not_logged_in', 'permission_denied'],
  }).action(async () => {
    const [{ listProjects }, { list }] = await Promise.all([
      import('../../../shared/contracts/projects.ts'),
      import('../../pages.ts'),
    ]);
    const projects = await list<Project>(context, listProjects, {});
    await context.show(projects, async (rows, paint, width) => {
      const used = await defaultProject(context);
      const inUse = (row: Project) => (used === undefined ? row.default : row.id === used || row.name === used);
      const cells = rows.map((row) => [
        inUse(row) ? '*' : '',
        row.name,
        String(row.active_keys),
        row.created_at.slice(0, 10),
        row.id,
      ]);
      const columns = [
        { title: '' },
        { title: 'name', wrap: true },
        { title: 'keys', right: true, drop: 2 },
        { title: 'created', drop: 1 },
        { title: 'id' },
      ];
      return table(paint, width, columns, cells);
    });
  });
