import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { KEY_ARGUMENT } from './fields.ts';

/** `gateway keys revoke <id>` */
export const command = (context: Context) =>
  make('revoke', {
    example: 'gateway keys revoke key_1a2b --yes --json',
    prints: '{"id":"key_1a2b","status":"revoked","revoked":1}',
    output: async () => (await import('../../../shared/contracts/keys.ts')).revokeKey.reply,
    errors: ['confirmation_required', 'not_found', 'permission_denied'],
  })
    .argument('<id>', KEY_ARGUMENT)
    .action(async (idOrName: string) => {
      const { keyId, keyLabel } = await import('./named.ts');
      const id = await keyId(context, idOrName);
      await context.confirm(`Revoke ${await keyLabel(context, id)} and every key below it, for good?`);
      const [{ revokeKey }, { forgetKey }] = await Promise.all([
        import('../../../shared/contracts/keys.ts'),
        import('./last-key.ts'),
      ]);
      const result = await context.call(revokeKey, { params: { id } });
      await forgetKey(context, id, { children: true });
      await context.show(result, ({ revoked }) =>
        revoked === 0
          ? `${id} was revoked before.`
          : `Revoked ${revoked === 1 ? id : `${id} and ${revoked - 1} below it`}.`,
      );
    });
