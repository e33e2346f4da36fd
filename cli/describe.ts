import type { Command, Option } from 'commander';
import { errorRow } from '../shared/errors.ts';
import { EXIT } from '../shared/exit-codes.ts';
import { loadCommand } from './build-program.ts';
import { factsOf } from './command.ts';
import type { Context } from './context.ts';
import { GLOBAL_FLAGS } from './globals.ts';
import { COMMANDS, childrenOf, nameOf, type Row } from './tree.ts';

/** What can go wrong with any command. */
const ALWAYS = ['usage', 'interrupted', 'terminated', 'internal_crash'] as const;

/** A line of the command list. */
export interface Summary {
  path: string;
  aliases: readonly string[];
  summary: string;
  runs: boolean;
}

/** Every command with its summary; `runs` is false for a noun that only holds others. */
export function summaries(rows: readonly Row[] = COMMANDS): Summary[] {
  return rows.map((row) => ({
    path: row.path,
    aliases: row.aliases ?? [],
    summary: row.summary,
    runs: row.load !== undefined,
  }));
}

/** The row that words name, aliases understood; undefined when there is none. */
export function findRow(words: readonly string[]): Row | undefined {
  let found: Row | undefined;
  for (const word of words) {
    const next = childrenOf(found?.path ?? '').find((row) => nameOf(row) === word || row.aliases?.includes(word));
    if (!next) return undefined;
    found = next;
  }
  return found;
}

/** All that is to know of one command, for programs. */
export async function describeCommand(context: Context, row: Row) {
  const command = await loadCommand(row, context);
  const facts = factsOf(command);
  const errors = [...(facts?.errors ?? []), ...ALWAYS];
  return {
    path: row.path,
    aliases: row.aliases ?? [],
    summary: row.summary,
    usage: `gateway ${row.path} ${command.usage()}`,
    arguments: command.registeredArguments.map((each) => ({
      name: each.name(),
      required: each.required,
      variadic: each.variadic,
      description: each.description,
      default: each.defaultValue ?? null,
    })),
    flags: command.options.map(describeFlag),
    global_flags: GLOBAL_FLAGS.map(({ flags }) => flags),
    errors: errors.map((code) => ({ code, exit_code: errorRow(code)!.exit, retryable: errorRow(code)!.retryable })),
    exit_codes: [...new Set([EXIT.ok, EXIT.network, EXIT.server, ...errors.map((code) => errorRow(code)!.exit)])].sort(
      (a, b) => a - b,
    ),
    example: facts ? { command: facts.example, prints: facts.prints } : null,
    output: facts ? await outputSchema(command) : null,
    commands: summaries(childrenOf(row.path)),
  };
}

/** The JSON Schema (2020-12) of what a command prints with `--json`. */
export async function outputSchema(command: Command): Promise<Record<string, unknown>> {
  const [{ z }, schema] = await Promise.all([import('zod'), factsOf(command)!.output()]);
  return z.toJSONSchema(schema, { unrepresentable: 'any' }) as Record<string, unknown>;
}

function describeFlag(option: Option) {
  return {
    flags: option.flags,
    description: option.description,
    takes_value: option.required || option.optional,
    repeatable: option.variadic,
    choices: option.argChoices ?? null,
    default: option.defaultValue === undefined || option.negate ? null : option.defaultValue,
  };
}
