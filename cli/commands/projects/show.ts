import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { ONE_PROJECT, projectText } from './text.ts';

/** `gateway projects show <id>` */
export const command = (context: Context) =>
  make('show', {
    example: 'gateway projects show web --json',
    prints: ONE_PROJECT,
    output: async () => (await import('../../../shared/contracts/projects.ts')).projectSchema,
    errors: ['not_logged_in', 'not_found', 'permission_denied'],
  })
    .argument('<id>', 'its id or name')
    .action(async (id: string) => {
      const { showProject } = await import('../../../shared/contracts/projects.ts');
      await context.show(await context.call(showProject, { params: { id } }), projectText);
    });
