import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { secretText } from './text.ts';

/** `gateway keys rotate <id>` */
export const command = (context: Context) =>
  make('rotate', {
    example: 'gateway keys rotate key_1a2b --grace 24h --yes --json',
    prints: '{"id":"key_1a2b","name":"ci", …,"raw":"sk-gw-…","old_expires_at":"2026-01-02T00:00:00.000Z"}',
    output: async () => (await import('../../../shared/contracts/keys.ts')).rollKey.reply,
    errors: ['confirmation_required', 'not_found', 'conflict', 'permission_denied'],
  })
    .argument('<id>', 'the key, as `keys list` names it')
    .option('--grace <time>', 'how long the old secret goes on working, such as 24h (default: not at all)')
    .option('--no-cache', 'do not keep the new secret for `gateway env`, `test`, `models` and `exec`')
    .action(async (id: string, { grace, cache }: { grace?: string; cache: boolean }) => {
      const end = grace ? `The old one stops working after ${grace}` : 'The old one stops working at once';
      const { keyLabel } = await import('./named.ts');
      await context.confirm(`Give ${await keyLabel(context, id)} a new secret? ${end}.`);
      const [{ rollKey }, { forgetKey, rememberKey }] = await Promise.all([
        import('../../../shared/contracts/keys.ts'),
        import('./last-key.ts'),
      ]);
      const key = await context.signals.hold(
        (async () => {
          const rolled = await context.call(rollKey, { params: { id }, body: grace ? { grace } : {} });
          await (cache ? rememberKey(context, rolled) : forgetKey(context, id));
          return rolled;
        })(),
      );
      await context.show(key, (shown, paint) => secretText(`${shown.name} has a new secret.`, shown.raw, paint));
    });
