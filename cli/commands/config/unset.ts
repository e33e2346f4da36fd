import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { fileOf, namedPreference } from './named.ts';
import { type Scope, scopeOption } from './scope.ts';

/** `gateway config unset <name>`: done also when it was not set. */
export const command = (context: Context) =>
  make('unset', {
    example: 'gateway config unset timeout --json',
    prints: '{"name":"timeout","removed":true,"scope":"user","file":"/home/ann/.gateway/config.json"}',
    output: async () => {
      const { z } = await import('zod');
      return z.object({
        name: z.string(),
        removed: z.boolean(),
        scope: z.enum(['user', 'project']),
        file: z.string(),
      });
    },
    errors: ['config_invalid', 'file_error'],
  })
    .argument('<name>', 'the preference')
    .addOption(scopeOption())
    .action(async (typed: string, { scope }: { scope: Scope }) => {
      const { name } = namedPreference(typed);
      const file = fileOf(context, scope);
      context.preview({ action: 'unset preference', name, scope, file: file.path });
      const { changePreference } = await import('../../preferences.ts');
      const before = await context.signals.hold(changePreference(context, file, name, undefined));
      await context.show({ name, removed: before !== undefined, scope, file: file.path }, (shown) =>
        shown.removed
          ? `${shown.name} is taken out of ${shown.file}.`
          : `${shown.name} was not set in ${shown.file}. Nothing was changed.`,
      );
    });
