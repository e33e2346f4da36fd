import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { ONE_PROJECT } from './text.ts';

/** `gateway projects rename <id> <name>` */
export const command = (context: Context) =>
  make('rename', {
    example: 'gateway projects rename web website --json',
    prints: ONE_PROJECT,
    output: async () => (await import('../../../shared/contracts/projects.ts')).projectSchema,
    errors: ['not_logged_in', 'not_found', 'permission_denied', 'conflict'],
  })
    .argument('<id>', 'its id or name')
    .argument('<name>', 'the new name')
    .action(async (id: string, name: string) => {
      const { updateProject } = await import('../../../shared/contracts/projects.ts');
      const renamed = await context.call(
        updateProject,
        { params: { id }, body: { name } },
        { flags: { name: '<name>' } },
      );
      await context.show(renamed, (shown) => `The project ${shown.id} is now called "${shown.name}".`);
    });
