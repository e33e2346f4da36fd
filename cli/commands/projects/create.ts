import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { ONE_PROJECT } from './text.ts';

/** `gateway projects create` */
export const command = (context: Context) =>
  make('create', {
    example: 'gateway projects create --name web --json',
    prints: ONE_PROJECT,
    output: async () => (await import('../../../shared/contracts/projects.ts')).projectSchema,
    errors: ['input_required', 'not_logged_in', 'permission_denied', 'conflict'],
  })
    .option('--name <name>', 'what to call it')
    .action(async (options: { name?: string }) => {
      const name =
        options.name ?? (await context.ask('A name for the project', '--name', { suggested: context.folder }));
      const { createProject } = await import('../../../shared/contracts/projects.ts');
      const made = await context.call(createProject, { body: { name } });
      await context.show(
        made,
        (shown) =>
          `Created the project "${shown.name}" (${shown.id}).\nMake keys in it with \`gateway keys create --project ${shown.id}\`, or choose it for good with \`gateway projects use ${shown.id}\`.`,
      );
    });
