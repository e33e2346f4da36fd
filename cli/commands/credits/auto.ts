import { Option } from 'commander';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { autoText } from './text.ts';

interface Options {
  enable?: boolean;
  disable?: boolean;
  thresholdUsd?: string;
  amountUsd?: string;
  maxPerMonthUsd?: string;
}

/** `gateway credits auto`: shows automatic top-up, or sets what the flags name. */
export const command = (context: Context) =>
  make('auto', {
    example: 'gateway credits auto --enable --threshold-usd 5 --amount-usd 25 --max-per-month-usd 100 --json',
    prints:
      '{"enabled":true,"threshold_usd":"5.00","amount_usd":"25.00","max_per_month_usd":"100.00","granted_this_month_usd":"0.00","last_topup_at":null}',
    output: async () => (await import('../../../shared/contracts/credits.ts')).autoTopupSchema,
    errors: ['permission_denied', 'not_logged_in', 'invalid_request'],
  })
    .option('--enable', 'add credit by itself from now on')
    .addOption(new Option('--disable', 'add none by itself').conflicts('enable'))
    .option('--threshold-usd <amount>', 'add credit when the balance falls below this (at first: 5)')
    .option('--amount-usd <amount>', 'how much to add each time, at least the threshold (at first: 25)')
    .option('--max-per-month-usd <amount>', 'add no more than this in a calendar month; `none` for no bound')
    .action(async (options: Options) => {
      const { setAutoTopup, showAutoTopup } = await import('../../../shared/contracts/credits.ts');
      const body = fieldsOf(options);
      const auto =
        Object.keys(body).length === 0
          ? await context.call(showAutoTopup)
          : await context.call(setAutoTopup, { body }, { flags: { enabled: '--enable' } });
      await context.show(auto, (shown) => autoText(shown));
    });

function fieldsOf({ enable, disable, thresholdUsd, amountUsd, maxPerMonthUsd }: Options) {
  return {
    ...(enable ? { enabled: true } : disable ? { enabled: false } : {}),
    ...(thresholdUsd === undefined ? {} : { threshold_usd: thresholdUsd }),
    ...(amountUsd === undefined ? {} : { amount_usd: amountUsd }),
    ...(maxPerMonthUsd === undefined ? {} : { max_per_month_usd: maxPerMonthUsd === 'none' ? null : maxPerMonthUsd }),
  };
}
