import type { Command } from 'commander';
import type { Context } from './context.ts';

/** What a command's file exports. */
export interface CommandModule {
  command: (context: Context) => Command;
}

/** One command: the words that call it, a line for `--help`, and its file, loaded when it is called. A row without a file is a noun. */
export interface Row {
  path: string;
  aliases?: readonly string[];
  summary: string;
  load?: () => Promise<CommandModule>;
}

/** The command tree, in the order of `--help`. */
export const COMMANDS: readonly Row[] = [
  {
    path: 'env',
    summary: 'Print the variables that point SDKs here: gateway env >> .env',
    load: () => import('./commands/env/print.ts'),
  },
  {
    path: 'env write',
    summary: 'Set them in an env file, keeping everything else in it.',
    load: () => import('./commands/env/write.ts'),
  },
  {
    path: 'env check',
    summary: 'Check an env file as the programs that read it would.',
    load: () => import('./commands/env/check.ts'),
  },
  { path: 'env undo', summary: 'Take the last env write back exactly.', load: () => import('./commands/env/undo.ts') },
  {
    path: 'exec',
    summary: 'Run a command with the variables set; no file is written.',
    load: () => import('./commands/exec.ts'),
  },
  {
    path: 'exit-codes',
    summary: 'List the exit codes and what to do about each.',
    load: () => import('./commands/exit-codes.ts'),
  },
  { path: 'version', summary: 'Print the version.', load: () => import('./commands/version.ts') },
];

/** The rows directly below a path; `''` is the root. */
export function childrenOf(path: string): Row[] {
  const depth = path === '' ? 1 : path.split(' ').length + 1;
  return COMMANDS.filter(
    (row) => row.path.split(' ').length === depth && (path === '' || row.path.startsWith(`${path} `)),
  );
}

/** The last word of a path: what the command is called below its parent. */
export function nameOf(row: Row): string {
  return row.path.slice(row.path.lastIndexOf(' ') + 1);
}
