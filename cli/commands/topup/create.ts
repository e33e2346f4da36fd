import { setTimeout as sleep } from 'node:timers/promises';
import type { Reply } from '../../../shared/contracts/endpoint.ts';
import type { showTopup as contract, createTopup as creation } from '../../../shared/contracts/topup.ts';
import { GatewayError } from '../../../shared/errors.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { visibleDeep } from '../../output.ts';
import { isPassing, pauseMs } from '../../steady.ts';
import { inWords } from '../../when.ts';
import { payHere } from './text.ts';

const ASK_EVERY_MS = 2_000;
const DEFAULT_WAIT_S = 300;

type Made = Reply<typeof creation>;

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
      const amount = options.amount ?? (await askAmount(context));
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
        waitUntilPaid(context, made, waitS),
      );
      await context.show(paid, (shown) => `Paid. The balance is ${shown.balance_usd} USD.`);
    });

/** Asked only of who may top up, and until it is an amount. */
async function askAmount(context: Context): Promise<string> {
  const [question, suggested] = ['How much, in USD', '5'];
  if (!context.mayAsk) return context.ask(question, '--amount', { suggested });
  const { createTopup, topupAmount } = await import('../../../shared/contracts/topup.ts');
  await (await import('../../bearer.ts')).bearerFor(context, createTopup.access);
  const { askOptional } = await import('../../prompt.ts');
  const fault = (text: string) => topupAmount.safeParse(text).error?.issues[0]?.message;
  return askOptional(context, question, { fallback: suggested, fault });
}

async function waitUntilPaid(context: Context, made: Made, waitS: number): Promise<Reply<typeof contract>> {
  const { showTopup } = await import('../../../shared/contracts/topup.ts');
  const until = context.now() + waitS * 1000;
  for (let failures = 0; ; ) {
    let trouble: GatewayError | undefined;
    try {
      const topup = await context.call(showTopup, { params: { id: made.session_id } });
      if (topup.paid) return topup;
      if (topup.status === 'expired')
        throw new GatewayError('gone', 'The page expired before it was paid.', { hint: 'Run `gateway topup` again.' });
      failures = 0;
    } catch (error) {
      // a person may be paying right now: a server that is away for a moment does not end the waiting
      if (!isPassing(error)) throw error;
      trouble = error;
      failures++;
    }
    const pause = pauseMs(ASK_EVERY_MS, failures, trouble?.retryAfterS ?? null);
    if (context.now() + pause > until) throw stillPending(made, trouble);
    await sleep(pause);
  }
}

/** The time is up. With `trouble` the last look failed, and the person may have paid. */
function stillPending({ amount_usd, checkout_url, session_id }: Made, trouble: GatewayError | undefined): GatewayError {
  const message = trouble
    ? `Whether the top-up of ${amount_usd} USD is paid could not be found out: ${trouble.message}`
    : `The top-up of ${amount_usd} USD is not paid yet.`;
  return new GatewayError('topup_pending', message, {
    hint: trouble ? `Ask again later. A person pays at ${checkout_url}.` : `A person must pay at ${checkout_url}.`,
    next: [{ command: `gateway topup status ${session_id}`, when: 'after the person paid' }],
    cause: trouble,
  });
}

function seconds(text: string): number {
  const value = Number(text);
  if (value >= 0 && value <= 86_400) return value;
  throw new GatewayError('usage', '--wait must be a number of seconds, such as 120.', { param: '--wait' });
}
