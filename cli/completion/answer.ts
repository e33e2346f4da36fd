import type { Command, Option } from 'commander';
import { buildProgram } from '../build-program.ts';
import type { Context } from '../context.ts';
import { scan } from '../globals.ts';
import { type Position, positionOf } from './position.ts';
import { type Kind, kindOfArgument, kindOfOption } from './value-kinds.ts';
import { valuesOf } from './values.ts';

/** A word that may stand at the cursor, and what to say of it. */
export interface Candidate {
  value: string;
  about: string;
}

/** What may stand at the cursor; `besides` is what the shell itself completes there besides. */
export interface Answer {
  candidates: Candidate[];
  besides: 'nothing' | 'files' | 'command';
}

/** Commands whose words behind `--` are another command line. */
const RUNNERS = new Set(['exec', 'launch']);

/** Completes the word `current` behind the words before it, all without `gateway` itself. */
export async function answer(context: Context, before: readonly string[], current: string): Promise<Answer> {
  const words = before[0] === 'help' ? before.slice(1) : before;
  const program = await buildProgram(context, scan(words, {}).words, () => {});
  const position = positionOf(program, words, current);
  const { candidates, besides } = await at(context, position);
  return {
    besides,
    candidates: candidates
      .map(({ value, about }) => ({ value: position.prefix + value, about }))
      .filter(({ value }) => value.startsWith(current)),
  };
}

async function at(context: Context, position: Position): Promise<Answer> {
  const { command, option, typed, passedOn } = position;
  if (option) return ofKind(context, kindOfOption(option), typed);
  if (passedOn !== undefined && RUNNERS.has(command.name()))
    return { candidates: [], besides: passedOn === 0 ? 'command' : 'files' };
  if (typed.startsWith('-') && typed !== '-' && position.prefix === '')
    return { candidates: [...ownFlags(position), ...globalFlags(position)], besides: 'nothing' };
  const children = position.arguments.length === 0 && passedOn === undefined ? subcommands(command) : [];
  const declared = command.registeredArguments;
  const last = declared.at(-1);
  const argument = declared[position.arguments.length] ?? (last?.variadic ? last : undefined);
  const values = await ofKind(context, argument && kindOfArgument(command, argument), typed, position.arguments);
  const candidates = [...children, ...values.candidates];
  // where nothing else can follow, what can be said is shown
  const nothing = candidates.length === 0 && values.besides === 'nothing' && !argument?.required;
  return { ...values, candidates: nothing || typed === '-' ? ownFlags(position) : candidates };
}

function subcommands(command: Command): Candidate[] {
  return command.commands.flatMap((child) => [
    { value: child.name(), about: child.description() },
    ...child.aliases().map((alias) => ({ value: alias, about: `the same as ${child.name()}` })),
  ]);
}

function ownFlags({ command, given }: Position): Candidate[] {
  return command.parent ? [...flagsOf(command.options, given), { value: '--help', about: 'show this help' }] : [];
}

function globalFlags({ command, given }: Position): Candidate[] {
  let program = command;
  while (program.parent) program = program.parent;
  const help = command.parent ? [] : [{ value: '--help', about: 'show the commands' }];
  return [...flagsOf(program.options, given), ...help].filter(
    ({ value }) => command === program || value !== '--version',
  );
}

function flagsOf(options: readonly Option[], given: ReadonlySet<string>): Candidate[] {
  return options
    .filter(({ hidden, long, variadic }) => !hidden && long && (variadic || !given.has(long)))
    .map(({ long, description }) => ({ value: long!, about: description }));
}

async function ofKind(
  context: Context,
  kind: Kind | undefined,
  typed: string,
  before: readonly string[] = [],
): Promise<Answer> {
  if (kind === undefined) return { candidates: [], besides: 'nothing' };
  if (kind === 'file') return { candidates: [], besides: 'files' };
  return { candidates: await valuesOf(context, kind, typed, before), besides: 'nothing' };
}
