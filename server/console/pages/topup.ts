import { formatUsd } from '../../../shared/money.ts';
import { type Html, html } from '../html.ts';
import { hidden, type View } from '../page.ts';
import type { Topup } from '../topups.ts';

/** What a top-up asks for, and the button that grants it. */
export function topupPage({ base, formToken }: View, topup: Topup): Html {
  const amount = `$${formatUsd(topup.amountNano)}`;
  return html`<p class="amount">${amount}</p>
<dl>
<dt>For</dt><dd>${topup.organizationName}</dd>
<dt>Asked for by</dt><dd>${topup.askedBy}</dd>
<dt>${topup.paidAt ? 'Added' : 'Valid until'}</dt><dd>${instant(topup.paidAt ?? topup.expiresAt)}</dd>
</dl>
${STATES[topup.state]({ base, formToken, amount, id: topup.id })}`;
}

type State = (given: { base: string; formToken: string; amount: string; id: string }) => Html;

const STATES: Record<Topup['state'], State> = {
  open: ({
    base,
    formToken,
    amount,
    id,
  }) => html`<p class="quiet small">This server has no payment provider: its owner grants credit by hand. Nothing is charged.</p>
<form method="post" action="${base}/topup/${id}">${hidden('csrf', formToken)}<button class="wide">Add ${amount} of credit</button></form>`,
  paid: () => html`<p class="note" role="status">This credit has been added. You can close this page.</p>`,
  expired: () =>
    html`<p class="problem" role="status">This page has expired and nothing was added. Run <code>gateway topup</code> for a new one.</p>`,
};

function instant(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
