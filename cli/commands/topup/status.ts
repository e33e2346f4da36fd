import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { payHere } from './text.ts';

/** `gateway topup status <id>` */
export const command = (context: Context) =>
  make('status', {
    example: 'gateway topup status top_1a2b --json',
    prints: '{"checkout_url":"https://…","session_id":"top_1a2b","status":"paid","paid":true,"balance_usd":"9.20", …}',
    output: async () => (await import('../../../shared/contracts/topup.ts')).showTopup.reply,
    errors: ['not_found', 'not_logged_in'],
  })
    .argument('<id>', 'the `session_id` that `topup` printed')
    .action(async (id: string) => {
      const { showTopup } = await import('../../../shared/contracts/topup.ts');
      await context.show(await context.call(showTopup, { params: { id } }), (shown) =>
        shown.paid
          ? `Paid. The balance is ${shown.balance_usd} USD.`
          : shown.status === 'expired'
            ? 'Expired without a payment. Run `gateway topup` again.'
            : `Not paid yet. ${payHere(shown, context.now())}`,
      );
    });
