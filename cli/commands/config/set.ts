import { GatewayError } from '../../../shared/errors.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { chosenProject, type PreferenceRow, type PreferenceValue } from '../../preference-table.ts';
import { fileOf, namedPreference, refuseSecret } from './named.ts';
import { type Scope, scopeOption } from './scope.ts';
import { shadowOf } from './shadow.ts';

/** `gateway config set <name> <value>` */
export const command = (context: Context) =>
  make('set', {
    example: 'gateway config set timeout 60 --json',
    prints:
      '{"name":"timeout","value":60,"scope":"user","file":"/home/ann/.gateway/config.json","previous":null,"changed":true,"warnings":[]}',
    output: async () => {
      const { z } = await import('zod');
      return z.object({
        name: z.string(),
        value: z.union([z.string(), z.number(), z.boolean()]),
        scope: z.enum(['user', 'project']),
        file: z.string(),
        previous: z.unknown().describe('what the file said before; null for nothing'),
        changed: z.boolean(),
        warnings: z.array(z.string()),
      });
    },
    errors: ['config_invalid', 'file_error'],
  })
    .argument('<name>', 'the preference: see `gateway config list`')
    .argument('<value>', 'what it becomes')
    .addOption(scopeOption())
    .action(async (name: string, text: string, { scope }: { scope: Scope }) => {
      const row = namedPreference(name);
      const value = parsed(row, text, scope);
      const file = fileOf(context, scope);
      context.preview({ action: 'set preference', name: row.name, value, scope, file: file.path });
      const { changePreference } = await import('../../preferences.ts');
      const before = await context.signals.hold(changePreference(context, file, row.name, value));
      const warnings = shadowOf(context, row, scope);
      const facts = { name: row.name, value, scope, file: file.path };
      const result = {
        ...facts,
        previous: chosenProject(before)?.id ?? before ?? null,
        changed: before !== value,
        warnings,
      };
      for (const warning of warnings) context.warn(warning);
      await context.show(result, (shown) =>
        shown.changed
          ? `${shown.name} is ${shown.value} now, in ${shown.file}.`
          : `${shown.name} was ${shown.value} already. Nothing was changed.`,
      );
    });

function parsed(row: PreferenceRow, text: string, scope: Scope): PreferenceValue {
  refuseSecret(text);
  if (scope === 'project' && !row.inProject)
    throw new GatewayError('usage', `A project cannot say ${row.name}: it is the user's alone.`, {
      param: '--scope',
      hint: 'Leave out --scope project.',
    });
  const value = row.parse(text.trim());
  if (typeof value !== 'object') return value;
  throw new GatewayError('usage', `${row.name} ${value.must}.`, {
    param: '<value>',
    hint: `Run \`gateway config list\` to see what it is for.`,
    next: [{ command: 'gateway config list', when: 'to see the preferences' }],
  });
}
