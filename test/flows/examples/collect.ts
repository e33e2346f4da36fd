import { readFileSync } from 'node:fs';
import { describeCommand } from '../../../cli/describe.ts';
import { skillText } from '../../../cli/skill/text.ts';
import { COMMANDS, type Row } from '../../../cli/tree.ts';
import { idleContext } from '../../../scripts/llms/commands.ts';
import { llmsTxt } from '../../../scripts/llms/short.ts';

/** A command line that is printed somewhere as one that works. */
export interface Example {
  /** Where it is printed. */
  where: string;
  line: string;
  /** The command that it calls; undefined for a line that is none of ours (`npm test`). */
  row: Row | undefined;
  /** The JSON that the text beside it shows. */
  prints: string | undefined;
}

/** Every example of `--help`, README.md, llms.txt and the skill, once each. */
export async function allExamples(): Promise<Example[]> {
  const found = [
    ...(await ofHelp()),
    ...ofReadme(),
    ...ofText('llms.txt', llmsTxt(undefined)),
    ...ofText('skill', skillText()),
  ];
  return found.filter(({ line }, index) => found.findIndex((other) => other.line === line) === index);
}

async function ofHelp(): Promise<Example[]> {
  const context = idleContext();
  const described = await Promise.all(COMMANDS.map((row) => describeCommand(context, row)));
  return described.flatMap(({ path, example, examples }) =>
    examples.map((line, index) => ({
      where: `${path} --help`,
      line,
      row: rowOf(line),
      prints: index === 0 ? example?.prints : undefined,
    })),
  );
}

/** Lines of the shell blocks, without their comments. */
function ofReadme(): Example[] {
  const text = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/```(?:sh|bash|console)\n(.*?)```/gs)].map((match) => match[1]!);
  return blocks
    .flatMap((block) => block.split('\n'))
    .map((line) =>
      line
        .replace(/\s+#\s.*$/, '')
        .replace(/^\$ /, '')
        .trim(),
    )
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ where: 'README.md', line, row: rowOf(line), prints: undefined }));
}

/** Whole command lines between backticks; the list of commands names them alone, without what they need. */
function ofText(where: string, text: string): Example[] {
  const [body = ''] = text.split('\n## Commands\n');
  return [...body.matchAll(/`(gateway [^`]+)`/g)].map(([, line]) => ({
    where,
    line: line!,
    row: rowOf(line!),
    prints: undefined,
  }));
}

/** The row that a command line calls: the longest path that its words spell. */
export function rowOf(line: string): Row | undefined {
  const words = /(?:^|\s)gateway\s(.*)$/.exec(line)?.[1]?.split(/\s+/) ?? [];
  let found: Row | undefined;
  for (let count = 1; count <= words.length; count++) {
    const path = words.slice(0, count).join(' ');
    found =
      COMMANDS.find((row) => row.path === path || row.aliases?.some((alias) => aliased(row, alias) === path)) ?? found;
  }
  return found;
}

function aliased(row: Row, alias: string): string {
  return [...row.path.split(' ').slice(0, -1), alias].join(' ');
}

/** The names of the fields that a shortened JSON text shows at its top, or of the elements of the list that it shows. */
export function shownFields(prints: string): string[] {
  const text = prints.split('\n')[0]!;
  const top = text.startsWith('[') ? 2 : 1;
  const names: string[] = [];
  let depth = 0;
  for (const [token, string] of text.matchAll(/"((?:[^"\\]|\\.)*)"|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (depth === top && isName(text, token)) names.push(string!);
  }
  return [...new Set(names)];
}

function isName(text: string, token: string): boolean {
  return text.includes(`${token}:`);
}
