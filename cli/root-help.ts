import { GLOBAL_FLAGS } from './globals.ts';
import { GROUPS, type Group } from './groups.ts';
import { wrap } from './line-breaks.ts';
import { childrenOf, nameOf, type Row } from './tree.ts';

const EXAMPLE = 'gateway whoami --json';
const PRINTS = '{"id":"usr_1","display_name":"Ann","balance_usd":"4.20", …}';
const HINT = 'Every command says more: gateway <command> --help. All of them, for programs: gateway commands --json';

/** A name and what is said of it. */
type Item = readonly [name: string, text: string];

/** What `gateway` and `gateway --help` print: the nouns by purpose, each once with its verbs. Depends on nothing else. */
export function rootHelp(width: number, colour: boolean): string {
  const heading = (text: string) => (colour ? `\u001b[1m${text}\u001b[22m` : text);
  const flags = [...GLOBAL_FLAGS, { flags: '-V, --version', summary: 'print the version' }];
  const groups = Object.entries(GROUPS).map(([group, title]) => ({
    title,
    items: childrenOf('')
      .filter((row) => (row.group ?? 'more') === (group as Group))
      .map((row): Item => [row.path, summaryWithVerbs(row)]),
  }));
  const nameWidth = longest(groups.flatMap(({ items }) => items));
  return [
    `${heading('Usage:')} gateway <command> [flags]`,
    'One key for every large language model.',
    ...groups
      .filter(({ items }) => items.length > 0)
      .map(({ title, items }) => section(heading(title), items, width, nameWidth)),
    section(
      heading('Flags of every command, in any position'),
      flags.map((flag): Item => [flag.flags, flag.summary]),
      width,
    ),
    wrap(HINT, width).join('\n'),
    `${heading('Example:')}\n  $ ${EXAMPLE}\n  ${PRINTS}\n`,
  ].join('\n\n');
}

/** `API keys: create, ensure, list.` */
function summaryWithVerbs(row: Row): string {
  const verbs = childrenOf(row.path).map(nameOf);
  if (verbs.length === 0) return row.summary;
  const list = verbs.join(', ');
  const [text, dot] = row.summary.endsWith('.') ? [row.summary.slice(0, -1), '.'] : [row.summary, ''];
  return row.load ? `${text} (also: ${list})${dot}` : `${text}: ${list}.`;
}

function section(title: string, items: readonly Item[], width: number, nameWidth = longest(items)): string {
  const indent = nameWidth + 4;
  const lines = items.flatMap(([name, text]) =>
    wrap(text, Math.max(24, width - indent)).map(
      (line, index) => (index === 0 ? `  ${name}` : '').padEnd(indent) + line,
    ),
  );
  return [title, ...lines].join('\n');
}

function longest(items: readonly Item[]): number {
  return Math.max(...items.map(([name]) => name.length));
}
