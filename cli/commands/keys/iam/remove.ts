import { command as make } from '../../../command.ts';
import type { Context } from '../../../context.ts';
import { KEY_ARGUMENT } from '../fields.ts';

/** `gateway keys iam remove <id> <rule>` */
export const command = (context: Context) =>
  make('remove', {
    example: 'gateway keys iam remove key_1a2b iam_1a2b --yes --json',
    prints: '{"id":"iam_1a2b","key":"key_1a2b","deleted":true}',
    output: async () => (await import('../../../../shared/contracts/iam.ts')).removeRule.reply,
    errors: ['confirmation_required', 'not_found', 'conflict', 'permission_denied'],
  })
    .argument('<id>', KEY_ARGUMENT)
    .argument('<rule>', 'the rule, as `keys iam list` names it')
    .action(async (idOrName: string, rule: string) => {
      const [{ removeRule }, { keyId }] = await Promise.all([
        import('../../../../shared/contracts/iam.ts'),
        import('../named.ts'),
      ]);
      const id = await keyId(context, idOrName);
      await context.confirm(`Remove ${await ruleLabel(context, id, rule)}? The key may then do what it forbids.`);
      const removed = await context.call(removeRule, { params: { id, rule } });
      await context.show(removed, (shown) => `Removed ${shown.id} from ${shown.key}.`);
    });

/** A rule as a question names it: by what it says when a person is going to read it, which costs a call. */
async function ruleLabel(context: Context, id: string, rule: string): Promise<string> {
  if (!context.willAsk) return `the rule ${rule}`;
  const [{ showRule }, { kindText, valueText }] = await Promise.all([
    import('../../../../shared/contracts/iam.ts'),
    import('./text.ts'),
  ]);
  const shown = await context.call(showRule, { params: { id, rule } });
  return `"${kindText(shown)}: ${valueText(shown)}" (${rule})`;
}
