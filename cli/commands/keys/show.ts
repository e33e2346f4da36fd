import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { KEY_ARGUMENT } from './fields.ts';
import { keyText, keyTextWithRules } from './text.ts';

/** `gateway keys show <id>` */
export const command = (context: Context) =>
  make('show', {
    example: 'gateway keys show key_1a2b --json',
    prints: '{"id":"key_1a2b","name":"ci","key_prefix":"sk-gw-AbCd","status":"active", …}',
    output: async () => (await import('../../../shared/contracts/keys.ts')).keySchema,
    errors: ['not_found', 'permission_denied'],
  })
    .argument('<id>', KEY_ARGUMENT)
    .action(async (id: string) => {
      const { findKey } = await import('./named.ts');
      const key = await findKey(context, id);
      const rules = context.json ? 0 : await ruleCount(context, key.id);
      await context.show(key, (shown, paint, width) =>
        rules > 0 ? keyTextWithRules(shown, rules, paint, width) : keyText(shown, paint, width),
      );
    });

/** How many rules a key has, for people; 0 too when the server does not say, as an older one may not. */
async function ruleCount(context: Context, id: string): Promise<number> {
  const { listRules, MOST_RULES } = await import('../../../shared/contracts/iam.ts');
  const page = await context.call(listRules, { params: { id }, query: { limit: MOST_RULES } }).catch(() => null);
  return page?.data.length ?? 0;
}
