import { GatewayError } from '../../../../shared/errors.ts';
import { command as make } from '../../../command.ts';
import type { Context } from '../../../context.ts';
import { KEY_ARGUMENT } from '../fields.ts';
import { addRuleFlags, type RuleFlags, ruleOf } from './rule-flags.ts';
import { ruleText } from './text.ts';

/** `gateway keys iam add <id>` */
export const command = (context: Context) =>
  addRuleFlags(
    make('add', {
      example: 'gateway keys iam add key_1a2b --allow-models gpt-4o-mini,claude-haiku-4.5 --json',
      prints:
        '{"id":"iam_…","key":"key_1a2b","rule_type":"allow_models","rule_value":{"models":["gpt-4o-mini","claude-haiku-4.5"]},"status":"active", …}',
      output: async () => (await import('../../../../shared/contracts/iam.ts')).ruleSchema,
      errors: ['not_found', 'invalid_request', 'conflict', 'permission_denied'],
    }),
  )
    .argument('<id>', KEY_ARGUMENT)
    .option('--inactive', 'keep the rule, but not in force yet')
    .action(async (idOrName: string, { inactive, ...flags }: RuleFlags & { inactive?: boolean }) => {
      const wanted = ruleOf(flags);
      if (!wanted)
        throw new GatewayError('usage', 'No rule was named.', {
          hint: 'Add a flag such as --allow-models gpt-4o-mini, --deny-providers openai, --max-input-price 1 or --allow-ips 10.0.0.0/8.',
        });
      const [{ addRule }, { keyId }] = await Promise.all([
        import('../../../../shared/contracts/iam.ts'),
        import('../named.ts'),
      ]);
      const id = await keyId(context, idOrName);
      const body = { ...wanted.rule, ...(inactive ? { status: 'inactive' as const } : {}) };
      const rule = await context.call(addRule, { params: { id }, body }, { flags: { rule_value: wanted.flag } });
      await context.show(rule, (shown, paint, width) => `Added a rule.\n\n${ruleText(shown, paint, width)}`);
    });
