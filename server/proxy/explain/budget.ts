import type { Explanation } from '../../../shared/contracts/route-explain.ts';
import { formatUsd } from '../../../shared/money.ts';
import { type Account, remaining } from '../../billing/budget.ts';
import type { Estimate } from '../../billing/estimate.ts';
import type { Target } from '../../routing/plan.ts';
import { payersOf } from '../reserve.ts';

/** Whether what is left pays for a request at a target, as `reserve` would have it when nobody else were asking. */
export function budgetFor(accounts: readonly Account[], target: Target, asked: Estimate): Explanation['budget'] {
  let tightest: { label: string; left: bigint } | undefined;
  for (const account of payersOf(accounts, target)) {
    const left = leftOf(account);
    if (tightest === undefined || left < tightest.left) tightest = { label: account.label, left };
  }
  if (!tightest) return { affordable: true, left_usd: null, bounded_by: null };
  const affordable = asked.typicalNano === 0n || (tightest.left > 0n && tightest.left >= asked.leastNano);
  const left = tightest.left > 0n ? tightest.left : 0n;
  return { affordable, left_usd: formatUsd(left), bounded_by: tightest.label };
}

/** What is left of an account; of a limit whose time is over, all of it. */
function leftOf(account: Account): bigint {
  const { window } = account;
  return window && window.endsAtMs <= Date.now() ? window.limitNano : remaining(account);
}
