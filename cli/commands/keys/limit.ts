import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { settingLimits } from './set-limits.ts';
import { keyText } from './text.ts';

/** `gateway keys limit <id>` */
export const command = (context: Context) =>
  settingLimits(
    context,
    make('limit', {
      example: 'gateway keys limit key_1a2b --period-limit-usd 2 --period 1d --json',
      prints: '{"id":"key_1a2b","limits":{"limit_usd":null,"period_limit_usd":"2.00","period":"1d", …}, …}',
      output: async () => (await import('../../../shared/contracts/keys.ts')).keySchema,
      errors: ['not_found', 'invalid_request', 'permission_denied'],
    }),
    (key) => context.show(key, keyText),
  );
