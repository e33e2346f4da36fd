import { Command } from 'commander';
import type { z } from 'zod';
import type { ErrorCode } from '../shared/errors.ts';
import { GLOBAL_FLAGS } from './globals.ts';

/** What `--help`, `commands` and `schema` say of a command besides its flags. */
export interface Facts {
  /** A command line that works, as typed. */
  example: string;
  /** The JSON it prints (shortened with … where it is long). */
  prints: string;
  /** More command lines that work, where one does not show enough. */
  examples?: readonly string[];
  /** True when `--json` prints one object a line instead of one value; `output` is then the schema of a line. */
  lines?: boolean;
  /** The schema of that JSON; loaded when asked for, as zod is slow to load. */
  output: () => Promise<z.ZodType> | z.ZodType;
  /** What a person should know before the example, in lines. */
  notes?: string;
  /** The failures that are its own; usage, network and server errors can always happen. */
  errors?: readonly ErrorCode[];
}

const facts = new WeakMap<Command, Facts>();

/** A commander command that throws instead of printing and exiting; `run.ts` tells what became of it. */
export function command(name: string, about?: Facts): Command {
  const made = new Command(name)
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {}, outputError: () => {} })
    .configureHelp({ subcommandTerm: term, commandUsage: usageLine, styleTitle: bold })
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false);
  if (!about) return made;
  facts.set(made, about);
  return addExample(made, about.example, about.prints, about.notes);
}

/** A heading. The library takes the codes out again where no colours are wanted. */
function bold(text: string): string {
  return `\u001b[1m${text}\u001b[22m`;
}

/** `gateway keys revoke|delete|rm [options] <id>` */
function usageLine(shown: Command): string {
  const above: string[] = [];
  for (let parent = shown.parent; parent; parent = parent.parent) above.unshift(parent.name());
  return [...above, [shown.name(), ...shown.aliases()].join('|'), shown.usage()].join(' ');
}

/** A command in the list of its parent's: by every name that it has. */
function term(listed: Command): string {
  const names = [listed.name(), ...listed.aliases()].join('|');
  const usage = listed.registeredArguments.map((each) => (each.required ? `<${each.name()}>` : `[${each.name()}]`));
  return [names, ...(listed.options.length > 0 ? ['[options]'] : []), ...usage].join(' ');
}

/** The global flags in lines of at most so many columns; a flag and its value stay together. */
function globalLines(width: number): string {
  const lines: string[] = [];
  for (const { flags } of GLOBAL_FLAGS) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 2 + flags.length <= width - 2)
      lines[lines.length - 1] = `${last}  ${flags}`;
    else lines.push(flags);
  }
  return `\n${bold('Global flags, in any position (see gateway --help):')}\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

/** Ends the command's `--help` with a command line and the JSON it prints. */
export function addExample(command: Command, example: string, prints: string, more?: string): Command {
  return command.addHelpText('after', () => {
    const width = command.configureOutput().getOutHelpWidth?.() ?? 80;
    const globals = command.parent ? globalLines(width) : '';
    const notes = more === undefined ? '' : `\n${more}\n`;
    return `${globals}${notes}\n${bold('Example:')}\n  $ ${example}\n  ${prints.replaceAll('\n', '\n  ')}`;
  });
}

/** The facts that a command was made with. */
export function factsOf(of: Command): Facts | undefined {
  return facts.get(of);
}
