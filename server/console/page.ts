import type { Person } from '../identity/identity.ts';
import { type Html, html } from './html.ts';

/** What every page needs to know about whoever looks at it. */
export interface View {
  /** Path that our own links start with: empty unless the public URL has a path. */
  base: string;
  /** Proof that a form was ours; put into each by `formToken`. */
  formToken: string;
  person: Person | undefined;
}

/** A whole page around its content. No script, one stylesheet, nothing from elsewhere. */
export function page({ base, formToken, person }: View, title: string, content: Html): string {
  const who =
    person &&
    html`<div class="who"><span>${person.email ?? person.displayName}</span>
      <form method="post" action="${base}/signout">${hidden('csrf', formToken)}<button class="link">Sign out</button></form></div>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · gateway</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${base}/console.css">
</head>
<body>
<header><a class="brand" href="${base}/">gateway</a>${who}</header>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`.text;
}

/** A hidden field of a form. */
export function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`;
}

/** Text with its commands, which stand between backticks, set as such. */
export function withCommands(text: string): Html {
  return html`${text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))}`;
}

/** A refusal, said where the person is looking. */
export function problem(message: string | undefined): Html | undefined {
  return message ? html`<p class="problem" role="alert">${withCommands(message)}</p>` : undefined;
}
