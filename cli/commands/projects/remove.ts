import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { preference } from '../../settings.ts';

/** `gateway projects remove <id>` */
export const command = (context: Context) =>
  make('remove', {
    example: 'gateway projects remove web --yes --json',
    prints: '{"id":"prj_1a2b","name":"web","removed":true}',
    output: async () => (await import('../../../shared/contracts/projects.ts')).removeProject.reply,
    errors: ['confirmation_required', 'not_logged_in', 'not_found', 'permission_denied', 'conflict'],
  })
    .argument('<id>', 'its id or name')
    .action(async (id: string) => {
      await context.confirm(`Remove the project ${id}?`);
      const { removeProject } = await import('../../../shared/contracts/projects.ts');
      const removed = await context.call(removeProject, { params: { id } });
      if (preference(context.settings, 'project').value === removed.id)
        context.warn(
          `${removed.id} is still the project that commands use by default. Choose another with \`gateway projects use <id>\`, or none with \`gateway config unset project\`.`,
        );
      await context.show(removed, (shown) => `Removed the project "${shown.name}". What it used stays in the books.`);
    });
