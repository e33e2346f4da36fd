import { command as make } from '../../../command.ts';
import type { Context } from '../../../context.ts';
import { KEY_ARGUMENT } from '../fields.ts';

/** `gateway keys iam list <id>` */
export const command = (context: Context) =>
  make('list', {
    example: 'gateway keys iam list key_1a2b --json',
    prints:
      '[{"id":"iam_…","key":"key_1a2b","rule_type":"allow_models","rule_value":{"models":["gpt-4o-mini"]},"status":"active", …}, …]',
    output: async () => (await import('../../../../shared/contracts/iam.ts')).ruleSchema.array(),
    errors: ['not_found', 'permission_denied'],
  })
    .argument('<id>', KEY_ARGUMENT)
    .action(async (idOrName: string) => {
      const [{ listRules, MOST_RULES }, { ruleTable }, { keyId }] = await Promise.all([
        import('../../../../shared/contracts/iam.ts'),
        import('./text.ts'),
        import('../named.ts'),
      ]);
      const id = await keyId(context, idOrName);
      // a key has at most as many rules as one page
      const { data } = await context.call(listRules, { params: { id }, query: { limit: MOST_RULES } });
      await context.show(data, (shown, paint, width) => ruleTable(shown, id, paint, width));
    });
