import type { Command, Option } from 'commander';
import { type ErrorCode, errorRow } from '../shared/errors.ts';
import { loadCommand } from './build-program.ts';
import { type Facts, factsOf } from './command.ts';
import type { Context } from './context.ts';
import { GLOBAL_FLAGS } from './globals.ts';
import { COMMANDS, childrenOf, type Need, nameOf, type Row } from './tree.ts';

/** What can go wrong with any command. */
export const ALWAYS = [
  'usage',
  'network_error',
  'bad_response',
  'internal_error',
  'interrupted',
  'terminated',
  'internal_crash',
] as const;

/** What a missing or refused credential is called, by what the command needs. */
const REFUSALS: Record<Need, readonly ErrorCode[]> = {
  nothing: [],
  api_key: ['no_api_key', 'invalid_api_key'],
  any: ['not_logged_in', 'invalid_token', 'invalid_api_key', 'wrong_server'],
  manage: ['not_logged_in', 'invalid_token', 'invalid_api_key', 'wrong_server', 'permission_denied'],
  login: ['not_logged_in', 'invalid_token', 'wrong_server', 'permission_denied'],
};

/** Where each kind of credential comes from, in the order of precedence. */
const CREDENTIALS: Record<Need, readonly string[]> = {
  nothing: [],
  api_key: ['GATEWAY_API_KEY', '`gateway login --with-key -`', 'the key made last by `gateway keys create`'],
  any: ['GATEWAY_API_KEY', '`gateway login`'],
  manage: ['GATEWAY_API_KEY of a key with the `manage` permission', '`gateway login`'],
  login: ['`gateway login`'],
};

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
  const errors = row.load ? errorsOf(row.needs ?? 'nothing', facts) : [];
  return {
    path: row.path,
    aliases: row.aliases ?? [],
    summary: row.summary,
    usage: `gateway ${row.path} ${command.usage()}`,
    changes_something: row.changes !== undefined,
    credential: { needs: row.needs ?? 'nothing', from: CREDENTIALS[row.needs ?? 'nothing'] },
    may_ask: errors.some(({ code }) => code === 'input_required' || code === 'confirmation_required'),
    arguments: command.registeredArguments.map((each) => ({
      name: each.name(),
      required: each.required,
      variadic: each.variadic,
      description: each.description,
      choices: each.argChoices ?? null,
      default: each.defaultValue ?? null,
    })),
    flags: command.options.map(describeFlag),
    global_flags: GLOBAL_FLAGS.map(({ flags }) => flags),
    errors,
    exit_codes: [...new Set([0, ...errors.map(({ exit_code }) => exit_code)])].sort((a, b) => a - b),
    example: facts ? { command: facts.example, prints: facts.prints } : nounExample(row),
    examples: [facts?.example ?? row.example ?? [], facts?.examples ?? []].flat(),
    prints_lines: facts?.lines ?? false,
    output: facts ? await outputSchema(command) : null,
    commands: summaries(childrenOf(row.path)),
  };
}

/** The failures of a command: its own, those of its credential, those of any; each with what to do about it. */
function errorsOf(needs: Need, facts: Facts | undefined) {
  const codes = new Set<ErrorCode>([...(facts?.errors ?? []), ...REFUSALS[needs], ...ALWAYS]);
  return [...codes].map((code) => {
    const { exit, retryable, hint, next } = errorRow(code)!;
    return { code, exit_code: exit, retryable, hint, next };
  });
}

function nounExample({ example, prints }: Row) {
  return example === undefined ? null : { command: example, prints: prints ?? '' };
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
