import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { preference } from '../../settings.ts';

/** `gateway projects use <id>`: keys and reports are for this project from now on, on this server and in this organisation, where no `--project` says otherwise. */
export const command = (context: Context) =>
  make('use', {
    example: 'gateway projects use web --json',
    prints: '{"project":"prj_1a2b","name":"web"}',
    output: async () => {
      const { z } = await import('zod');
      return z.object({ project: z.string(), name: z.string() });
    },
    errors: ['not_logged_in', 'not_found', 'permission_denied', 'file_error'],
  })
    .argument('<id>', 'its id or name')
    .action(async (id: string) => {
      const { showProject } = await import('../../../shared/contracts/projects.ts');
      const { id: project, name } = await context.call(showProject, { params: { id } });
      context.preview({ action: 'use project', project, name });
      const [{ setPreference }, { organizationInForce }] = await Promise.all([
        import('../../preferences.ts'),
        import('../../default-project.ts'),
      ]);
      const { apiUrl, projectFile } = context.settings;
      const organization = await organizationInForce(context);
      await setPreference(context, 'project', { id: project, api_url: apiUrl, organization });
      if (preference(context.settings, 'project').source === 'project')
        context.warn(`${projectFile} names a project too, which goes before this choice in its folder.`);
      await context.show(
        { project, name },
        (shown) =>
          `Keys and reports are now for the project "${shown.name}" (${shown.project}).\n\`gateway config unset project\` takes this back.`,
      );
    });
