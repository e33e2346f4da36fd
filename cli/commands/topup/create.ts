import { setTimeout as sleep } from 'node:timers/promises';
import type { Reply } from '../../../shared/contracts/endpoint.ts';
import type { showTopup as contract } from '../../../shared/contracts/topup.ts';
import { GatewayError } from '../../../shared/errors.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { visibleDeep } from '../../output.ts';
import { inWords } from '../../when.ts';
import { payHere } from './text.ts';

const ASK_EVERY_MS = 2_000;
const DEFAULT_WAIT_S = 300;

/** `gateway topup`: gets the page where a person adds credit. It never pays. */
export const command = (context: Context) =>
  make('topup', {
    example: 'gateway topup --amount 5 --json',
    prints:
      '{"checkout_url":"https://…","session_id":"top_…","amount_usd":"5.00","fees":null,"status":"open","expires_at":1767225600}',
    output: async () => {
      const { createTopup, showTopup } = await import('../../../shared/contracts/topup.ts');
      return createTopup.reply.or(showTopup.reply);
    },
    errors: ['input_required', 'invalid_request', 'not_logged_in', 'topup_pending', 'gone'],
  })
    .option('--amount <usd>', 'how much credit, from 1 to 10000')
    .option('--open', 'open the page in the browser')
    .option('--wait [s]', `wait until it is paid, at most so many seconds (default: ${DEFAULT_WAIT_S})`, seconds)
    .action(async (options: { amount?: string; open?: boolean; wait?: number | true }) => {
      const { createTopup } = await import('../../../shared/contracts/topup.ts');
      const amount = options.amount ?? (await context.ask('How much, in USD', '--amount', { suggested: '5' }));
      const made = await context.call(
        createTopup,
        { body: { amount_usd: amount } },
        { flags: { amount_usd: '--amount' } },
      );
      if (options.open) (await import('../../login/open-browser.ts')).openBrowser(made.checkout_url);
      if (options.wait === undefined) return context.show(made, (shown) => payHere(shown, context.now()));
      context.note(`${payHere(visibleDeep(made), context.now())}\n`);
      const waitS = options.wait === true ? DEFAULT_WAIT_S : options.wait;
      const paid = await context.progress.during(`Waiting for the payment, at most ${inWords(waitS * 1000)} …`, () =>
        waitUntilPaid(context, made.session_id, waitS),
      );
      await context.show(paid, (shown) => `Paid. The balance is ${shown.balance_usd} USD.`);
    });

async function waitUntilPaid(context: Context, id: string, waitS: number): Promise<Reply<typeof contract>> {
  const { showTopup } = await import('../../../shared/contracts/topup.ts');
  const until = context.now() + waitS * 1000;
  for (;;) {
    const topup = await context.call(showTopup, { params: { id } });
    if (topup.paid) return topup;
    if (topup.status === 'expired')
      throw new GatewayError('gone', 'The page expired before it was paid.', { hint: 'Run `gateway topup` again.' });
    if (context.now() + ASK_EVERY_MS > until) {
      throw new GatewayError('topup_pending', `The top-up of ${topup.amount_usd} USD is not paid yet.`, {
        hint: `A person must pay at ${topup.checkout_url}.`,
        next: [{ command: `gateway topup status ${id}`, when: 'after the person paid' }],
      });
    }
    await sleep(ASK_EVERY_MS);
  }
}

function seconds(text: string): number {
  const value = Number(text);
  if (value >= 0 && value <= 86_400) return value;
  throw new GatewayError('usage', '--wait must be a number of seconds, such as 120.', { param: '--wait' });
}
