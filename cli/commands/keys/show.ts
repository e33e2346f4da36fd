import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { keyText } from './text.ts';

/** `gateway keys show <id>` */
export const command = (context: Context) =>
  make('show', {
    example: 'gateway keys show key_1a2b --json',
    prints: '{"id":"key_1a2b","name":"ci","key_prefix":"sk-gw-AbCd","status":"active", …}',
    output: async () => (await import('../../../shared/contracts/keys.ts')).keySchema,
    errors: ['not_found', 'permission_denied'],
  })
    .argument('<id>', 'the key, as `keys list` names it; a name that only one active key has will do')
    .action(async (id: string) => {
      const { findKey } = await import('./named.ts');
      await context.show(await findKey(context, id), keyText);
    });
