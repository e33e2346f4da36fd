import type { Command } from 'commander';
import type { Key } from '../../../shared/contracts/keys.ts';
import { GatewayError } from '../../../shared/errors.ts';
import type { Context } from '../../context.ts';
import { addLimitFlags, FLAG_OF, KEY_ARGUMENT, type KeyFlags, keyFields } from './fields.ts';

/** Makes a command one that sets limits: `keys limit` and `budget set`, which differ in what they print. */
export function settingLimits(context: Context, command: Command, show: (key: Key) => Promise<void>): Command {
  return addLimitFlags(command)
    .argument('<id>', KEY_ARGUMENT)
    .option('--clear', 'take every limit away that is not set by another flag here')
    .action(async (idOrName: string, options: KeyFlags & { clear?: boolean }) => {
      const cleared = options.clear ? { limit_usd: null, period_limit_usd: null, period: null } : {};
      const body = { ...cleared, ...keyFields(options) };
      if (Object.keys(body).length === 0)
        throw new GatewayError('usage', 'No limit was named.', {
          hint: 'Add --limit-usd <amount>, --period-limit-usd <amount> with --period <window>, or --clear.',
        });
      const [{ updateKey }, { keyId }] = await Promise.all([
        import('../../../shared/contracts/keys.ts'),
        import('./named.ts'),
      ]);
      const id = await keyId(context, idOrName);
      await show(await context.call(updateKey, { params: { id }, body }, { flags: FLAG_OF }));
    });
}
