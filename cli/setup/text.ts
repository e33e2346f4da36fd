import { checkLines } from '../doctor/check-lines.ts';
import { indented } from '../indented.ts';
import type { Paint } from '../paint.ts';
import { table } from '../table.ts';
import type { SetupResult } from './result.ts';
import type { SetupFlags } from './setup.ts';

/** What became of each tool, for people. */
export async function setupText(
  results: readonly SetupResult[],
  flags: SetupFlags,
  list: boolean,
  paint: Paint,
  width: number | undefined,
): Promise<string> {
  if (list) return `${await listText(results, paint, width)}\n\nSet one up with \`gateway setup <tool> --install\`.`;
  if (results.length === 0) return 'No tool was found here. Name one: `gateway setup` lists them.';
  return results.map((result) => toolText(result, flags, paint, width)).join('\n\n');
}

function listText(results: readonly SetupResult[], paint: Paint, width: number | undefined): Promise<string> {
  const columns = [{ title: 'name' }, { title: 'tool', drop: 1 }, { title: 'here' }, { title: 'set up', wrap: true }];
  const cells = results.map(({ tool, title, found, status, model }) => [
    tool,
    title,
    found ? paint.green('found') : '–',
    status === 'installed' ? `yes, with ${model}` : status === 'manual' ? 'by hand' : '–',
  ]);
  return table(paint, width, columns, cells);
}

const TOLD: Record<SetupResult['status'], (result: SetupResult) => string> = {
  installed: ({ model }) => `is set up: it starts with ${model}.`,
  unchanged: () => 'is set up as it should be; nothing was changed.',
  removed: () => 'is as it was before.',
  manual: () => 'is set up by hand:',
  skipped: ({ reason, checks }) => (checks.length > 0 ? 'as it is configured now:' : `was left alone: ${reason}.`),
  copied: ({ reason }) => `can have its ${reason} pasted: it is in the clipboard now.`,
  preview: ({ model }) => (model ? `would start with ${model}. This would be written:` : 'would be as it was before:'),
};

function toolText(result: SetupResult, flags: SetupFlags, paint: Paint, columns = 10_000): string {
  const { title, tool, status, files, manual_steps, limits, checks } = result;
  const undo = status === 'installed' ? `Take it back with \`gateway setup ${tool} --uninstall\`.` : '';
  const go =
    status === 'preview' && flags.action === 'preview' ? `Write it with \`gateway setup ${tool} --install\`.` : '';
  return [
    `${paint.bold(title)} ${TOLD[status](result)}`,
    ...files.map(({ path, backup, diff }) =>
      diff?.length
        ? diffText(diff, paint)
        : `  ${path}${backup && status === 'installed' ? `\n    ${paint.dim(`before: ${backup}`)}` : ''}`,
    ),
    ...manual_steps.map((step, i) => indented(`  ${i + 1}. `, step, columns)),
    ...limits.map((limit) => paint.dim(indented('  ', limit, columns))),
    ...(checks.length > 0 ? checkLines(checks, columns, paint) : []),
    [go, undo].filter(Boolean).join(' '),
  ]
    .filter(Boolean)
    .join('\n');
}

function diffText(diff: readonly string[], paint: Paint): string {
  return diff
    .map((line) =>
      line.startsWith('+++') || line.startsWith('---')
        ? paint.bold(line)
        : line.startsWith('+')
          ? paint.green(line)
          : line.startsWith('-')
            ? paint.red(line)
            : line.startsWith('@@')
              ? paint.cyan(line)
              : line,
    )
    .map((line) => `  ${line}`)
    .join('\n');
}
