import type { AutoTopup } from '../../../shared/contracts/credits.ts';
import { parseUsd } from '../../../shared/money.ts';

/** Automatic top-up in sentences. */
export function autoText(auto: AutoTopup): string {
  const { enabled, threshold_usd, amount_usd, max_per_month_usd, granted_this_month_usd, last_topup_at } = auto;
  if (!enabled)
    return 'Automatic top-up is off. The owner of the server turns it on with `gateway credits auto --enable`.';
  const cap =
    max_per_month_usd === null
      ? `${granted_this_month_usd} USD this month, without a limit`
      : `${granted_this_month_usd} of at most ${max_per_month_usd} USD this month`;
  if (max_per_month_usd !== null && nano(granted_this_month_usd) + nano(amount_usd) > nano(max_per_month_usd))
    return `Automatic top-up has added ${granted_this_month_usd} USD this month and adds no more: with another ${amount_usd} USD it would pass its bound of ${max_per_month_usd} USD. \`gateway credits auto --max-per-month-usd <amount>\` raises that.`;
  const last =
    last_topup_at === null ? '' : ` The last one was at ${last_topup_at.slice(0, 16).replace('T', ' ')} UTC.`;
  return `Automatic top-up adds ${amount_usd} USD when the balance falls below ${threshold_usd} USD: ${cap}.${last}`;
}

const nano = (usd: string) => parseUsd(usd) ?? 0n;
