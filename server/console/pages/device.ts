import type { DeviceRequest } from '../../identity/device-requests.ts';
import { explainScopes } from '../../identity/scopes.ts';
import { type Html, html } from '../html.ts';
import { hidden, problem, type View } from '../page.ts';

/** Asks for the code that the device shows. */
export function userCodeForm(
  { base, formToken }: View,
  { userCode, failure }: { userCode?: string; failure?: string },
): Html {
  return html`<p class="quiet">Type the code that is shown where you ran <code>gateway login</code>.</p>
${problem(failure)}
<form method="post" action="${base}/device">
${hidden('csrf', formToken)}
<label for="user_code">Code</label>
<input id="user_code" class="code" name="user_code" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="20" required autofocus placeholder="XXXX-XXXX" value="${userCode}">
<button class="wide">Continue</button>
</form>`;
}

/** Shows who asks for what, with the code to compare, and lets the person decide. */
export function decisionForm({ base, formToken, person }: View, request: DeviceRequest, now: Date): Html {
  return html`<p class="quiet">${request.clientName} wants to act as <strong>${person?.email ?? person?.displayName}</strong>.</p>
<p class="shown-code">${request.userCode}</p>
<p><strong>Approve only if you started this yourself and your terminal shows this very code.</strong></p>
<dl>
<dt>Device</dt><dd>${request.userAgent || 'did not say'}</dd>
<dt>Asked from</dt><dd>${place(request.address)}</dd>
<dt>Asked</dt><dd>${ago(request.askedAt, now)}</dd>
</dl>
<h2>It will be able to</h2>
<ul>${explainScopes(request.scopes).map((line) => html`<li>${line}</li>`)}</ul>
<form method="post" action="${base}/device" class="choice">
${hidden('csrf', formToken)}${hidden('user_code', request.userCode)}
<button class="plain" name="decision" value="deny">Deny</button>
<button name="decision" value="approve">Approve</button>
</form>`;
}

function place(address: string): Html {
  const plain = address.replace(/^::ffff:/i, '');
  const local = /^(127\.|::1$)/.test(plain);
  return local
    ? html`${plain} <span class="quiet">(the computer this server runs on)</span>`
    : html`${plain || 'unknown'}`;
}

function ago(then: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - then.getTime()) / 1000));
  if (seconds < 60) return 'less than a minute ago';
  const minutes = Math.round(seconds / 60);
  return minutes === 1 ? 'a minute ago' : `${minutes} minutes ago`;
}
