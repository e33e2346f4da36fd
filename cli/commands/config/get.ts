import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { effective, effectiveSchema } from './effective.ts';
import { namedPreference } from './named.ts';

/** `gateway config get <name>`: the value in force; nothing where there is none. */
export const command = (context: Context) =>
  make('get', {
    example: 'gateway config get timeout --json',
    prints: '{"name":"timeout","value":30,"source":"default"}',
    output: effectiveSchema,
    errors: ['config_invalid'],
  })
    .argument('<name>', 'the preference')
    .action(async (name: string) => {
      await context.show(effective(context, namedPreference(name)), ({ value }) => (value === null ? '' : `${value}`));
    });
