import { Option } from 'commander';
import { GatewayError } from '../../../shared/errors.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { addKeyFlags, FLAG_OF, KEY_ARGUMENT, type KeyFlags, keyFields } from './fields.ts';
import { keyText } from './text.ts';

interface Options extends KeyFlags {
  name?: string;
  activate?: boolean;
  deactivate?: boolean;
}

/** `gateway keys update <id>` */
export const command = (context: Context) =>
  addKeyFlags(
    make('update', {
      example: 'gateway keys update key_1a2b --deactivate --json',
      prints: '{"id":"key_1a2b","name":"ci","status":"disabled", …}',
      output: async () => (await import('../../../shared/contracts/keys.ts')).keySchema,
      errors: ['not_found', 'invalid_request', 'conflict', 'permission_denied'],
    }),
    'changed',
  )
    .argument('<id>', KEY_ARGUMENT)
    .option('--name <name>', 'give it another name')
    .option('--activate', 'let it be used again')
    .addOption(new Option('--deactivate', 'refuse it until it is activated again').conflicts('activate'))
    .action(async (idOrName: string, options: Options) => {
      const status = options.activate ? ('active' as const) : options.deactivate ? ('disabled' as const) : undefined;
      const fields = keyFields(options);
      const body = {
        ...fields,
        ...(fields.expires_in === 'never' ? { expires_in: null } : {}),
        ...(options.models?.join() === 'all' ? { models: null } : {}),
        ...(options.name === undefined ? {} : { name: options.name }),
        ...(status ? { status } : {}),
      };
      if (Object.keys(body).length === 0)
        throw new GatewayError('usage', 'Nothing to change was named.', {
          hint: 'Add a flag such as --limit-usd 5, --expires never, --rate-limit none, --models all or --deactivate.',
        });
      const [{ updateKey }, { keyId }, { renameKept }] = await Promise.all([
        import('../../../shared/contracts/keys.ts'),
        import('./named.ts'),
        import('./last-key.ts'),
      ]);
      const id = await keyId(context, idOrName);
      const key = await context.call(updateKey, { params: { id }, body }, { flags: FLAG_OF });
      await renameKept(context, key);
      await context.show(key, keyText);
    });
