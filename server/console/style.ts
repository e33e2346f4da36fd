/** The pages' only stylesheet, served as `/console.css`. In code, so that the bundled server needs no file beside it. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f6f5f2; --card: #ffffff; --line: #e2dfd8; --text: #1d1c1a; --quiet: #66635c;
  --accent: #1f5c4d; --accent-text: #ffffff; --accent-soft: #e6f0ec; --bad: #9c2f1f; --bad-soft: #fbeae6; --focus: #2f7fd0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #151614; --card: #1e201d; --line: #343731; --text: #ecebe6; --quiet: #a3a198;
    --accent: #7cc9b0; --accent-text: #10201a; --accent-soft: #21332c; --bad: #f0978a; --bad-soft: #3a2320; --focus: #7db8f0;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center;
  padding: 1.25rem 1rem 3rem; background: var(--ground); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
header, main, footer { width: 100%; max-width: 31rem; }
header { display: flex; align-items: center; justify-content: space-between; gap: 1rem; min-height: 2.5rem; margin-bottom: clamp(1rem, 7vh, 4rem); }
.brand { flex: none; white-space: nowrap; font-weight: 650; letter-spacing: -0.01em; color: var(--text); text-decoration: none; }
.brand::before { content: ""; display: inline-block; width: 0.7em; height: 0.7em; margin-right: 0.5em; border-radius: 50%; background: var(--accent); }
.who { display: flex; align-items: center; gap: 0.75rem; min-width: 0; color: var(--quiet); font-size: 0.875rem; }
.who span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.who form { margin: 0; }
main { padding: 1.75rem; background: var(--card); border: 1px solid var(--line); border-radius: 14px; }
@media (max-width: 26rem) { main { padding: 1.25rem; } }
h1 { margin: 0 0 0.5rem; font-size: 1.4rem; line-height: 1.25; letter-spacing: -0.015em; text-wrap: balance; }
h2 { margin: 1.75rem 0 0.5rem; font-size: 0.9375rem; }
p { margin: 0 0 1rem; }
p:last-child { margin-bottom: 0; }
h1 + .note, h1 + .problem { margin-top: 1rem; }
a { color: var(--accent); }
.quiet { color: var(--quiet); }
.small { font-size: 0.875rem; }
form { margin: 1.25rem 0 0; }
label { display: block; margin-bottom: 0.375rem; font-weight: 550; font-size: 0.9375rem; }
input {
  width: 100%; min-height: 3rem; padding: 0.5rem 0.875rem; color: var(--text); background: var(--ground);
  border: 1px solid var(--line); border-radius: 9px; font: inherit;
}
input.code { font: 600 1.5rem/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; letter-spacing: 0.18em; text-align: center; text-transform: uppercase; }
button {
  min-height: 3rem; padding: 0.5rem 1.25rem; border: 1px solid transparent; border-radius: 9px;
  background: var(--accent); color: var(--accent-text); font: inherit; font-weight: 600; cursor: pointer;
}
button:hover { filter: brightness(1.08); }
button.wide { width: 100%; margin-top: 1rem; }
button.plain { background: transparent; color: var(--text); border-color: var(--line); }
button.link { min-height: 0; padding: 0.25rem 0; background: none; color: var(--quiet); font-weight: 400; text-decoration: underline; white-space: nowrap; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.choice { display: grid; grid-template-columns: 1fr 1fr; gap: 0.75rem; }
.shown-code {
  margin: 1.25rem 0; padding: 0.875rem; border-radius: 9px; background: var(--accent-soft); text-align: center;
  font: 600 1.75rem/1.3 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; letter-spacing: 0.14em;
}
.amount { margin: 1.25rem 0; font-size: 2.25rem; font-weight: 650; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.375rem 1rem; margin: 1rem 0; font-size: 0.9375rem; }
dt { color: var(--quiet); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
ul { margin: 0.5rem 0 1rem; padding-left: 1.1rem; }
li { margin-bottom: 0.25rem; }
pre {
  margin: 0.75rem 0 1rem; padding: 0.875rem 1rem; overflow-x: auto; border-radius: 9px; background: var(--ground); border: 1px solid var(--line);
  font: 0.875rem/1.7 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
}
code { font: 0.9em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.note { padding: 0.75rem 1rem; border-radius: 9px; background: var(--accent-soft); font-size: 0.9375rem; }
.problem { padding: 0.75rem 1rem; border-radius: 9px; background: var(--bad-soft); color: var(--bad); font-size: 0.9375rem; }
`.trimStart();
