import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { settingLimits } from '../keys/set-limits.ts';
import { budgetOutput, showBudget } from './budget.ts';

/** `gateway budget set <id>`: `keys limit` that prints the budget alone. */
export const command = (context: Context) =>
  settingLimits(
    context,
    make('set', {
      example: 'gateway budget set key_1a2b --limit-usd 5 --json',
      prints: '{"id":"key_1a2b","name":"ci","balance_usd":"5.00","currency":"USD","limits":{"limit_usd":"5.00", …}}',
      output: budgetOutput,
      errors: ['not_found', 'invalid_request', 'permission_denied'],
    }),
    (key) => showBudget(context, key),
  );
