import { type Html, html } from '../html.ts';
import { hidden, problem, type View } from '../page.ts';

interface SignIn {
  /** Where to go once signed in; one of our own paths. */
  next: string;
  email?: string;
  failure?: string;
}

/** Asks for an e-mail address. */
export function emailForm({ base, formToken }: View, { next, email, failure }: SignIn): Html {
  return html`<p class="quiet">${reason(next)} Give your e-mail address and you get a six-digit code.</p>
${problem(failure)}
<form method="post" action="${base}/signin">
${hidden('csrf', formToken)}${hidden('next', next)}
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" autocomplete="email" maxlength="254" required autofocus value="${email}">
<button class="wide">Send me a code</button>
</form>`;
}

/** Asks for the code that was sent. */
export function codeForm({ base, formToken }: View, sendsMail: boolean, { next, email = '', failure }: SignIn): Html {
  const where = sendsMail
    ? html`We sent a code to <strong>${email}</strong>.`
    : html`This server sends no mail: whoever runs it finds the code for <strong>${email}</strong> in its log.`;
  return html`<p class="quiet">${where} It works for ten minutes.</p>
${problem(failure)}
<form method="post" action="${base}/signin/code">
${hidden('csrf', formToken)}${hidden('next', next)}${hidden('email', email)}
<label for="code">Six-digit code</label>
<input id="code" class="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 \\-]*" maxlength="12" required autofocus>
<button class="wide">Sign in</button>
</form>
<form method="post" action="${base}/signin">
${hidden('csrf', formToken)}${hidden('next', next)}${hidden('email', email)}
<button class="link">Send another code</button>
</form>`;
}

/** Offers to sign in with an external issuer. */
export function externalForm({ base, formToken }: View, issuer: string, { next }: SignIn): Html {
  return html`<p class="quiet">${reason(next)} This server signs people in with <strong>${new URL(issuer).host}</strong>.</p>
<form method="post" action="${base}/signin/external">
${hidden('csrf', formToken)}${hidden('next', next)}
<button class="wide">Continue with ${new URL(issuer).host}</button>
</form>`;
}

/** Sends the person to the issuer, and waits for them to come back. */
export function externalWait(
  { base, formToken }: View,
  { next, ticket, approveAt, userCode, failure }: SignIn & { ticket: string; approveAt: string; userCode: string },
): Html {
  return html`<p class="quiet">Open the sign-in page, check that it shows this code, and approve. Then come back here.</p>
${problem(failure)}
<p class="shown-code">${userCode}</p>
<p><a href="${approveAt}" target="_blank" rel="noopener noreferrer">Open the sign-in page</a></p>
<form method="post" action="${base}/signin/external/complete">
${hidden('csrf', formToken)}${hidden('next', next)}${hidden('ticket', ticket)}${hidden('approve_at', approveAt)}${hidden('user_code', userCode)}
<button class="wide">I have approved it</button>
</form>`;
}

function reason(next: string): string {
  if (next.startsWith('/device')) return 'To let a device in, sign in first.';
  if (next.startsWith('/topup')) return 'To add credit, sign in first.';
  return '';
}
