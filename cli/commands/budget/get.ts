import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { KEY_ARGUMENT } from '../keys/fields.ts';
import { budgetOutput, showBudget } from './budget.ts';

/** `gateway budget get <id>` */
export const command = (context: Context) =>
  make('get', {
    example: 'gateway budget get key_1a2b --json',
    prints:
      '{"id":"key_1a2b","name":"ci","balance_usd":"1.58","currency":"USD","limits":{"limit_usd":"5.00","spent_usd":"3.42","period":"1d","period_resets_at":"…", …}}',
    output: budgetOutput,
    errors: ['not_found', 'permission_denied'],
  })
    .argument('<id>', KEY_ARGUMENT)
    .action(async (id: string) => {
      const { findKey } = await import('../keys/named.ts');
      await showBudget(context, await findKey(context, id));
    });
