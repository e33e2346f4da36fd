import { GatewayError } from '../../../shared/errors.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { autoText } from './text.ts';

/** `gateway credits`: what is left, and what happens when it runs low. */
export const command = (context: Context) =>
  make('credits', {
    example: 'gateway credits --json',
    prints: '{"balance_usd":"4.20","currency":"USD","auto_topup":{"enabled":false,"threshold_usd":"5.00", …}}',
    output: async () => {
      const [{ balance }, { autoTopupSchema }] = await contracts();
      return balance.reply.extend({ auto_topup: autoTopupSchema.nullable() });
    },
    errors: ['not_logged_in', 'invalid_api_key'],
  }).action(async () => {
    const [{ balance }, { showAutoTopup }] = await contracts();
    const left = await context.call(balance);
    // an API key may ask for the balance, but automatic top-up is the organisation's business
    const auto = await context.call(showAutoTopup).catch((error: unknown) => {
      if (error instanceof GatewayError && FOR_PEOPLE.has(error.code)) return null;
      throw error;
    });
    await context.show({ ...left, auto_topup: auto }, (shown, paint) => {
      const amount = `${paint.bold(shown.balance_usd)} ${shown.currency}`;
      return shown.auto_topup ? `${amount}\n\n${autoText(shown.auto_topup)}` : amount;
    });
  });

/** How the refusal of a call for people shows itself to a key: told by the server, or before it is asked; a damaged file has no login. */
const FOR_PEOPLE = new Set<string>(['permission_denied', 'not_logged_in', 'credentials_corrupt']);

const contracts = () =>
  Promise.all([import('../../../shared/contracts/account.ts'), import('../../../shared/contracts/credits.ts')]);
