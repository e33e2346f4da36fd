import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';

/** `gateway providers remove <id>` */
export const command = (context: Context) =>
  make('remove', {
    example: 'gateway providers remove deepseek --yes --json',
    prints: '{"id":"pvk_1a2b","provider":"deepseek","label":"default","removed":true}',
    output: async () => (await import('../../../shared/contracts/provider-keys.ts')).removeProviderKey.reply,
    errors: ['confirmation_required', 'not_logged_in', 'not_found', 'permission_denied', 'conflict'],
  })
    .argument('<id>', "its id, its provider's name, or name/label where there are several")
    .action(async (id: string) => {
      await context.confirm(`Remove your own key at ${id}?`);
      const { removeProviderKey } = await import('../../../shared/contracts/provider-keys.ts');
      const removed = await context.call(removeProviderKey, { params: { id } });
      await context.show(removed, (shown) => `Removed the key "${shown.label}" at ${shown.provider}.`);
    });
