import type { Command, CommanderError } from 'commander';
import { GatewayError } from '../shared/errors.ts';
import { meantPaths } from './meant.ts';
import { nearest } from './nearest.ts';

/** A parser error as ours: what is wrong, the nearest name that exists, and where to read on. */
export function usageError(
  error: CommanderError,
  program: Command,
  words: readonly string[],
  help: string,
): GatewayError {
  const called = deepest(program, words);
  const path = pathOf(called);
  const next = [{ command: `${path} --help`, when: 'to see what it takes' }];
  if (error.code === 'commander.help') {
    const names = called.commands.map((child) => child.name());
    return new GatewayError('usage', `${path} needs a command: ${names.join(', ')}.`, {
      cause: help,
      hint: `Run \`${path} --help\` to see what each does.`,
      next,
    });
  }
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const isPath = namesNoCommand(error, called);
  const paths = isPath ? meantPaths(words) : [];
  if (paths.length > 0)
    return new GatewayError('usage', sentence(first), {
      param: quoted(first),
      hint: `Did you mean ${paths.join(', or ')}? Run \`${path} --help\` to see what there is.`,
      next: paths.map((meant) => ({ command: `gateway ${meant} --help`, when: 'to see what it takes' })),
    });
  const named = /^\(Did you mean (.+)\?\)$/.exec(rest.join(' ').trim())?.[1];
  // of a command the library finds less near things too
  const suggestion = isPath ? undefined : (named ?? nearChoice(first));
  const message = sentence(first);
  return new GatewayError('usage', message, {
    param: quoted(first),
    hint: suggestion
      ? `Did you mean ${suggestion}? Run \`${path} --help\` to see what it takes.`
      : `Run \`${path} --help\` to see what it takes.`,
    next,
  });
}

/** An unknown command; or `gateway env wirte`: a command with an action of its own and commands below takes the slip for an argument. */
function namesNoCommand(error: CommanderError, called: Command): boolean {
  if (error.code === 'commander.unknownCommand') return true;
  return error.code === 'commander.excessArguments' && called.commands.length > 0;
}

/** `… argument 'opnai' is invalid. Allowed choices are openai, anthropic.`: the choice that is near. */
function nearChoice(message: string): string | undefined {
  const [, value, choices] = /(?:argument|value) '(.*?)' is invalid.* Allowed choices are (.+)\.$/.exec(message) ?? [];
  return value === undefined ? undefined : nearest(value, choices!.split(', '));
}

/** The first name that a message has in quotes, without what it takes. */
function quoted(message: string): string | undefined {
  return /'([^']+)'/.exec(message)?.[1]?.split(/[\s,=]/)[0];
}

/** The leading words that name a command. */
export function commandWords(program: Command, words: readonly string[]): string[] {
  return pathOf(deepest(program, words)).split(' ').slice(1);
}

function deepest(program: Command, words: readonly string[]): Command {
  const child = program.commands.find((each) => each.name() === words[0] || each.aliases().includes(words[0] ?? ''));
  return child ? deepest(child, words.slice(1)) : program;
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

function sentence(text: string): string {
  const clean = text.trim().replace(/\.$/, '');
  return `${clean.charAt(0).toUpperCase()}${clean.slice(1)}.`;
}
