import { Option } from 'commander';
import { GatewayError } from '../../../../shared/errors.ts';
import { command as make } from '../../../command.ts';
import type { Context } from '../../../context.ts';
import { KEY_ARGUMENT } from '../fields.ts';
import { addRuleFlags, type RuleFlags, ruleOf } from './rule-flags.ts';
import { ruleText } from './text.ts';

interface Options extends RuleFlags {
  activate?: boolean;
  deactivate?: boolean;
}

/** `gateway keys iam update <id> <rule>` */
export const command = (context: Context) =>
  addRuleFlags(
    make('update', {
      example: 'gateway keys iam update key_1a2b iam_1a2b --deactivate --json',
      prints: '{"id":"iam_1a2b","key":"key_1a2b","rule_type":"allow_models", …,"status":"inactive", …}',
      output: async () => (await import('../../../../shared/contracts/iam.ts')).ruleSchema,
      errors: ['not_found', 'invalid_request', 'conflict', 'permission_denied'],
    }),
  )
    .argument('<id>', KEY_ARGUMENT)
    .argument('<rule>', 'the rule, as `keys iam list` names it; the flags replace what it says')
    .option('--activate', 'put it in force')
    .addOption(new Option('--deactivate', 'keep it, but not in force').conflicts('activate'))
    .action(async (idOrName: string, rule: string, { activate, deactivate, ...flags }: Options) => {
      const wanted = ruleOf(flags);
      const status = activate ? ('active' as const) : deactivate ? ('inactive' as const) : undefined;
      if (!wanted && !status)
        throw new GatewayError('usage', 'Nothing to change was named.', {
          hint: 'Add --activate, --deactivate, or what the rule is to say, such as --allow-models gpt-4o-mini.',
        });
      const [{ updateRule }, { keyId }] = await Promise.all([
        import('../../../../shared/contracts/iam.ts'),
        import('../named.ts'),
      ]);
      const id = await keyId(context, idOrName);
      const body = { ...wanted?.rule, ...(status ? { status } : {}) };
      const flagNames: Record<string, string> = wanted ? { rule_value: wanted.flag } : {};
      const changed = await context.call(updateRule, { params: { id, rule }, body }, { flags: flagNames });
      await context.show(changed, ruleText);
    });
