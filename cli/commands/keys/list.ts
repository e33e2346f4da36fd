import type { Key } from '../../../shared/contracts/keys.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { defaultProject } from '../../default-project.ts';
import { keyTable } from './text.ts';

/** `gateway keys list` */
export const command = (context: Context) =>
  make('list', {
    example: 'gateway keys list --json --fields id,name,limits.spent_usd',
    prints: '[{"id":"key_…","name":"ci","limits":{"spent_usd":"0.12"}}, …]',
    output: async () => (await import('../../../shared/contracts/keys.ts')).keySchema.array(),
    errors: ['permission_denied'],
  })
    .option('--all', 'revoked keys too')
    .option('--project <id>', 'only those of this project')
    .action(async ({ all, project }: { all?: boolean; project?: string }) => {
      const [{ listKeys }, { list }] = await Promise.all([
        import('../../../shared/contracts/keys.ts'),
        import('../../pages.ts'),
      ]);
      const keys = await list<Key>(context, listKeys, {
        all: all ? 'true' : undefined,
        project: await defaultProject(context, project),
      });
      await context.show(keys, keyTable);
    });
