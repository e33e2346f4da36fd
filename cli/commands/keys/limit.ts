import { GatewayError } from '../../../shared/errors.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { addLimitFlags, FLAG_OF, type KeyFlags, keyFields } from './fields.ts';
import { keyText } from './text.ts';

/** `gateway keys limit <id>` */
export const command = (context: Context) =>
  addLimitFlags(
    make('limit', {
      example: 'gateway keys limit key_1a2b --period-limit-usd 2 --period 1d --json',
      prints: '{"id":"key_1a2b","limits":{"limit_usd":null,"period_limit_usd":"2.00","period":"1d", …}, …}',
      output: async () => (await import('../../../shared/contracts/keys.ts')).keySchema,
      errors: ['not_found', 'invalid_request', 'permission_denied'],
    }),
  )
    .argument('<id>', 'the key, as `keys list` names it')
    .option('--clear', 'take every limit away that is not set by another flag here')
    .action(async (id: string, options: KeyFlags & { clear?: boolean }) => {
      const { updateKey } = await import('../../../shared/contracts/keys.ts');
      const cleared = options.clear ? { limit_usd: null, period_limit_usd: null, period: null } : {};
      const body = { ...cleared, ...keyFields(options) };
      if (Object.keys(body).length === 0)
        throw new GatewayError('usage', 'No limit was named.', {
          hint: 'Add --limit-usd <amount>, --period-limit-usd <amount> with --period <window>, or --clear.',
        });
      await context.show(await context.call(updateKey, { params: { id }, body }, { flags: FLAG_OF }), keyText);
    });
