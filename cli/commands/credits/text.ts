import type { AutoTopup } from '../../../shared/contracts/credits.ts';

/** Automatic top-up in sentences. */
export function autoText(auto: AutoTopup): string {
  const { enabled, threshold_usd, amount_usd, max_per_month_usd, granted_this_month_usd, last_topup_at } = auto;
  if (!enabled)
    return 'Automatic top-up is off. The owner of the server turns it on with `gateway credits auto --enable`.';
  const cap =
    max_per_month_usd === null
      ? `${granted_this_month_usd} USD this month, without a limit`
      : `${granted_this_month_usd} of at most ${max_per_month_usd} USD this month`;
  const last =
    last_topup_at === null ? '' : ` The last one was at ${last_topup_at.slice(0, 16).replace('T', ' ')} UTC.`;
  return `Automatic top-up adds ${amount_usd} USD when the balance falls below ${threshold_usd} USD: ${cap}.${last}`;
}
