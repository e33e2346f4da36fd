import { type Html, html } from '../html.ts';
import type { View } from '../page.ts';

/** What this is, who is signed in, and what to run next. */
export function home(
  { base, person }: View,
  { publicUrl, balanceUsd }: { publicUrl: string; balanceUsd?: string },
): Html {
  return html`<p>This is a gateway server. You use it from your terminal:</p>
<pre>export GATEWAY_API_URL=${publicUrl}
gateway login
gateway keys create --name myapp
gateway env &gt;&gt; .env
gateway test</pre>
${
  person
    ? html`<h2>Your account</h2>
<dl>
<dt>Signed in as</dt><dd>${person.email ?? person.displayName}${person.isOwner && ' (owner of this server)'}</dd>
<dt>Organisation</dt><dd>${person.organization.name}</dd>
<dt>Balance</dt><dd>$${balanceUsd}</dd>
</dl>
<p><a href="${base}/device">Let a device in</a></p>`
    : html`<p><a href="${base}/signin">Sign in</a> to see your account, or <a href="${base}/device">let a device in</a>.</p>`
}
<p class="small quiet">For programs: <a href="${base}/openapi.json">openapi.json</a>, <a href="${base}/api/v1/auth/discovery">how to sign in</a>, <a href="${base}/llms.txt">llms.txt</a>, <a href="${base}/llms-full.txt">llms-full.txt</a>.</p>`;
}
