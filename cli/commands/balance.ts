import { command as make } from '../command.ts';
import type { Context } from '../context.ts';

/** `gateway balance` */
export const command = (context: Context) =>
  make('balance', {
    example: 'gateway balance --json',
    prints: '{"balance_usd":"4.20","currency":"USD"}',
    output: async () => (await import('../../shared/contracts/account.ts')).balance.reply,
    errors: ['not_logged_in', 'invalid_api_key', 'invalid_token', 'wrong_server'],
  }).action(async () => {
    const { balance } = await import('../../shared/contracts/account.ts');
    await context.show(await context.call(balance), (shown) => `${shown.balance_usd} ${shown.currency}`);
  });
